// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Option is one command-line option as a tenant gave it.
type Option struct {
	// Name is the option's name without dashes.
	Name string
	// Value is what follows the first equals sign.
	Value string
	// HasValue is whether there was an equals sign.
	HasValue bool
	// Field is where in the spec the option stands.
	Field string
}

// ParseExtraArgs splits spec.controller.extraArgs into options.
func ParseExtraArgs(args []string) []Option {
	options := make([]Option, 0, len(args))

	for i, arg := range args {
		name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		options = append(options, Option{
			Name:     name,
			Value:    value,
			HasValue: hasValue,
			Field:    fmt.Sprintf("spec.controller.extraArgs[%d]", i),
		})
	}

	return options
}

// ParseConfig turns spec.controller.config into options, sorted by name.
func ParseConfig(config map[string]v1alpha1.ConfigValue) []Option {
	options := make([]Option, 0, len(config))

	for _, name := range slices.Sorted(maps.Keys(config)) {
		options = append(options, Option{
			Name:     name,
			Value:    string(config[name]),
			HasValue: true,
			Field:    fmt.Sprintf("spec.controller.config[%s]", name),
		})
	}

	return options
}

// Arguments is a command line under construction: options by name, each at
// most once, rendered in the order of their names.
type Arguments map[string]string

// Set adds or replaces an option.
func (a Arguments) Set(name, value string) {
	a[name] = value
}

// Add adds a tenant's own options, each of which may replace one that is there.
// It returns the check's first error, or a *RefusedError for an option that the
// tenant gives twice. An option without a value is a switch turned on.
func (a Arguments) Add(options []Option, check func(Option) error) error {
	given := map[string]string{}

	for _, option := range options {
		if err := check(option); err != nil {
			return err
		}

		if field, twice := given[option.Name]; twice {
			return Refuse(v1alpha1.ReasonInvalidSpec,
				"%s: option %q is set already by %s; remove one", option.Field, option.Name, field)
		}

		given[option.Name] = option.Field

		if !option.HasValue {
			option.Value = "true"
		}

		a.Set(option.Name, option.Value)
	}

	return nil
}

// Render returns the options as --name=value, sorted.
func (a Arguments) Render() []string {
	return a.RenderAs(Syntax{})
}

// Syntax is how a controller wants options that are not --name=value.
type Syntax struct {
	// Switches are options that take no value: --name turns one on, and there is
	// no way to turn it off. They are there if their value is "true".
	Switches []string
	// Lists are options that are there once for each value. Their values are
	// separated by commas; an empty one is not there.
	Lists []string
}

// RenderAs returns the options as Render does, but for those of the syntax.
func (a Arguments) RenderAs(syntax Syntax) []string {
	rendered := make([]string, 0, len(a))

	for _, name := range slices.Sorted(maps.Keys(a)) {
		switch value := a[name]; {
		case slices.Contains(syntax.Switches, name):
			if value == "true" {
				rendered = append(rendered, "--"+name)
			}
		case slices.Contains(syntax.Lists, name):
			for each := range strings.SplitSeq(value, ",") {
				if each != "" {
					rendered = append(rendered, "--"+name+"="+each)
				}
			}
		default:
			rendered = append(rendered, "--"+name+"="+value)
		}
	}

	return rendered
}
