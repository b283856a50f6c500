// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// namespaceRules let only those put a namespace into a tenant by its labels who may
// edit the tenant: its controller gets to read the namespace's Secrets, and its class
// and hostnames become the namespace's.
func namespaceRules() ruleSet {
	joined := "variables.claims.map(cs, cs.filter(c, " + labelled("c", "variables.now") + " && !" + labelled("c", "variables.before") + ")" +
		".map(c, " + field("c", fieldTenant) + "))"

	return ruleSet{
		name: "namespaces", group: "", resource: "namespaces",
		condition: "has(object.metadata.labels) && (request.operation == 'CREATE'" +
			" || object.metadata.labels != oldObject.metadata.?labels.orValue({}))",
		variables: []admissionregistrationv1.Variable{
			allClaims(),
			variable("now", "object.metadata.labels"),
			variable("before", "request.operation == 'CREATE' ? {} : oldObject.metadata.?labels.orValue({})"),
			variable("joined", joined),
		},
		validations: []admissionregistrationv1.Validation{refusal(
			"variables.joined.all(ts, ts.all(t, authorizer.group('"+v1alpha1.GroupVersion.Group+"').resource('ingresstenants')"+
				".name(t).check('update').allowed()))",
			"'these labels put the namespace into IngressTenant ' + variables.joined.map(ts, ts.join(' and ')).filter(t, t != '').join(' and ')"+
				" + ', which only those may do who may update it'")},
	}
}
