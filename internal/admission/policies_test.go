// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
)

// fleet is three tenants that claim hostnames in different ways.
func fleet() []admission.Entry {
	return []admission.Entry{
		{
			Class:     "blog",
			Claim:     admission.Claim{Tenant: "blog", Provider: "Traefik", Namespaces: []string{"blog"}, LimitHostnames: true},
			Hostnames: []string{"blog.example.com", "*.blog.example.com", "a.b.c.example.net"},
		},
		{
			Class: "open",
			Claim: admission.Claim{Tenant: "open", Provider: "Traefik", NamespaceLabels: map[string]string{"team": "open"}, CatchAll: true},
		},
		{
			Class: "shop", ControllerValue: "haproxy-ingress.github.io/controller/shop",
			Claim:     admission.Claim{Tenant: "the-shop", Provider: "HAProxyIngress", Namespaces: []string{"shop", "both"}, LimitHostnames: true, CatchAll: true, Snippets: true, ExternalNames: true},
			Hostnames: []string{"shop.example.com", "*.example.org"},
		},
		{
			Class: "all",
			Claim: admission.Claim{Tenant: "all", Provider: "IngressNGINX", AllNamespaces: true, RequireConsent: true, CatchAll: true},
		},
	}
}

func namespace(name string, options ...func(*corev1.Namespace)) *corev1.Namespace {
	n := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"kubernetes.io/metadata.name": name}}}
	for _, option := range options {
		option(n)
	}

	return n
}

func labelled(key, value string) func(*corev1.Namespace) {
	return func(n *corev1.Namespace) { n.Labels[key] = value }
}

func consents(to string) func(*corev1.Namespace) {
	return func(n *corev1.Namespace) {
		metav1.SetMetaDataAnnotation(&n.ObjectMeta, "ingresstenant.io/consent", to)
	}
}

// ingress is an Ingress of a class with a rule for each host.
func ingress(class string, hosts ...string) *networkingv1.Ingress {
	i := &networkingv1.Ingress{}
	if class != "" {
		i.Spec.IngressClassName = &class
	}

	for _, host := range hosts {
		i.Spec.Rules = append(i.Spec.Rules, networkingv1.IngressRule{Host: host})
	}

	return i
}

func annotated(i *networkingv1.Ingress, key, value string) *networkingv1.Ingress {
	metav1.SetMetaDataAnnotation(&i.ObjectMeta, key, value)

	return i
}

func secured(i *networkingv1.Ingress, hosts ...string) *networkingv1.Ingress {
	i.Spec.TLS = append(i.Spec.TLS, networkingv1.IngressTLS{Hosts: hosts})

	return i
}

// was is an Ingress as it was before.
func was(i *networkingv1.Ingress) runtime.Object { return i }

const (
	oldClass   = "kubernetes.io/ingress.class"
	alias      = "nginx.ingress.kubernetes.io/server-alias"
	snippet    = "nginx.ingress.kubernetes.io/server-snippet"
	authSecret = "nginx.ingress.kubernetes.io/auth-secret"
)

// check is a request, and the beginning of each refusal. None is permission.
type check struct {
	request

	refused []string
}

// TestIngresses asks the policies, evaluated by the API server's own code, about
// Ingresses.
func TestIngresses(t *testing.T) {
	t.Parallel()

	evaluator, rules := newEvaluator(t, fleet()), rulesOf(t, fleet())

	for name, test := range ingressChecks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			expectRefusals(t, evaluator.refusals(t, test.request), test.refused)
			expectSame(t, evaluator, rules, test.object, test.namespace)
		})
	}
}

func ingressChecks() map[string]check {
	return map[string]check{
		// Classes.
		"own class, own host":         {request: request{object: ingress("blog", "blog.example.com"), namespace: namespace("blog")}},
		"class from elsewhere":        {request: request{object: ingress("blog", "blog.example.com"), namespace: namespace("evil")}, refused: []string{"the ingress class blog is of tenant blog, which does not serve namespace evil"}},
		"class of nobody":             {request: request{object: ingress("nginx", "free.example.net"), namespace: namespace("evil")}},
		"no class":                    {request: request{object: ingress("", "free.example.net"), namespace: namespace("evil")}},
		"class by label":              {request: request{object: ingress("open", "free.example.net"), namespace: namespace("any", labelled("team", "open"))}},
		"class by another's label":    {request: request{object: ingress("open", "free.example.net"), namespace: namespace("any", labelled("team", "openly"))}, refused: []string{"the ingress class open"}},
		"class by annotation":         {request: request{object: annotated(ingress("", "blog.example.com"), oldClass, "blog"), namespace: namespace("blog")}},
		"annotation from elsewhere":   {request: request{object: annotated(ingress("", "free.example.net"), oldClass, "blog"), namespace: namespace("evil")}, refused: []string{"", "the tenant of class blog does not hold these hosts: free.example.net"}},
		"annotation beside spec":      {request: request{object: annotated(ingress("open", "free.example.net"), oldClass, "blog"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"spec.ingressClassName is open, and the annotation kubernetes.io/ingress.class names blog", ""}},
		"annotation of nobody beside": {request: request{object: annotated(ingress("blog", "blog.example.com"), oldClass, "nginx"), namespace: namespace("blog")}, refused: []string{"spec.ingressClassName is blog, and the annotation kubernetes.io/ingress.class names nginx"}},
		"annotation that agrees":      {request: request{object: annotated(ingress("blog", "blog.example.com"), oldClass, "blog"), namespace: namespace("blog")}},
		"annotation with white space": {request: request{object: annotated(ingress("", "free.example.net"), oldClass, "blog all"), namespace: namespace("evil")}},
		"annotation added later": {
			request: request{old: was(ingress("open", "free.example.net")), object: annotated(ingress("open", "free.example.net"), oldClass, "blog"), namespace: namespace("any", labelled("team", "open"))},
			refused: []string{"spec.ingressClassName is open", "the ingress class blog"},
		},
		"class changed later": {
			request: request{old: was(ingress("nginx", "blog.example.com")), object: ingress("blog", "blog.example.com"), namespace: namespace("evil")},
			refused: []string{"the ingress class blog"},
		},
		"metadata of one that was there before": {
			request: request{old: was(ingress("blog", "shop.example.com")), object: annotated(ingress("blog", "shop.example.com"), "example.com/note", "x"), namespace: namespace("evil")},
		},
		"labels of one that was there before": {
			request: request{old: was(ingress("blog", "shop.example.com")), object: func() runtime.Object {
				i := ingress("blog", "shop.example.com")
				i.Labels = map[string]string{"a": "b"}

				return i
			}(), namespace: namespace("evil")},
		},
		"namespace of a controller": {
			request: request{object: ingress("open", "free.example.net"), namespace: namespace("ingress-shop", labelled("team", "open"), labelled("app.kubernetes.io/managed-by", "ingress-tenant-operator"), labelled("ingresstenant.io/tenant", "shop"))},
			refused: []string{"the ingress class open"},
		},
		"namespace that a controller moved into": {
			request: request{object: ingress("open", "free.example.net"), namespace: namespace("ingress-shop", labelled("team", "open"), labelled("app.kubernetes.io/managed-by", "argocd"), labelled("ingresstenant.io/tenant", "shop"))},
			refused: []string{"the ingress class open"},
		},
		// Consent.
		"consent required and missing": {request: request{object: ingress("all", "free.example.net"), namespace: namespace("any")}, refused: []string{"the ingress class all"}},
		"consent required and given":   {request: request{object: ingress("all", "free.example.net"), namespace: namespace("any", consents("blog, all"))}},
		"consent to everybody":         {request: request{object: ingress("all", "free.example.net"), namespace: namespace("any", consents("*"))}},
		"consent to another":           {request: request{object: ingress("blog", "blog.example.com"), namespace: namespace("blog", consents("shop"))}, refused: []string{"the ingress class blog"}},
		"consent to nobody":            {request: request{object: ingress("blog", "blog.example.com"), namespace: namespace("blog", consents(""))}, refused: []string{"the ingress class blog"}},
		"consent by the class's name":  {request: request{object: ingress("shop", "shop.example.com"), namespace: namespace("shop", consents("shop"))}, refused: []string{"the ingress class shop is of tenant the-shop"}},
		"consent by the tenant's name": {request: request{object: ingress("shop", "shop.example.com"), namespace: namespace("shop", consents("the-shop"))}},
		// Hosts.
		"below an own wildcard":               {request: request{object: ingress("blog", "x.y.blog.example.com"), namespace: namespace("blog")}},
		"own wildcard":                        {request: request{object: ingress("blog", "*.blog.example.com"), namespace: namespace("blog")}},
		"wildcard below an own":               {request: request{object: ingress("blog", "*.x.blog.example.com"), namespace: namespace("blog")}},
		"wildcard above an own name":          {request: request{object: ingress("blog", "*.b.c.example.net"), namespace: namespace("blog")}, refused: []string{"the tenant of class blog does not hold these hosts: *.b.c.example.net"}},
		"domain of another's wildcard":        {request: request{object: ingress("open", "example.org"), namespace: namespace("any", labelled("team", "open"))}},
		"host not claimed":                    {request: request{object: ingress("blog", "blog.example.com", "other.example.net"), namespace: namespace("blog")}, refused: []string{"the tenant of class blog does not hold these hosts: other.example.net; "}},
		"another's host":                      {request: request{object: ingress("open", "shop.example.com"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: shop.example.com"}},
		"below another's wildcard":            {request: request{object: ingress("open", "free.example.net", "a.b.example.org"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: a.b.example.org"}},
		"another's wildcard":                  {request: request{object: ingress("open", "*.example.org"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: *.example.org"}},
		"wildcard over others' names":         {request: request{object: ingress("open", "*.example.com"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: *.example.com"}},
		"wildcard over one other's":           {request: request{object: ingress("open", "*.example.net"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: *.example.net"}},
		"another's host, in TLS alone":        {request: request{object: secured(ingress("open", "free.example.net"), "shop.example.com"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: shop.example.com"}},
		"another's host, as an alias":         {request: request{object: annotated(ingress("open", "free.example.net"), alias, "x.example.net, Shop.Example.com"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds what these hosts name: shop.example.com"}},
		"alias outside of the claim":          {request: request{object: annotated(ingress("blog", "blog.example.com"), alias, "other.example.net"), namespace: namespace("blog")}, refused: []string{"the tenant of class blog does not hold these hosts: other.example.net"}},
		"alias that is an expression":         {request: request{object: annotated(ingress("open", "free.example.net"), alias, `~^.*\.example\.com$`), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"a server-alias annotation has to list hosts"}},
		"alias with a dot at the end":         {request: request{object: annotated(ingress("open", "free.example.net"), alias, "shop.example.com."), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"a server-alias annotation has to list hosts"}},
		"expression for aliases":              {request: request{object: annotated(ingress("shop", "shop.example.com"), "haproxy-ingress.github.io/server-alias-regex", ".*"), namespace: namespace("shop")}, refused: []string{"a server-alias annotation has to list hosts"}},
		"alias added later":                   {request: request{old: was(ingress("open", "free.example.net")), object: annotated(ingress("open", "free.example.net"), alias, "shop.example.com"), namespace: namespace("any", labelled("team", "open"))}, refused: []string{"another tenant holds"}},
		"another's host, class of nobody":     {request: request{object: ingress("nginx", "shop.example.com"), namespace: namespace("evil")}, refused: []string{"another tenant holds what these hosts name: shop.example.com"}},
		"another's host, no class":            {request: request{object: ingress("", "shop.example.com"), namespace: namespace("evil")}, refused: []string{"another tenant holds what these hosts name: shop.example.com"}},
		"moving here from another controller": {request: request{object: ingress("nginx", "shop.example.com"), namespace: namespace("shop")}},
		"host changed later":                  {request: request{old: was(ingress("blog", "blog.example.com")), object: ingress("blog", "shop.example.com"), namespace: namespace("blog")}, refused: []string{"another tenant holds", "the tenant of class blog"}},
		"many labels":                         {request: request{object: ingress("nginx", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.shop.example.com"), namespace: namespace("evil")}, refused: []string{"a host has more than 16 labels"}},
		"rule without a host":                 {request: request{object: ingress("blog", ""), namespace: namespace("blog")}, refused: []string{"Ingresses of class blog may not have rules without a host"}},
		"default backend": {
			request: request{object: func() runtime.Object {
				i := ingress("blog", "blog.example.com")
				i.Spec.DefaultBackend = &networkingv1.IngressBackend{}

				return i
			}(), namespace: namespace("blog")},
			refused: []string{"Ingresses of class blog may not have rules without a host"},
		},
		"rule without a host where permitted": {request: request{object: ingress("shop", ""), namespace: namespace("shop")}},
		// Annotations.
		"snippet":                              {request: request{object: annotated(ingress("blog", "blog.example.com"), snippet, "x"), namespace: namespace("blog")}, refused: []string{"these annotations carry raw configuration, which the tenant of the ingress class does not permit: " + snippet}},
		"snippet of another implementation":    {request: request{object: annotated(ingress("blog", "blog.example.com"), "haproxy-ingress.github.io/config-backend", "x"), namespace: namespace("blog")}},
		"snippet where permitted":              {request: request{object: annotated(ingress("shop", "shop.example.com"), "haproxy-ingress.github.io/config-backend", "x"), namespace: namespace("shop")}},
		"snippet, class of nobody":             {request: request{object: annotated(ingress("nginx", "free.example.net"), snippet, "x"), namespace: namespace("blog")}},
		"snippet added later":                  {request: request{old: was(ingress("blog", "blog.example.com")), object: annotated(ingress("blog", "blog.example.com"), snippet, "x"), namespace: namespace("blog")}, refused: []string{""}},
		"note beside a snippet that was there": {request: request{old: was(annotated(ingress("blog", "blog.example.com"), snippet, "x")), object: annotated(annotated(ingress("blog", "blog.example.com"), snippet, "x"), "example.com/note", "x"), namespace: namespace("blog")}},
		"snippet that was there, changed":      {request: request{old: was(annotated(ingress("blog", "blog.example.com"), snippet, "x")), object: annotated(ingress("blog", "blog.example.com"), snippet, "y"), namespace: namespace("blog")}, refused: []string{"these annotations carry raw configuration"}},
		"alias that was there, with a note":    {request: request{old: was(annotated(ingress("open", "free.example.net"), alias, "shop.example.com")), object: annotated(annotated(ingress("open", "free.example.net"), alias, "shop.example.com"), "example.com/note", "x"), namespace: namespace("any", labelled("team", "open"))}},
		"class changed under a snippet":        {request: request{old: was(annotated(ingress("nginx", "blog.example.com"), snippet, "x")), object: annotated(ingress("blog", "blog.example.com"), snippet, "x"), namespace: namespace("blog")}, refused: []string{""}},
		"Secret of another namespace":          {request: request{object: annotated(ingress("blog", "blog.example.com"), authSecret, "shop/users"), namespace: namespace("blog")}, refused: []string{"these annotations have to name a Secret of namespace blog, the Ingress's own: " + authSecret}},
		"Secret of the own namespace":          {request: request{object: annotated(ingress("blog", "blog.example.com"), authSecret, "blog/users"), namespace: namespace("blog")}},
		"Secret without a namespace":           {request: request{object: annotated(ingress("blog", "blog.example.com"), authSecret, "users"), namespace: namespace("blog")}},
		"file in place of a Secret":            {request: request{object: annotated(ingress("shop", "shop.example.com"), "haproxy-ingress.github.io/auth-tls-secret", "file:///etc/passwd"), namespace: namespace("shop")}, refused: []string{""}},
	}
}

func expectRefusals(t *testing.T, got, want []string) {
	t.Helper()

	if len(got) != len(want) {
		t.Fatalf("refused by:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	for i := range got {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("refused by:\n%s\nwant:\n%s", got[i], want[i])
		}
	}
}
