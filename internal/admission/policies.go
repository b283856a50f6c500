// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Policy is one admission policy and the binding that puts it into force. Both have
// the same name.
type Policy struct {
	Policy  *admissionregistrationv1.ValidatingAdmissionPolicy
	Binding *admissionregistrationv1.ValidatingAdmissionPolicyBinding
}

// Name is the name of the policy and of its binding.
func (p Policy) Name() string {
	return p.Policy.Name
}

// prefix begins the names of the operator's policies.
const prefix = "ingresstenant-"

// Policies are the policies that keep tenants apart, for an operator of this
// username that writes claims into this namespace, and these controller
// implementations. All of them refuse what they cannot decide.
func Policies(operator, namespace string, implementations []provider.Descriptor) []Policy {
	policies := []Policy{
		withClaims(classPolicy(), namespace),
		withClaims(hostnamePolicy(), namespace),
		withClaims(annotationPolicy(implementations), namespace),
		withClaims(externalNamePolicy(), namespace),
		withClaims(namespacePolicy(), namespace),
		namespaceOwnershipPolicy(operator),
		classOwnershipPolicy(operator),
	}

	return policies
}

// newPolicy returns a policy about the creation and change of a kind of objects.
func newPolicy(name string, group, version, resource string, spec admissionregistrationv1.ValidatingAdmissionPolicySpec) Policy {
	if spec.MatchConstraints == nil {
		spec.MatchConstraints = &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{
			rule(group, version, resource, admissionregistrationv1.Create, admissionregistrationv1.Update),
		}}
	}

	// What the API server would set is set, so that the policy that is there can be
	// compared with this one.
	spec.FailurePolicy = new(admissionregistrationv1.Fail)
	spec.MatchConstraints.MatchPolicy = new(admissionregistrationv1.Equivalent)
	spec.MatchConstraints.NamespaceSelector = &metav1.LabelSelector{}
	spec.MatchConstraints.ObjectSelector = &metav1.LabelSelector{}

	metadata := metav1.ObjectMeta{Name: prefix + name, Labels: Labels()}

	return Policy{
		Policy: &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metadata, Spec: spec},
		Binding: &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: *metadata.DeepCopy(),
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
				PolicyName:        metadata.Name,
				ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
			},
		},
	}
}

// withClaims has a policy evaluated with all claims, one after the other. Where
// nobody claims anything there is nothing to refuse.
func withClaims(policy Policy, namespace string) Policy {
	policy.Policy.Spec.ParamKind = &admissionregistrationv1.ParamKind{APIVersion: "v1", Kind: "ConfigMap"}
	policy.Binding.Spec.ParamRef = &admissionregistrationv1.ParamRef{
		Namespace:               namespace,
		Selector:                &metav1.LabelSelector{MatchLabels: Labels()},
		ParameterNotFoundAction: new(admissionregistrationv1.AllowAction),
	}

	return policy
}

func rule(group, version, resource string, operations ...admissionregistrationv1.OperationType) admissionregistrationv1.NamedRuleWithOperations {
	return admissionregistrationv1.NamedRuleWithOperations{
		RuleWithOperations: admissionregistrationv1.RuleWithOperations{
			Operations: operations,
			Rule: admissionregistrationv1.Rule{
				APIGroups:   []string{group},
				APIVersions: []string{version},
				Resources:   []string{resource},
				Scope:       new(admissionregistrationv1.AllScopes),
			},
		},
	}
}

// forIngresses is a policy about Ingresses.
func forIngresses(name string, spec admissionregistrationv1.ValidatingAdmissionPolicySpec) Policy {
	return newPolicy(name, "networking.k8s.io", "v1", "ingresses", spec)
}

// condition is when a policy is evaluated at all.
func condition(name, expression string) []admissionregistrationv1.MatchCondition {
	return []admissionregistrationv1.MatchCondition{{Name: name, Expression: expression}}
}

// refusal is a validation: what has to be so, and what is said where it is not.
func refusal(expression, message string) admissionregistrationv1.Validation {
	return admissionregistrationv1.Validation{
		Expression:        expression,
		MessageExpression: message,
		Reason:            new(metav1.StatusReasonForbidden),
	}
}

// Labels are the labels of the policies, their bindings and the claims.
func Labels() map[string]string {
	return map[string]string{
		tenant.LabelName:      tenant.Operator,
		tenant.LabelManagedBy: tenant.Operator,
		tenant.LabelComponent: "admission",
	}
}
