// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package all_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// docs is where each implementation has a page.
func docs(file string) string {
	return filepath.Join("..", "..", "..", "docs", "providers", file)
}

// pages are the implementations' pages.
func pages() map[v1alpha1.ProviderName]string {
	return map[v1alpha1.ProviderName]string{
		v1alpha1.ProviderTraefik:        "traefik.md",
		v1alpha1.ProviderIngressNGINX:   "ingress-nginx.md",
		v1alpha1.ProviderHAProxyIngress: "haproxy-ingress.md",
		v1alpha1.ProviderHAProxy:        "haproxy.md",
		v1alpha1.ProviderNGINX:          "nginx.md",
	}
}

// The overview says what the implementations themselves declare.
func TestOverviewOfProviders(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile(docs("README.md"))
	if err != nil {
		t.Fatal(err)
	}

	_, rest, found := strings.Cut(string(text), "<!-- capabilities -->\n")
	got, _, ended := strings.Cut(rest, "<!-- end -->\n")

	if !found || !ended {
		t.Fatal("docs/providers/README.md has no table between <!-- capabilities --> and <!-- end -->")
	}

	if diff := cmp.Diff(overview(), got); diff != "" {
		t.Errorf("the table of docs/providers/README.md differs from what the providers declare (-declared +documented):\n%s\nit should be\n%s", diff, overview())
	}
}

// overview is the table of all implementations and what they can do.
func overview() string {
	header, rule := "| |", "|---|"
	rows := map[string]string{}

	var names []string

	add := func(name, value string) {
		if _, there := rows[name]; !there {
			names = append(names, name)
		}

		rows[name] += " " + value + " |"
	}
	yes := func(can bool) string {
		if can {
			return "yes"
		}

		return "no"
	}

	for _, p := range all.All() {
		d := p.Descriptor()
		can := d.Capabilities
		header += fmt.Sprintf(" [%s](%s) |", d.Name, pages()[d.Name])
		rule += "---|"

		add("default version", d.Versions[0].Name)
		add("gets fixes", support(d.Versions[0]))
		add("controller run here", yes(!d.Unverified))
		add("class told by", map[v1alpha1.ClassBinding]string{
			v1alpha1.BindingControllerValue: "its own controller value",
			v1alpha1.BindingClassName:       "the class's name",
		}[can.ClassBinding])
		add("takes over another provider's class", yes(can.AnyControllerValue))
		add("several namespaces", several(can))
		add("ExternalName backends", yes(can.ExternalNames))
		add("PROXY protocol", yes(can.ProxyProtocol))
		add("trusted forwarders", yes(can.ForwardedHeaders))
		add("default certificate", yes(can.DefaultCertificate))
		add("TLS profile", yes(can.TLSProfile))
		add("keeps raw configuration out", yes(!can.RawConfiguration))
	}

	text := header + "\n" + rule + "\n"
	for _, name := range names {
		text += "| " + name + " |" + rows[name] + "\n"
	}

	return text
}

func support(v provider.Version) string {
	switch {
	case v.Supported && v.EndOfLife != "":
		return "until " + v.EndOfLife
	case v.Supported:
		return "yes"
	default:
		return "no, since " + v.EndOfLife
	}
}

func several(c provider.Capabilities) string {
	switch {
	case c.NamespaceLists:
		return "yes"
	case c.NamespaceSelector:
		return "by consent: it may read the Secrets of all"
	default:
		return "one or all"
	}
}

func TestEveryProviderHasAPage(t *testing.T) {
	t.Parallel()

	for _, p := range all.All() {
		d := p.Descriptor()

		text, err := os.ReadFile(docs(pages()[d.Name]))
		if err != nil {
			t.Error(err)

			continue
		}

		if heading := "# " + string(d.Name) + "\n"; !strings.HasPrefix(string(text), heading) {
			t.Errorf("%s does not begin with %q", pages()[d.Name], heading)
		}

		if !strings.Contains(string(text), d.Versions[0].Name) {
			t.Errorf("%s does not name %s, the default version", pages()[d.Name], d.Versions[0].Name)
		}
	}
}
