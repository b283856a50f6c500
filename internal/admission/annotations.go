// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"maps"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// annotationRules refuse annotations that carry raw configuration where the
// tenant does not permit it, and those that name a Secret of another namespace: a
// controller may read the Secrets of all namespaces that its tenant serves, and does
// not ask which of these an Ingress is from.
//
// They know the annotations of each implementation. What an Ingress had before is no
// matter of them as long as it stays, under the same class.
func annotationRules(implementations []provider.Descriptor) ruleSet {
	raw, secrets := map[string]provider.Annotations{}, map[string]provider.Annotations{}
	for _, implementation := range implementations {
		raw[string(implementation.Name)] = implementation.RawAnnotations
		secrets[string(implementation.Name)] = implementation.SecretAnnotations
	}

	of := func(lists, claim string) string {
		return "variables.annotations.filter(k, !(k in variables.kept && variables.kept[k] == variables.annotations[k])" +
			" && variables." + lists + "[?" + field(claim, fieldProvider) + "].orValue([])" +
			".exists(p, " + matched("k", "p") + "))"
	}
	forbidden := "variables.named.map(cs, cs.filter(c, !" + has("c", flagSnippets) + ").map(c, " + of("raw", "c") + ".join(', '))" +
		".filter(t, t != '').join(', ')).filter(t, t != '')"
	foreign := "variables.named.map(cs, cs.map(c, " + of("secrets", "c") +
		".filter(k, variables.annotations[k].contains('/') && variables.annotations[k].split('/')[0] != variables.home).join(', '))" +
		".filter(t, t != '').join(', ')).filter(t, t != '')"

	return ruleSet{
		name: "annotations", group: "networking.k8s.io", resource: "ingresses", concern: "concerned",
		condition: "has(object.metadata.annotations) && (request.operation == 'CREATE'" +
			" || object.metadata.annotations != oldObject.metadata.?annotations.orValue({})" +
			" || object.spec.?ingressClassName.orValue('') != oldObject.spec.?ingressClassName.orValue(''))",
		variables: append(append(ingressOf(), namespaceOf()...),
			// What it had before, under the same class.
			variable("kept", namesClassAnew()+" ? {} : oldObject.metadata.?annotations.orValue({})"),
			variable("raw", mapping(raw)),
			variable("secrets", mapping(secrets)),
		),
		validations: []admissionregistrationv1.Validation{
			refusal(
				forbidden+".size() == 0",
				"'these annotations carry raw configuration, which the tenant of the ingress class does not permit: ' + "+
					forbidden+".join(', ') + '; see spec.policy.snippets of the IngressTenant'"),
			refusal(
				foreign+".size() == 0",
				"'these annotations have to name a Secret of namespace ' + variables.home + ', the Ingress\\'s own: ' + "+
					foreign+".join(', ')"),
		},
	}
}

// matched is whether an annotation is the pattern, or begins as it does up to "*".
func matched(annotation, pattern string) string {
	return strings.NewReplacer("KEY", annotation, "PATTERN", pattern).Replace(
		"(PATTERN.endsWith('*') ? KEY.startsWith(PATTERN.substring(0, PATTERN.size() - 1)) : KEY == PATTERN)")
}

// mapping is a map from texts to lists of texts as a literal.
func mapping(lists map[string]provider.Annotations) string {
	entries := make([]string, 0, len(lists))
	for _, key := range slices.Sorted(maps.Keys(lists)) {
		entries = append(entries, quoted(key)+": "+list(lists[key]...))
	}

	return "{" + strings.Join(entries, ", ") + "}"
}
