// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Flags says which flags of its own a tenant may give to a controller that knows
// flags in one spelling.
type Flags struct {
	// Permitted are those that it may set. It is a list of what is permitted, not
	// of what is forbidden: a flag that a later version adds is refused until
	// somebody has read what it does.
	Permitted []string
	// Instead are flags that the operator sets, and the fields of the spec that
	// stand for them. Each has to do with the tenant's isolation.
	Instead map[string]string
	// LogLevel is the flag for the log level, for which there is a field.
	LogLevel string
	// Also is a further check of permitted flags; nil where there is none.
	Also func(Option) error
}

// AddTo adds the tenant's spec.controller.extraArgs to a command line, or returns
// a *RefusedError that names the first which is not permitted.
func (f Flags) AddTo(args Arguments, t *v1alpha1.IngressTenant) error {
	if t.Spec.Controller == nil {
		return nil
	}

	return args.Add(ParseExtraArgs(t.Spec.Controller.ExtraArgs), f.check)
}

func (f Flags) check(option Option) error {
	if option.Name == f.LogLevel {
		return Refuse(v1alpha1.ReasonInvalidSpec, "%s: set spec.controller.logLevel instead of flag --%s", option.Field, option.Name)
	}

	if field, own := f.Instead[option.Name]; own {
		return Refuse(v1alpha1.ReasonIsolationBroken, "%s: set %s instead of flag --%s", option.Field, field, option.Name)
	}

	if !slices.Contains(f.Permitted, option.Name) {
		return Refuse(v1alpha1.ReasonIsolationBroken,
			"%s: flag --%s is not permitted: it is not one of those known to leave the tenant's class, namespaces, election, ports and rights alone; remove it",
			option.Field, option.Name)
	}

	if f.Also != nil {
		return f.Also(option)
	}

	return nil
}

// Verbosity is the klog level for a tenant's log level: quiet for those above
// Info, normal for Info, which is the default, and details for Debug.
func Verbosity(t *v1alpha1.IngressTenant, quiet, normal, details string) string {
	switch tenant.LogLevel(t) {
	case v1alpha1.LogError, v1alpha1.LogWarn:
		return quiet
	case v1alpha1.LogDebug:
		return details
	case v1alpha1.LogInfo:
		return normal
	default:
		return normal
	}
}

// LogWord is the log level of a controller that has a word for each: error,
// warning, info and debug.
func LogWord(t *v1alpha1.IngressTenant) string {
	switch tenant.LogLevel(t) {
	case v1alpha1.LogError:
		return "error"
	case v1alpha1.LogWarn:
		return "warning"
	case v1alpha1.LogDebug:
		return "debug"
	case v1alpha1.LogInfo:
		return "info"
	default:
		return "info"
	}
}
