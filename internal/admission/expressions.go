// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"strconv"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// maxLabels is how many labels a host may have where somebody holds hostnames: the
// language of policies has no loop over numbers, so each depth is written out.
const maxLabels = 16

// TooDeep is whether a host has more labels than the policies can look at.
func TooDeep(host string) bool {
	return strings.Count(host, ".") >= maxLabels
}

// The ends of the names of annotations by which several implementations give an Ingress
// more hosts: as they are, or as regular expressions.
const (
	AliasAnnotation      = "/server-alias"
	AliasRegexAnnotation = "/server-alias-regex"
)

// quoted is a text as a literal of the policies' language.
func quoted(text string) string {
	return strconv.Quote(text)
}

// list is a list of texts as a literal.
func list(texts ...string) string {
	literals := make([]string, 0, len(texts))
	for _, text := range texts {
		literals = append(literals, quoted(text))
	}

	return "[" + strings.Join(literals, ", ") + "]"
}

// variable is a variable of a policy, which is computed at most once for each
// evaluation, and only if it is used.
func variable(name, expression string) admissionregistrationv1.Variable {
	return admissionregistrationv1.Variable{Name: name, Expression: expression}
}

// annotationOf is the value of an annotation of an object, empty if it has none.
func annotationOf(object, annotation string) string {
	return fmt.Sprintf("%s.metadata.?annotations[?%s].orValue('')", object, quoted(annotation))
}

// claim is the expression for a list of the claim that the table has for a class:
// none, or one, as a list of its fields.
func claim(class string) string {
	return lookUp(quoted(classKey)+" + "+class) + ".map(v, [" + class + "] + v.split(" + quoted(fieldBreak) + "))"
}

// allClaims is the variable of all claims in the table, by part.
func allClaims() admissionregistrationv1.Variable {
	return variable("claims", fmt.Sprintf(
		"variables.tables.map(t, t.filter(k, k.startsWith(%s)).map(k, [k.substring(%d)] + t[k].split(%s)))",
		quoted(classKey), len(classKey), quoted(fieldBreak)))
}

// field is a field of a claim.
func field(claim string, number int) string {
	return claim + "[" + strconv.Itoa(number) + "]"
}

// has is whether a claim has a flag.
func has(claim, flag string) string {
	return "(" + field(claim, fieldFlags) + " + ',').contains('" + listBreak + flag + ",')"
}

// ingressOf are the variables about an Ingress: which classes it names, the claims
// that the table has for these, which hosts it has, and whether the table knows
// anything of it.
func ingressOf() []admissionregistrationv1.Variable {
	return []admissionregistrationv1.Variable{
		variable("class", "string(object.spec.?ingressClassName.orValue(''))"),
		variable("annotation", "string("+annotationOf("object", tenant.AnnotationClass)+")"),
		variable("annotations", "object.metadata.?annotations.orValue({})"),
		variable("named", "[variables.class, variables.annotation].map(c, "+claim("c")+")"),
		variable("rules", "object.spec.?rules.orValue([])"),
		variable("ruleHosts", "variables.rules.map(r, string(r.?host.orValue(''))).filter(h, h != '')"),
		// Annotations by which several implementations give an Ingress more hosts.
		variable("aliases", "variables.annotations.filter(k, k.endsWith('"+AliasAnnotation+"'))"+
			".map(k, string(variables.annotations[k]).split(',')"+
			".map(h, h.trim().lowerAscii()).filter(h, h != ''))"),
		// The host of a certificate is mostly that of a rule, too. Each host comes with
		// the domains above it.
		variable("hosts", "([variables.ruleHosts]"+
			" + object.spec.?tls.orValue([]).map(t, t.?hosts.orValue([]).map(h, string(h)).filter(h, !(h in variables.ruleHosts)))"+
			" + variables.aliases.map(hs, hs.filter(h, "+plainHost("h")+")))"+
			".map(hs, hs.map(h, [h] + "+domainsAbove("h")+"))"),
		variable("concerned", known(quoted(classKey)+" + variables.class")+" || "+known(quoted(classKey)+" + variables.annotation")+
			" || variables.hosts.exists(hs, hs.exists(h, "+known(quoted(hostKey)+" + h[0]")+
			" || h.exists(d, "+known(quoted(wildcardKey)+" + d")+")"+
			" || h[0].startsWith('*.') && "+known(quoted(domainKey)+" + h[0].substring(2)")+
			" || "+tooDeep("h[0]")+"))"),
	}
}

// tooDeep is whether a host has more labels than can be looked at.
func tooDeep(host string) string {
	return host + ".split('.').size() > " + strconv.Itoa(maxLabels)
}

// namespaceOf are the variables about the namespace of the object.
func namespaceOf() []admissionregistrationv1.Variable {
	return []admissionregistrationv1.Variable{
		variable("home", "namespaceObject.metadata.name"),
		variable("labels", "namespaceObject.metadata.?labels.orValue({})"),
		variable("consent", fmt.Sprintf("namespaceObject.metadata.?annotations[?%s]", quoted(tenant.AnnotationConsent))),
		// A namespace that a tenant's controller is in is served by nobody by name
		// or by label.
		variable("reserved", fmt.Sprintf("variables.labels[?%s].orValue('') != ''", quoted(tenant.LabelTenant))),
	}
}

// served is whether the tenant of a claim serves the namespace of the object.
func served(claim string) string {
	return "((" + field(claim, fieldNamespaces) + " == '*'" +
		" || !variables.reserved && (variables.home in " + field(claim, fieldNamespaces) + ".split(',')" +
		" || " + labelled(claim, "variables.labels") + "))" +
		" && (variables.consent.hasValue()" +
		" ? variables.consent.value().split(',').exists(t, t.trim() == " + field(claim, fieldTenant) + " || t.trim() == '*')" +
		" : !" + has(claim, flagConsent) + "))"
}

// labelled is whether labels put a namespace into the tenant of a claim.
func labelled(claim, labels string) string {
	return strings.NewReplacer("WANTED", field(claim, fieldLabels), "LABELS", labels).Replace(
		"(WANTED != '' && WANTED.split(',').all(l, LABELS[?l.split('=')[0]].orValue('=') == l.split('=')[1]))")
}

// domainsAbove are the domains above a host, from the next one on.
func domainsAbove(host string) string {
	depths := make([]string, 0, maxLabels)
	for depth := 2; depth <= maxLabels; depth++ {
		depths = append(depths, strconv.Itoa(depth))
	}

	return strings.NewReplacer("DEPTHS", strings.Join(depths, ", "), "HOST", host).Replace(
		"[HOST.split('.').size()].map(s, [DEPTHS].filter(n, n <= s).map(n, HOST.split('.', n)[n - 1]))[0]")
}
