// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strconv"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// plainHost is whether a text is a host that says which it is: no regular expression,
// upper case or trailing dot.
func plainHost(text string) string {
	return text + `.matches('^([*]\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')`
}

// hostnameRules let Ingresses have hosts that their tenant holds, or where it
// claims none those that nobody else holds. A host that is held is also kept from
// Ingresses of classes that are no tenant's, except in namespaces that its holder
// serves: who moves there from another controller has both for a while.
//
// What an Ingress had before is no matter of these rules as long as its spec and the
// hosts in its annotations stay as they are.
func hostnameRules() ruleSet {
	return ruleSet{
		name: "hostnames", group: "networking.k8s.io", resource: "ingresses", concern: "concerned",
		condition: "request.operation == 'CREATE' || object.spec != oldObject.spec" +
			" || object.metadata.?annotations.orValue({}).exists(k, k.contains('" + AliasAnnotation + "')" +
			" && !(k in oldObject.metadata.?annotations.orValue({}) && oldObject.metadata.annotations[k] == object.metadata.annotations[k]))",
		variables: append(append(ingressOf(), namespaceOf()...),
			variable("mine", "variables.class != '' ? variables.class : variables.annotation"),
			variable("limits", "[variables.mine].map(c, "+claim("c")+")"),
			// For each host a list of lists: the host and a blank; the class that holds
			// it, if any; those that hold all below a domain above it; and for a wildcard
			// three times the class of what is held below.
			variable("holders", "variables.hosts.map(hs, hs.map(h, [[h[0], '']]"+
				" + ["+lookUp(quoted(hostKey)+" + h[0]")+"]"+
				" + h.filter(d, d != h[0]).map(d, "+lookUp(quoted(wildcardKey)+" + d")+")"+
				" + [h[0]].filter(w, w.startsWith('*.')).map(w, "+lookUp(quoted(domainKey)+" + w.substring(2)")+").map(o, o + o + o)))"),
		),
		validations: []admissionregistrationv1.Validation{
			refusal(
				"variables.limits.all(ls, ls.size() == 0) || variables.aliases.all(hs, hs.all(h, "+plainHost("h")+"))"+
					" && !variables.annotations.exists(k, k.endsWith('"+AliasRegexAnnotation+"'))",
				"'a server-alias annotation has to list hosts as they are: what a regular expression stands for cannot be checked'"),
			refusal(
				"variables.hosts.all(hs, hs.all(h, !("+tooDeep("h[0]")+")))",
				"'a host has more than "+strconv.Itoa(maxLabels)+" labels, which is more than can be checked'"),
			refusal(
				"variables.holders.all(hs, hs.all(os, "+foreigners("os")+".size() == 0))",
				"'another tenant holds what these hosts name: ' + variables.holders.map(hs, hs.filter(os, "+foreigners("os")+".size() > 0)"+
					".map(os, os[0][0]).join(', ')).filter(t, t != '').join(', ')"),
			refusal(
				"variables.limits.all(ls, ls.all(l, !"+has("l", flagHostnames)+" || variables.holders.all(hs, hs.all(os, "+held("os")+"))))",
				"'the tenant of class ' + variables.mine + ' does not hold these hosts: ' + variables.holders.map(hs, hs.filter(os, !"+held("os")+")"+
					".map(os, os[0][0]).join(', ')).filter(t, t != '').join(', ') + '; have them added to spec.hostnames of its IngressTenant'"),
			refusal(
				"variables.limits.all(ls, ls.all(l, "+has("l", flagCatchAll)+"))"+
					" || !has(object.spec.defaultBackend) && variables.rules.all(r, r.?host.orValue('') != '')",
				"'Ingresses of class ' + variables.mine + ' may not have rules without a host, nor a default backend, unless spec.policy.catchAll of its IngressTenant is Allow'"),
		},
	}
}

// foreigners are those holders of a host who are not the Ingress's own class, and do
// not serve its namespace either.
func foreigners(holders string) string {
	return holders + ".filter(o, o.size() % 2 == 1 && o[0] != variables.mine && !" +
		claim("o[0]") + ".exists(f, " + served("f") + "))"
}

// held is whether the Ingress's own class holds a host: the host itself, or all that
// is below a domain above it.
func held(holders string) string {
	return holders + ".exists(o, o.size() == 1 && o[0] == variables.mine)"
}
