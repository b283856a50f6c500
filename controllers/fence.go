// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
)

// fence installs the policy that keeps the operator's own account to what the operator
// does, unless it is there. It is the only one that the operator cannot put right, or
// whoever has its token could put it wrong: one of another version, or of other flags,
// stays, and the log says how to get this one.
func (r *AdmissionReconciler) fence(ctx context.Context) error {
	account, ok := admission.AccountOf(r.Username)
	if !ok {
		// Somebody runs the operator with rights of their own.
		return nil
	}

	owner, err := r.owner(ctx)
	if err != nil {
		return err
	}

	wanted := admission.Fence(account, r.Providers.Descriptors(), r.RequireConsent)
	wanted.Policy.OwnerReferences, wanted.Binding.OwnerReferences = owner, owner

	for _, pair := range []struct{ wanted, existing client.Object }{
		{wanted.Policy, &admissionregistrationv1.ValidatingAdmissionPolicy{}},
		{wanted.Binding, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}},
	} {
		err := r.Client.Get(ctx, client.ObjectKeyFromObject(pair.wanted), pair.existing)

		switch {
		case apierrors.IsNotFound(err):
			if err := r.Client.Create(ctx, pair.wanted); err != nil {
				return explainPolicy(pair.wanted, err)
			}
		case err != nil:
			return explainPolicy(pair.wanted, err)
		case !r.toldOfFence && !equality.Semantic.DeepEqual(pair.existing, merge(pair.existing, pair.wanted)):
			r.toldOfFence = true

			ctrl.LoggerFrom(ctx).Info("The fence around the operator's account is not the one of this version and its flags, and the operator may not change it; "+
				"delete the policy and its binding to have both made anew", "policy", wanted.Name(), "kind", fmt.Sprintf("%T", pair.wanted))
		}
	}

	return nil
}
