// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// classValueRules keep controller values that are not the operator's own kind, but one
// tenant's alone, to that tenant's class: its controller would serve another class with
// the same value, too.
func classValueRules(operator string) ruleSet {
	return ruleSet{
		name: "classValues", group: "networking.k8s.io", resource: "ingressclasses",
		condition: "request.userInfo.username != " + quoted(operator) + " && (request.operation == 'CREATE' || object.spec != oldObject.spec)",
		variables: []admissionregistrationv1.Variable{
			variable("sameValue", lookUp(quoted(valueKey)+" + object.spec.?controller.orValue('')")+".filter(c, c != object.metadata.name)"),
		},
		validations: []admissionregistrationv1.Validation{refusal(
			"variables.sameValue.size() == 0",
			"'spec.controller is that of IngressClass ' + variables.sameValue.join(', ') + ', a tenant\\'s, whose controller would serve this class too'",
		)},
	}
}
