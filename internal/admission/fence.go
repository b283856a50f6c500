// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// FenceName is the name of the policy that Fence returns.
const FenceName = prefix + "operator-fence"

// Account is a ServiceAccount.
type Account struct {
	Namespace, Name string
}

// AccountOf is the ServiceAccount that the API server knows by a username; false if it
// knows something else by it.
func AccountOf(username string) (Account, bool) {
	name, found := strings.CutPrefix(username, accountPrefix)
	namespace, name, two := strings.Cut(name, ":")

	return Account{Namespace: namespace, Name: name}, found && two
}

// accountPrefix begins the usernames of ServiceAccounts.
const accountPrefix = "system:serviceaccount:"

// Username is the name that the API server knows the account by.
func (a Account) Username() string {
	return accountPrefix + a.Namespace + ":" + a.Name
}

// Fence is the policy that keeps whoever has the operator's token to what the operator
// does: its rights are for kinds of objects in all namespaces, as namespaces come and
// go. Where consent is required no namespace's Secrets get read without it.
//
// It would be none if the operator could change it: the operator has the right to
// create it and no other.
func Fence(operator Account, implementations []provider.Descriptor, requireConsent bool) Policy {
	spec := admissionregistrationv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionregistrationv1.MatchResources{},
		MatchConditions:  condition("is-the-operator", "request.userInfo.username == "+quoted(operator.Username())),
		Variables: append([]admissionregistrationv1.Variable{
			variable("resource", "request.resource.resource"),
			variable("now", "request.operation == 'DELETE' ? oldObject : object"),
			variable("before", "request.operation == 'CREATE' ? object : oldObject"),
			variable("tenant", tenantOf("variables.now")),
			variable("owned", "variables.tenant != '' && "+labelOf("variables.now", tenant.LabelManagedBy)+" == "+quoted(tenant.Operator)),
			// What lost its labels is the operator's still.
			variable("wasOwned", tenantOf("variables.before")+" != '' && "+labelOf("variables.before", tenant.LabelManagedBy)+" == "+quoted(tenant.Operator)+
				" || "+madeFor("variables.before")),
		}, homeOf()...),
	}

	for _, kind := range fenced() {
		spec.MatchConstraints.ResourceRules = append(spec.MatchConstraints.ResourceRules, anyVersion(kind.group, kind.resource))
	}

	for _, rules := range [][]admissionregistrationv1.Validation{
		fencedObjects(), fencedNamespaces(), fencedBindings(implementations, requireConsent), fencedTenants(),
	} {
		spec.Validations = append(spec.Validations, rules...)
	}

	return newPolicy(FenceName, spec)
}

// kind is a kind of objects, and whether they live in tenants' own namespaces.
type kind struct {
	group, resource string
	inside          bool
}

// fenced are the kinds that the operator may write, but for those that are in its own
// namespace, events and admission policies. A policy is not asked about policies.
func fenced() []kind {
	return []kind{
		{"", "namespaces", false},
		{"", "configmaps", true},
		{"", "serviceaccounts", true},
		{"", "services", true},
		{"apps", "deployments", true},
		{"autoscaling", "horizontalpodautoscalers", true},
		{"policy", "poddisruptionbudgets", true},
		{"networking.k8s.io", "networkpolicies", true},
		{"networking.k8s.io", "ingressclasses", false},
		{"rbac.authorization.k8s.io", "clusterrolebindings", false},
		{"rbac.authorization.k8s.io", "rolebindings", false},
		{v1alpha1.GroupVersion.Group, "ingresstenants", false},
	}
}

func anyVersion(group, resource string) admissionregistrationv1.NamedRuleWithOperations {
	all := rule(group, resource, admissionregistrationv1.Create, admissionregistrationv1.Update, admissionregistrationv1.Delete)
	all.APIVersions = []string{"*"}

	return all
}

func labelOf(object, label string) string {
	return fmt.Sprintf("%s.metadata.?labels[?%s].orValue('')", object, quoted(label))
}

// madeFor is whether an object belongs to an IngressTenant.
func madeFor(object string) string {
	return object + ".metadata.?ownerReferences.orValue([])" +
		".exists(o, o.kind == 'IngressTenant' && o.apiVersion.startsWith('" + v1alpha1.GroupVersion.Group + "/'))"
}

func tenantOf(object string) string {
	return labelOf(object, tenant.LabelTenant)
}

// homeOf are the variables about the namespace of the object: the tenant whose
// controller is there, if any, and the one that it was given to.
func homeOf() []admissionregistrationv1.Variable {
	return []admissionregistrationv1.Variable{
		variable("home", "namespaceObject == null ? '' : "+tenantOf("namespaceObject")),
		// The label of one that is given comes with the first object.
		variable("given", "namespaceObject == null ? '' : "+annotationOf("namespaceObject", tenant.AnnotationAdopt)),
	}
}

// about makes a validation one of some resources.
func about(expression, message string, resources ...string) admissionregistrationv1.Validation {
	return refusal("!(variables.resource in "+list(resources...)+") || ("+expression+")",
		"'the operator\\'s account may not do this: "+message+"'")
}

// fencedObjects keep the operator to objects of tenants in tenants' own namespaces, and
// to pods that stay apart from their nodes.
func fencedObjects() []admissionregistrationv1.Validation {
	var inside []string

	for _, kind := range fenced() {
		if kind.inside {
			inside = append(inside, kind.resource)
		}
	}

	pod := "object.spec.template.spec"

	return []admissionregistrationv1.Validation{
		about("variables.tenant != '' && (variables.home == variables.tenant || variables.given == variables.tenant)"+
			" || request.operation == 'UPDATE' && variables.home != '' && "+tenantOf("oldObject")+" == variables.home",
			"it writes such objects in tenants\\' own namespaces alone, with their labels", inside...),
		about("variables.owned && variables.wasOwned",
			"it writes tenants\\' own IngressClasses alone", "ingressclasses"),
		// Before it takes such a thing off that somebody put there, it claims the field,
		// which changes nothing of the pods.
		about("request.operation == 'DELETE' || request.operation == 'UPDATE' && object.spec == oldObject.spec || !"+pod+".?hostNetwork.orValue(false) && !"+pod+".?hostPID.orValue(false) && !"+pod+".?hostIPC.orValue(false)"+
			" && "+pod+".?volumes.orValue([]).all(v, !has(v.hostPath))",
			"its pods have nothing of their nodes", "deployments"),
	}
}

// fencedNamespaces keep the operator to namespaces that it made for tenants, or that it
// was given for one, and those it made to what restricted pods may do.
func fencedNamespaces() []admissionregistrationv1.Validation {
	const enforce = "pod-security.kubernetes.io/enforce"

	return []admissionregistrationv1.Validation{
		about("request.operation != 'CREATE' || variables.owned && object.metadata.name.startsWith('ingress-')"+
			" && "+labelOf("object", enforce)+" == 'restricted'",
			"it makes namespaces for tenants\\' controllers alone, and for restricted pods", "namespaces"),
		// One that it was given and that carries its label it gives back, also when
		// the annotation is gone.
		about("request.operation != 'UPDATE' || ("+madeFor("oldObject")+" || "+tenantOf("oldObject")+" != '' || "+annotationOf("oldObject", tenant.AnnotationAdopt)+" != '')"+
			" && "+annotationOf("object", tenant.AnnotationAdopt)+" == "+annotationOf("oldObject", tenant.AnnotationAdopt)+
			" && object.metadata.?annotations[?"+quoted(tenant.AnnotationConsent)+"] == oldObject.metadata.?annotations[?"+quoted(tenant.AnnotationConsent)+"]"+
			" && ("+labelOf("object", enforce)+" == 'restricted' || "+sameLabels(enforce)+")",
			"it changes tenants\\' own namespaces alone, and neither what they consent to nor what pods may do there", "namespaces"),
		about("request.operation != 'DELETE' || "+madeFor("oldObject"),
			"it deletes namespaces alone that it made", "namespaces"),
	}
}

// fencedBindings keep the operator to binding the roles of controllers to the controller
// of the tenant that the binding is for, each where it is meant for, and away from
// namespaces that are another tenant's or do not consent.
func fencedBindings(implementations []provider.Descriptor, requireConsent bool) []admissionregistrationv1.Validation {
	var cluster, own, served []string
	for _, implementation := range implementations {
		cluster = append(cluster, implementation.Roles.Cluster...)
		own = append(own, implementation.Roles.Own...)
		served = append(served, implementation.Roles.Served...)
	}

	if !requireConsent {
		// Those of tenants that serve all namespaces.
		cluster = append(cluster, served...)
	}

	consent := fmt.Sprintf("namespaceObject.metadata.?annotations[?%s]", quoted(tenant.AnnotationConsent))
	controllers := "object.?subjects.orValue([]).all(s, s.kind == 'ServiceAccount' && (variables.tenant.size() <= " + strconv.Itoa(tenant.Verbatim) +
		" ? s.?namespace.orValue('') == 'ingress-' + variables.tenant" +
		" : s.?namespace.orValue('').startsWith('ingress-' + variables.tenant.substring(0, " + strconv.Itoa(tenant.Verbatim) + ") + '-')))"

	return []admissionregistrationv1.Validation{
		about("variables.wasOwned && (request.operation == 'DELETE' || variables.owned && object.roleRef.kind == 'ClusterRole' && "+controllers+")",
			"it binds roles to the ServiceAccounts of tenants\\' controllers alone", "rolebindings", "clusterrolebindings"),
		about("request.operation == 'DELETE' || object.roleRef.name in "+names(cluster),
			"it binds no such role for the whole cluster", "clusterrolebindings"),
		about("request.operation == 'DELETE' || object.roleRef.name in "+names(served)+
			" || object.roleRef.name in "+names(own)+" && (variables.home == variables.tenant || variables.given == variables.tenant)",
			"it binds no such role there", "rolebindings"),
		// A binding of nobody grants nothing: so is one that a finalizer holds.
		about("request.operation == 'DELETE' || object.?subjects.orValue([]).size() == 0"+
			" || variables.home == variables.tenant || variables.given == variables.tenant"+
			" || variables.home == '' && ("+consent+".hasValue()"+
			" ? "+consent+".value().split(',').exists(t, t.trim() == variables.tenant || t.trim() == '*') : "+strconv.FormatBool(!requireConsent)+")",
			"the namespace is another tenant\\'s, or does not consent", "rolebindings"),
	}
}

// names is a list of texts as a literal, each once.
func names(texts []string) string {
	return list(slices.Compact(slices.Sorted(slices.Values(texts)))...)
}

// fencedTenants keep the operator from deciding what tenants are to be.
func fencedTenants() []admissionregistrationv1.Validation {
	same := []string{"object.spec == oldObject.spec"}
	for _, field := range []string{"labels", "annotations"} {
		same = append(same, "object.metadata.?"+field+" == oldObject.metadata.?"+field)
	}

	return []admissionregistrationv1.Validation{
		about("request.operation == 'UPDATE' && "+strings.Join(same, " && "),
			"it changes finalizers of IngressTenants, and their status", "ingresstenants"),
	}
}
