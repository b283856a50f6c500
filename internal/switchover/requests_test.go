// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

func rule(host string, paths ...string) networkingv1.IngressRule {
	r := networkingv1.IngressRule{Host: host}
	if len(paths) == 0 {
		return r
	}

	r.HTTP = &networkingv1.HTTPIngressRuleValue{}
	for _, path := range paths {
		r.HTTP.Paths = append(r.HTTP.Paths, networkingv1.HTTPIngressPath{Path: path})
	}

	return r
}

func ingress(rules ...networkingv1.IngressRule) networkingv1.Ingress {
	return networkingv1.Ingress{Spec: networkingv1.IngressSpec{Rules: rules}}
}

func TestRequests(t *testing.T) {
	t.Parallel()

	const unknown = "http://switchover-check.invalid/"

	encrypted := ingress(rule("blog.example.com", "/"))
	encrypted.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{"blog.example.com"}}}

	all := networkingv1.Ingress{Spec: networkingv1.IngressSpec{DefaultBackend: &networkingv1.IngressBackend{}}}

	for name, test := range map[string]struct {
		ingresses []networkingv1.Ingress
		limit     int
		want      []string
	}{
		"no Ingress":            {nil, 10, []string{unknown}},
		"each path once":        {[]networkingv1.Ingress{ingress(rule("b.example.com", "/x", "/"), rule("a.example.com", "/")), ingress(rule("a.example.com", "/"))}, 10, []string{"http://a.example.com/", "http://b.example.com/", "http://b.example.com/x", unknown}},
		"regular expressions":   {[]networkingv1.Ingress{ingress(rule("a.example.com", "/third(/|$)(.*)", `/v\d+`, ""))}, 10, []string{"http://a.example.com/", "http://a.example.com/third", "http://a.example.com/v", unknown}},
		"paths that are no URL": {[]networkingv1.Ingress{ingress(rule("a.example.com", "/%zz"))}, 10, []string{"http://a.example.com/%zz", unknown}},
		"hosts of many":         {[]networkingv1.Ingress{ingress(rule("*.example.com", "/"), rule("", "/any"))}, 10, []string{"http://switchover-check.example.com/", "http://switchover-check.example/any", unknown}},
		"a certificate":         {[]networkingv1.Ingress{encrypted}, 10, []string{unknown, "https://blog.example.com/"}},
		"a default backend":     {[]networkingv1.Ingress{all}, 10, []string{"http://switchover-check.example/", unknown}},
		"a rule without paths":  {[]networkingv1.Ingress{ingress(rule("a.example.com"))}, 10, []string{"http://a.example.com/", unknown}},
		"more than are sent":    {[]networkingv1.Ingress{ingress(rule("a.example.com", "/1", "/2", "/3")), ingress(rule("b.example.com", "/1"))}, 4, []string{"http://a.example.com/1", "http://a.example.com/2", "http://b.example.com/1", unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var got []string
			for _, request := range switchover.Requests(test.ingresses, test.limit) {
				got = append(got, request.String())
			}

			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestURL(t *testing.T) {
	t.Parallel()

	for path, want := range map[string]string{
		"/":       "http://a.example.com/",
		"/a%20b":  "http://a.example.com/a%20b",
		"/a%2Fb":  "http://a.example.com/a%2Fb",
		"/%zz":    "http://a.example.com/%25zz",
		"/a%":     "http://a.example.com/a%25",
		"/a#b":    "http://a.example.com/a%23b",
		"/a:b@c;": "http://a.example.com/a:b@c;",
		"/\x7fé":  "http://a.example.com/%7F%C3%A9",
	} {
		if got := (switchover.Request{Host: "a.example.com", Path: path}).URL("http").String(); got != want {
			t.Errorf("path %q is asked for as %s, want %s", path, got, want)
		}
	}
}

func TestOver(t *testing.T) {
	t.Parallel()

	plain, encrypted := switchover.Request{Host: "a.example.com", Path: "/"}, switchover.Request{Host: "a.example.com", Path: "/", TLS: true}
	other := switchover.Request{Host: "b.example.com", Path: "/"}

	if diff := cmp.Diff([]switchover.Request{encrypted, {Host: "b.example.com", Path: "/", TLS: true}}, switchover.Over([]switchover.Request{plain, other, encrypted}, true)); diff != "" {
		t.Errorf("over TLS (-want +got):\n%s", diff)
	}

	if diff := cmp.Diff([]switchover.Request{plain, other}, switchover.Over([]switchover.Request{plain, other, encrypted}, false)); diff != "" {
		t.Errorf("in plain (-want +got):\n%s", diff)
	}
}
