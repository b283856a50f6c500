// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// externalNameRules keep Services of type ExternalName from naming what is inside
// the cluster, in namespaces of tenants whose controllers follow them: the controller
// would be another's way into a namespace that it does not serve. A name of the
// Service's own namespace leads nowhere else.
//
// They are not for tenants of all namespaces, which every namespace would suffer for,
// and do not see where a name of the outside leads; the tenant's NetworkPolicy
// has to, where the cluster's network enforces it.
func externalNameRules() ruleSet {
	inside := "(variables.target.endsWith('.svc') || variables.target.contains('.svc.') || variables.target.endsWith('.cluster.local')" +
		" || !variables.target.contains('.') || variables.target.matches('^[0-9.]+$'))" +
		" && !(variables.target.endsWith('.' + variables.home + '.svc') || variables.target.contains('.' + variables.home + '.svc.'))"

	following := "variables.claims.exists(cs, cs.exists(c, " + has("c", flagExternalNames) + " && " + field("c", fieldNamespaces) + " != '*' && " + served("c") + "))"

	return ruleSet{
		name: "externalNames", group: "", resource: "services",
		condition: "object.spec.?type.orValue('') == 'ExternalName' && (request.operation == 'CREATE'" +
			" || oldObject.spec.?type.orValue('') != 'ExternalName'" +
			" || object.spec.?externalName.orValue('') != oldObject.spec.?externalName.orValue(''))",
		variables: append(namespaceOf(),
			allClaims(),
			variable("target", "object.spec.?externalName.orValue('').lowerAscii()"),
		),
		validations: []admissionregistrationv1.Validation{refusal(
			"!("+inside+") || !("+following+")",
			strings.Join([]string{
				"'externalName ' + variables.target + ' is inside the cluster'",
				"', and this namespace is served by a tenant whose controller follows such Services (spec.policy.externalNameServices of the IngressTenant)'",
				"': name a Service of this namespace, or a host outside of the cluster'",
			}, " + "))},
	}
}
