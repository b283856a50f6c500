// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

func TestParseExtraArgs(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		arg  string
		want provider.Option
	}{
		"a value":                       {"--log.format=json", provider.Option{Name: "log.format", Value: "json", HasValue: true}},
		"no value":                      {"--accesslog", provider.Option{Name: "accesslog"}},
		"an empty value":                {"--accesslog=", provider.Option{Name: "accesslog", HasValue: true}},
		"a value with an equals sign":   {"--header=a=b", provider.Option{Name: "header", Value: "a=b", HasValue: true}},
		"a value with a flag inside":    {"--a=b --c=d", provider.Option{Name: "a", Value: "b --c=d", HasValue: true}},
		"more dashes than the API lets": {"---a=b", provider.Option{Name: "a", Value: "b", HasValue: true}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			test.want.Field = "spec.controller.extraArgs[1]"

			got := provider.ParseExtraArgs([]string{"--first", test.arg})
			if len(got) != 2 || got[1] != test.want {
				t.Errorf("ParseExtraArgs(%q) = %+v, want %+v", test.arg, got, test.want)
			}
		})
	}
}

func TestParseConfigIsSortedByName(t *testing.T) {
	t.Parallel()

	got := provider.ParseConfig(map[string]v1alpha1.ConfigValue{"b": "2", "a": "", "c": "x=y"})
	want := []provider.Option{
		{Name: "a", HasValue: true, Field: "spec.controller.config[a]"},
		{Name: "b", Value: "2", HasValue: true, Field: "spec.controller.config[b]"},
		{Name: "c", Value: "x=y", HasValue: true, Field: "spec.controller.config[c]"},
	}

	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestArgumentsRenderSortedAndOnce(t *testing.T) {
	t.Parallel()

	args := provider.Arguments{"b": "1"}
	args.Set("a", "")
	args.Set("b", "2")

	if got, want := args.Render(), []string{"--a=", "--b=2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestArgumentsRenderAsTheControllerWantsThem(t *testing.T) {
	t.Parallel()

	args := provider.Arguments{
		"on": "true", "off": "false", "emptied": "",
		"one": "a", "several": "b,a", "none": "",
		"plain": "true", "text": "a,b",
	}
	syntax := provider.Syntax{Switches: []string{"on", "off", "emptied", "absent"}, Lists: []string{"one", "several", "none"}}

	want := []string{"--on", "--one=a", "--plain=true", "--several=b", "--several=a", "--text=a,b"}
	if got := args.RenderAs(syntax); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
