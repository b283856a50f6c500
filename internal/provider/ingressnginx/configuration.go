// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// ownKeys are the ConfigMap keys that the operator sets, and the field of the
// spec to use instead.
func ownKeys() map[string]string {
	return map[string]string{
		"allow-snippet-annotations":       "spec.policy.snippets",
		"annotations-risk-level":          "spec.policy.snippets",
		"allow-cross-namespace-resources": "",
		"disable-access-log":              "spec.controller.accessLog",
		"ssl-protocols":                   "spec.tls.profile",
		"ssl-ciphers":                     "spec.tls.profile",
		"use-proxy-protocol":              "spec.exposure.clientAddress.proxyProtocol",
		"use-forwarded-headers":           "spec.exposure.clientAddress.forwardedHeaders",
		"proxy-real-ip-cidr":              "spec.exposure.clientAddress",
		"enable-real-ip":                  "spec.exposure.clientAddress",
	}
}

// refusedKeys are ConfigMap keys that would load code or weaken what stands
// between the tenant's users and the controller's rights. The other keys tune
// nginx for this tenant alone.
func refusedKeys() []string {
	return []string{
		"annotation-value-word-blocklist", "lua-shared-dicts", "plugins",
		"enable-modsecurity", "modsecurity-snippet",
	}
}

// configuration is the data of the controller's ConfigMap, or a *RefusedError
// that names the first key that is not permitted.
func configuration(t *v1alpha1.IngressTenant) (map[string]string, error) {
	allowed := tenant.AllowsSnippets(t)
	data := map[string]string{
		"allow-snippet-annotations": strconv.FormatBool(allowed),
		// Snippet annotations are of the highest risk level; the default admits
		// all below it.
		"annotations-risk-level":          "High",
		"allow-cross-namespace-resources": "false",
		"disable-access-log":              strconv.FormatBool(!tenant.WantsAccessLog(t)),
	}

	if allowed {
		data["annotations-risk-level"] = "Critical"
	}

	provider.TLSOf(t).AddNGINX(data)

	if err := addClientAddresses(data, t); err != nil {
		return nil, err
	}

	if t.Spec.Controller == nil {
		return data, nil
	}

	for _, option := range provider.ParseConfig(t.Spec.Controller.Config) {
		if err := checkKey(option, allowed); err != nil {
			return nil, err
		}

		data[option.Name] = option.Value
	}

	return data, nil
}

// keyCharacters are the characters of keys. The controller matches keys whatever
// their letter case; a key that is held to lower case has one spelling to check.
const keyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-"

func checkKey(option provider.Option, snippets bool) error {
	if strings.Trim(option.Name, keyCharacters) != "" {
		return provider.Refuse(v1alpha1.ReasonInvalidSpec, `%s: not a key of ingress-nginx; its keys are lower-case letters, digits and "-"`, option.Field)
	}

	if field, own := ownKeys()[option.Name]; own {
		if field == "" {
			return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: the key is the operator's own and cannot be changed; remove it", option.Field)
		}

		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: set %s instead", option.Field, field)
	}

	if slices.Contains(refusedKeys(), option.Name) {
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: the key is not permitted: it loads code or lifts a protection; remove it", option.Field)
	}

	// Values go into nginx.conf as they are, where a semicolon begins the next
	// directive.
	if raw := strings.HasSuffix(option.Name, "-snippet") || strings.Contains(option.Value, ";"); raw && !snippets {
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: raw nginx configuration needs spec.policy.snippets: Allow", option.Field)
	}

	return nil
}
