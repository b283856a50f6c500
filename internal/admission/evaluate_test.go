// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"context"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	apiserveradmission "k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// operatorName is the username of the operator in these tests.
const operatorName = "system:serviceaccount:ingress-tenant-operator:ingress-tenant-operator"

func policies(claims []admission.Entry) []admission.Policy {
	return admission.Policies(operatorName, descriptors(), admission.Pages(0, claims))
}

// descriptors are those of all controller implementations.
func descriptors() []provider.Descriptor {
	descriptors := make([]provider.Descriptor, 0, len(all.All()))
	for _, p := range all.All() {
		descriptors = append(descriptors, p.Descriptor())
	}

	return descriptors
}

// evaluator evaluates policies with the API server's own code, compiled with the
// libraries that Kubernetes 1.30 offers to new expressions: those of 1.29.
type evaluator struct {
	policies []compiled
}

type compiled struct {
	admission.Policy

	validator validating.Validator
}

func newEvaluator(tb testing.TB, claims []admission.Entry) *evaluator {
	tb.Helper()

	return newEvaluatorOf(tb, policies(claims)...)
}

func newEvaluatorOf(tb testing.TB, policies ...admission.Policy) *evaluator {
	tb.Helper()

	e := &evaluator{}
	for _, policy := range policies {
		e.policies = append(e.policies, compiled{policy, compile(tb, policy.Policy)})
	}

	return e
}

// compile is what the API server does with a policy that it is given.
func compile(tb testing.TB, policy *admissionregistrationv1.ValidatingAdmissionPolicy) validating.Validator {
	tb.Helper()

	with := cel.OptionalVariableDeclarations{HasAuthorizer: true}
	without := cel.OptionalVariableDeclarations{}

	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(version.MajorMinor(1, 29)))
	if err != nil {
		tb.Fatal(err)
	}

	for _, v := range policy.Spec.Variables {
		result := compiler.CompileAndStoreVariable(&validating.Variable{Name: v.Name, Expression: v.Expression}, with, environment.NewExpressions)
		if result.Error != nil {
			tb.Fatalf("policy %s, variable %s: %v", policy.Name, v.Name, result.Error)
		}
	}

	var conditions, validations, messages []cel.ExpressionAccessor

	for i := range policy.Spec.MatchConditions {
		conditions = append(conditions, (*matchconditions.MatchCondition)(&policy.Spec.MatchConditions[i]))
	}

	for _, v := range policy.Spec.Validations {
		validations = append(validations, &validating.ValidationCondition{Expression: v.Expression, Message: v.Message, Reason: v.Reason})
		messages = append(messages, &validating.MessageExpressionCondition{MessageExpression: v.MessageExpression})
	}

	for _, expression := range append(append(conditions, validations...), messages...) {
		if result := compiler.CompileCELExpression(expression, with, environment.NewExpressions); result.Error != nil {
			tb.Fatalf("policy %s: %s: %v", policy.Name, expression.GetExpression(), result.Error)
		}
	}

	return validating.NewValidator(
		compiler.CompileCondition(validations, with, environment.NewExpressions),
		matchconditions.NewMatcher(compiler.CompileCondition(conditions, with, environment.NewExpressions), policy.Spec.FailurePolicy, "policy", "validate", policy.Name),
		compiler.CompileCondition(nil, with, environment.NewExpressions),
		compiler.CompileCondition(messages, without, environment.NewExpressions),
		policy.Spec.FailurePolicy,
		nil,
	)
}

// request is what somebody does to an object.
type request struct {
	// object and old are the object as it is to be, and as it was.
	object, old runtime.Object
	// namespace is the object's, or nil.
	namespace *corev1.Namespace
	// user is who does it; somebody if empty.
	user string
	// mayUpdate are the tenants that the user may update.
	mayUpdate []string
}

// refusals are why the policies refuse a request.
func (e *evaluator) refusals(tb testing.TB, r request) []string {
	tb.Helper()

	attributes, gvr := r.attributes(tb)

	var refusals []string

	for _, policy := range e.policies {
		if !matches(policy.Policy.Policy, gvr, attributes.GetOperation()) {
			continue
		}

		result := policy.validator.Validate(tb.Context(), gvr, &apiserveradmission.VersionedAttributes{
			Attributes:         attributes,
			VersionedObject:    apiserveradmission.NewLazyObject(r.object),
			VersionedOldObject: apiserveradmission.NewLazyObject(r.old),
			VersionedKind:      attributes.GetKind(),
		}, nil, r.namespace, celconfig.RuntimeCELCostBudget, r)

		for _, decision := range result.Decisions {
			if decision.Action == validating.ActionDeny {
				refusals = append(refusals, decision.Message)
			}
		}
	}

	return refusals
}

// matches is whether a policy is about a request at all.
func matches(policy *admissionregistrationv1.ValidatingAdmissionPolicy, gvr schema.GroupVersionResource, operation apiserveradmission.Operation) bool {
	for _, rule := range policy.Spec.MatchConstraints.ResourceRules {
		for _, named := range rule.Operations {
			if rule.Resources[0] == gvr.Resource && rule.APIGroups[0] == gvr.Group && string(named) == string(operation) {
				return true
			}
		}
	}

	return false
}

func (r request) attributes(tb testing.TB) (apiserveradmission.Attributes, schema.GroupVersionResource) {
	tb.Helper()

	operation := apiserveradmission.Create
	subject := r.object

	switch {
	case r.object == nil:
		operation, subject = apiserveradmission.Delete, r.old
	case r.old != nil:
		operation = apiserveradmission.Update
	}

	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, networkingv1.AddToScheme, appsv1.AddToScheme, rbacv1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			tb.Fatal(err)
		}
	}

	kinds, _, err := scheme.ObjectKinds(subject)
	if err != nil {
		tb.Fatal(err)
	}

	kind := kinds[0]
	gvr, _ := meta.UnsafeGuessKindToResource(kind)

	name := r.user
	if name == "" {
		name = "somebody"
	}

	return apiserveradmission.NewAttributesRecord(r.object, r.old, kind, "", "", gvr, "", operation, nil, false,
		&user.DefaultInfo{Name: name}), gvr
}

// Authorize lets the user update some tenants, and nothing else.
func (r request) Authorize(_ context.Context, a authorizer.Attributes) (authorizer.Decision, string, error) {
	for _, name := range r.mayUpdate {
		if a.GetResource() == "ingresstenants" && a.GetVerb() == "update" && a.GetName() == name {
			return authorizer.DecisionAllow, "", nil
		}
	}

	return authorizer.DecisionNoOpinion, "", nil
}
