// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Keys says which keys a tenant may set in the ConfigMap of a controller that
// writes their values into the configuration of its proxy as they are.
type Keys struct {
	// Permitted are those that it may set. It is a list of what is permitted, not
	// of what is forbidden: a key that a later version adds is refused until
	// somebody has read what it does.
	Permitted []string
	// Spared is what the permitted keys leave alone, in words.
	Spared string
	// Instead are keys that the operator sets, and the fields of the spec that
	// stand for them.
	Instead map[string]string
	// Language is what raw configuration is written in.
	Language string
	// Raw is whether a key holds raw configuration, which needs the tenant's
	// policy to allow snippets.
	Raw func(key string) bool
	// Special are the characters by which a key's value could end the directive
	// that it is written into. A value with one is raw configuration too.
	Special func(key string) string
	// Also is a further check of permitted keys; nil where there is none.
	Also func(Option) error
}

// AddTo adds the tenant's spec.controller.config to a ConfigMap's data, or returns
// a *RefusedError that names the first key which is not permitted.
func (k Keys) AddTo(data map[string]string, t *v1alpha1.IngressTenant) error {
	if t.Spec.Controller == nil {
		return nil
	}

	for _, option := range ParseConfig(t.Spec.Controller.Config) {
		if err := k.check(option, tenant.AllowsSnippets(t)); err != nil {
			return err
		}

		data[option.Name] = option.Value
	}

	return nil
}

func (k Keys) check(option Option, snippets bool) error {
	raw := k.Raw(option.Name)
	field, own := k.Instead[option.Name]

	switch {
	case own:
		return Refuse(v1alpha1.ReasonIsolationBroken, "%s: set %s instead", option.Field, field)
	case !raw && !slices.Contains(k.Permitted, option.Name):
		return Refuse(v1alpha1.ReasonIsolationBroken,
			"%s: the key is not permitted: it is not one of those known to leave %s alone; remove it", option.Field, k.Spared)
	case (raw || strings.ContainsAny(option.Value, k.Special(option.Name))) && !snippets:
		return Refuse(v1alpha1.ReasonIsolationBroken, "%s: raw %s configuration needs spec.policy.snippets: Allow", option.Field, k.Language)
	case !raw && k.Also != nil:
		return k.Also(option)
	}

	return nil
}
