// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// ruleSet is a part of a policy: what it says of one kind of objects.
type ruleSet struct {
	// name tells it apart from others in a policy, in letters.
	name string
	// group and resource are the kind.
	group, resource string
	// condition is when it says anything of an object that is created or changed.
	condition string
	// concern is the variable that says whether the table knows anything of the object;
	// it is evaluated before all that costs more. Empty, the table is for each.
	concern string
	// variables are what its validations are computed from. Those of several sets
	// that have one name are one.
	variables []admissionregistrationv1.Variable
	// validations are what has to be so.
	validations []admissionregistrationv1.Validation
}

// applies is when the set says anything of a request.
func (s ruleSet) applies() string {
	return fmt.Sprintf("request.resource.group == %s && request.resource.resource == %s && (%s)",
		quoted(s.group), quoted(s.resource), s.condition)
}

// join makes one policy of sets, which looks things up in one table: evaluating a
// policy costs something, however little it says.
func join(sets []ruleSet, table []admissionregistrationv1.Variable) admissionregistrationv1.ValidatingAdmissionPolicySpec {
	spec := admissionregistrationv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionregistrationv1.MatchResources{},
		Variables:        slices.Clone(table),
	}

	var conditions []string

	for _, set := range sets {
		conditions = append(conditions, "("+set.applies()+")")
		matched := rule(set.group, set.resource, admissionregistrationv1.Create, admissionregistrationv1.Update)
		known := slices.ContainsFunc(spec.MatchConstraints.ResourceRules, func(r admissionregistrationv1.NamedRuleWithOperations) bool {
			return r.Resources[0] == set.resource
		})

		if !known {
			spec.MatchConstraints.ResourceRules = append(spec.MatchConstraints.ResourceRules, matched)
		}

		concerns := set.applies()
		if set.concern != "" {
			concerns += " && variables." + set.concern
		}

		applies := "variables." + set.name + "Applies"
		for _, v := range append(set.variables, variable(set.name+"Applies", concerns)) {
			if !slices.ContainsFunc(spec.Variables, func(other admissionregistrationv1.Variable) bool { return other.Name == v.Name }) {
				spec.Variables = append(spec.Variables, v)
			}
		}

		for _, v := range set.validations {
			v.Expression = "!" + applies + " || (" + v.Expression + ")"
			v.MessageExpression = applies + " ? " + v.MessageExpression + " : ''"
			spec.Validations = append(spec.Validations, v)
		}
	}

	spec.MatchConditions = condition("concerns-tenants", strings.Join(conditions, " || "))

	return spec
}
