// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// variant is a way to keep tenants apart at admission.
type variant struct {
	name     string
	policies []admission.Policy
}

func variants(claims []admission.Entry) []variant {
	implementations := make([]provider.Descriptor, 0, len(all.All()))
	for _, p := range all.All() {
		implementations = append(implementations, p.Descriptor())
	}

	return []variant{
		{name: "none"},
		{name: "claims", policies: admission.Policies("system:admin", implementations, admission.Pages(0, claims))},
		{name: "tenants", policies: []admission.Policy{perTenant()}},
	}
}

// perTenant gets every IngressTenant as a parameter. It asks less than the operator's
// policies: whether the class's tenant serves the namespace, and whether another
// tenant claims one of the hosts as it is.
func perTenant() admission.Policy {
	metadata := metav1.ObjectMeta{Name: "per-tenant"}

	return admission.Policy{
		Policy: &admissionregistrationv1.ValidatingAdmissionPolicy{
			ObjectMeta: metadata,
			Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
				FailurePolicy: new(admissionregistrationv1.Fail),
				ParamKind:     &admissionregistrationv1.ParamKind{APIVersion: v1alpha1.GroupVersion.String(), Kind: "IngressTenant"},
				MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
					RuleWithOperations: admissionregistrationv1.RuleWithOperations{
						Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
						Rule:       admissionregistrationv1.Rule{APIGroups: []string{"networking.k8s.io"}, APIVersions: []string{"v1"}, Resources: []string{"ingresses"}},
					},
				}}},
				Variables: []admissionregistrationv1.Variable{
					{Name: "class", Expression: "object.spec.?ingressClassName.orValue('')"},
					{Name: "mine", Expression: "variables.class == params.metadata.name"},
					{Name: "hosts", Expression: "object.spec.?rules.orValue([]).map(r, r.?host.orValue(''))"},
				},
				Validations: []admissionregistrationv1.Validation{
					{Expression: "!variables.mine || object.metadata.namespace in params.spec.namespaces.names", Message: "not served"},
					{Expression: "variables.mine || variables.hosts.all(h, !(h in params.spec.hostnames))", Message: "another's host"},
				},
			},
		},
		Binding: &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: metadata,
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
				PolicyName:        metadata.Name,
				ParamRef:          &admissionregistrationv1.ParamRef{Selector: &metav1.LabelSelector{}, ParameterNotFoundAction: new(admissionregistrationv1.AllowAction)},
				ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
			},
		},
	}
}

// install puts a variant into force.
func (v variant) install(ctx context.Context, admin client.Client) error {
	for _, policy := range v.policies {
		if err := admin.Create(ctx, policy.Policy.DeepCopy()); err != nil {
			return err
		}

		if err := admin.Create(ctx, policy.Binding.DeepCopy()); err != nil {
			return err
		}
	}

	return nil
}

// remove takes it out of force.
func (v variant) remove(ctx context.Context, admin client.Client) error {
	for _, policy := range v.policies {
		if err := admin.Delete(ctx, policy.Binding.DeepCopy()); err != nil {
			return err
		}

		if err := admin.Delete(ctx, policy.Policy.DeepCopy()); err != nil {
			return err
		}
	}

	return nil
}
