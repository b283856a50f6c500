// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"

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
// username, these controller implementations, and what tenants claim, by page. All of
// them refuse what they cannot decide.
func Policies(operator string, implementations []provider.Descriptor, pages [][]Entry) []Policy {
	policies := []Policy{
		namespaceOwnershipPolicy(operator),
		classOwnershipPolicy(operator),
	}

	sets := []ruleSet{
		classRules(),
		hostnameRules(),
		annotationRules(implementations),
		externalNameRules(),
		namespaceRules(),
		classValueRules(operator),
	}

	for number, entries := range pages {
		policies = append(policies, newPolicy(PageName(number), join(sets, tableOf(contents(entries)))))
	}

	return policies
}

// PageName is the name of the policy of a page, from 0 on.
func PageName(number int) string {
	return fmt.Sprintf("%sclaims-%02d", prefix, number)
}

// newPolicy returns a policy that is in force for every object that it is about.
func newPolicy(name string, spec admissionregistrationv1.ValidatingAdmissionPolicySpec) Policy {
	// What the API server would set is set, so that the policy that is there can be
	// compared with this one.
	spec.FailurePolicy = new(admissionregistrationv1.Fail)
	spec.MatchConstraints.MatchPolicy = new(admissionregistrationv1.Equivalent)
	spec.MatchConstraints.NamespaceSelector = &metav1.LabelSelector{}
	spec.MatchConstraints.ObjectSelector = &metav1.LabelSelector{}

	metadata := metav1.ObjectMeta{Name: name, Labels: Labels()}

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

func rule(group, resource string, operations ...admissionregistrationv1.OperationType) admissionregistrationv1.NamedRuleWithOperations {
	return admissionregistrationv1.NamedRuleWithOperations{
		RuleWithOperations: admissionregistrationv1.RuleWithOperations{
			Operations: operations,
			Rule: admissionregistrationv1.Rule{
				APIGroups:   []string{group},
				APIVersions: []string{"v1"},
				Resources:   []string{resource},
				Scope:       new(admissionregistrationv1.AllScopes),
			},
		},
	}
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

// Labels are the labels of the policies and their bindings.
func Labels() map[string]string {
	return map[string]string{
		tenant.LabelName:      tenant.Operator,
		tenant.LabelManagedBy: tenant.Operator,
		tenant.LabelComponent: "admission",
	}
}
