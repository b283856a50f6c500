// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// classRules let only those namespaces name a tenant's class that the tenant
// serves, and hold both ways to name one to the same class: the API server compares
// them when an Ingress is created, and never again, while controllers differ in which
// they go by.
//
// What an Ingress named before is no matter of these rules: it keeps working.
func classRules() ruleSet {
	return ruleSet{
		name: "classes", group: "networking.k8s.io", resource: "ingresses", concern: "concerned",
		condition: namesClassAnew(),
		variables: append(ingressOf(), namespaceOf()...),
		validations: []admissionregistrationv1.Validation{
			refusal(
				"variables.named.all(cs, cs.size() == 0) || variables.class == '' || variables.annotation == '' || variables.class == variables.annotation",
				"'spec.ingressClassName is ' + variables.class + ', and the annotation "+tenant.AnnotationClass+" names ' + variables.annotation"+
					" + ': remove the annotation'"),
			refusal(
				"variables.named.all(cs, cs.all(c, "+served("c")+"))",
				"'the ingress class ' + variables.named.map(cs, cs.filter(c, !"+served("c")+").map(c, c[0] + ' is of tenant ' + c[1]).join('')).filter(t, t != '').join(' and ')"+
					" + ', which does not serve namespace ' + variables.home"+
					" + ': name another class, or have the namespace served, by spec.namespaces of the IngressTenant and by the annotation "+
					tenant.AnnotationConsent+" of the namespace if it has or needs one'"),
		},
	}
}

// namesClassAnew is whether an Ingress is new, or names its class in another way than
// before.
func namesClassAnew() string {
	return "request.operation == 'CREATE'" +
		" || object.spec.?ingressClassName.orValue('') != oldObject.spec.?ingressClassName.orValue('')" +
		" || " + annotationOf("object", tenant.AnnotationClass) + " != " + annotationOf("oldObject", tenant.AnnotationClass)
}
