// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// collectors are the usernames of Kubernetes' own controllers that delete what has
// lost its owner: with an account for each, or one for all.
func collectors() []string {
	return []string{
		"system:serviceaccount:kube-system:generic-garbage-collector",
		"system:kube-controller-manager",
	}
}

// classOwnershipPolicy lets the operator alone create and change tenants' classes,
// and classes with their controller values: another class with a tenant's value
// would be served by the tenant's controller. Deleting one is the operator's too:
// some controllers take every Ingress once their class is gone.
func classOwnershipPolicy(operator string) Policy {
	ours := func(object string) string {
		return fmt.Sprintf("(%s.spec.?controller.orValue('').startsWith('%s/') || %s.metadata.?labels[?%s].orValue('') != '')",
			object, v1alpha1.GroupVersion.Group, object, quoted(tenant.LabelTenant))
	}
	same := "object.spec == oldObject.spec" +
		" && " + annotationOf("object", tenant.AnnotationDefaultClass) + " == " + annotationOf("oldObject", tenant.AnnotationDefaultClass) +
		" && " + sameLabels(tenant.LabelTenant, tenant.LabelManagedBy)

	return newPolicy(prefix+"ingressclasses", admissionregistrationv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{
			rule("networking.k8s.io", "ingressclasses",
				admissionregistrationv1.Create, admissionregistrationv1.Update, admissionregistrationv1.Delete),
		}},
		MatchConditions: condition("is-not-the-operator", "request.userInfo.username != "+quoted(operator)),
		Validations: []admissionregistrationv1.Validation{
			refusal(
				"request.operation != 'CREATE' || !"+ours("object"),
				"'IngressClasses with a controller of "+v1alpha1.GroupVersion.Group+"/, or with the label "+tenant.LabelTenant+", are made by the operator alone: create an IngressTenant'"),
			refusal(
				"request.operation != 'UPDATE' || !"+ours("object")+" && !"+ours("oldObject")+" || "+same,
				"'this IngressClass is a tenant\\'s: its spec, labels and default are changed in the IngressTenant'"),
			refusal(
				"request.operation != 'DELETE' || !"+ours("oldObject")+" || request.userInfo.username in "+list(collectors()...),
				"'this IngressClass is a tenant\\'s: delete the IngressTenant'"),
		},
	})
}

// namespaceLabels are the labels of a tenant's own namespace on which it hangs that
// the namespace is the tenant's, and what its pods may do. Of one that a tenant moved
// into only the first is the operator's.
func namespaceLabels() []string {
	return []string{
		tenant.LabelTenant, tenant.LabelManagedBy,
		"pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/enforce-version",
	}
}

// sameLabels is whether an object keeps these labels as they are.
func sameLabels(keys ...string) string {
	return list(keys...) + ".all(k, object.metadata.?labels[?k] == oldObject.metadata.?labels[?k])"
}

// namespaceOwnershipPolicy lets the operator alone mark a namespace as that of a
// tenant's controller, take the mark off, and change the labels of one that it made.
// Only those give a namespace to a tenant's controller who may edit the tenant.
func namespaceOwnershipPolicy(operator string) Policy {
	protected := sameLabels(tenant.LabelTenant) + " && (" +
		labelOf("object", tenant.LabelManagedBy) + " != " + quoted(tenant.Operator) + " && " +
		labelOf("oldObject", tenant.LabelManagedBy) + " != " + quoted(tenant.Operator) + " || " + sameLabels(namespaceLabels()...) + ")"
	marks := func(object string) string {
		return fmt.Sprintf("%s.metadata.?labels[?%s].orValue('')", object, quoted(tenant.LabelTenant))
	}

	return newPolicy(prefix+"namespace-ownership", admissionregistrationv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{
			rule("", "namespaces", admissionregistrationv1.Create, admissionregistrationv1.Update),
		}},
		MatchConditions: condition("is-not-the-operator", "request.userInfo.username != "+quoted(operator)),
		Variables: []admissionregistrationv1.Variable{
			variable("adopter", annotationOf("object", tenant.AnnotationAdopt)),
		},
		Validations: []admissionregistrationv1.Validation{
			refusal(
				"request.operation == 'CREATE' ? "+marks("object")+" == ''"+
					" : "+marks("object")+" == '' && "+marks("oldObject")+" == '' || "+protected,
				"'the labels "+strings.Join(namespaceLabels(), ", ")+" of a tenant\\'s own namespace are the operator\\'s'"),
			refusal(
				"variables.adopter == '' || request.operation == 'UPDATE' && variables.adopter == "+annotationOf("oldObject", tenant.AnnotationAdopt)+
					" || authorizer.group('"+v1alpha1.GroupVersion.Group+"').resource('ingresstenants').name(variables.adopter).check('update').allowed()",
				"'the annotation "+tenant.AnnotationAdopt+" gives the namespace to the controller of IngressTenant ' + variables.adopter"+
					" + ', which only those may do who may update it'"),
		},
	})
}
