// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const collector = "system:serviceaccount:kube-system:generic-garbage-collector"

// TestObjects asks the policies about what is no Ingress.
func TestObjects(t *testing.T) {
	t.Parallel()

	evaluator := newEvaluator(t, fleet())

	for name, test := range objectChecks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			expectRefusals(t, evaluator.refusals(t, test.request), test.refused)
		})
	}
}

func objectChecks() map[string]check {
	class := func(controller string, options ...func(*networkingv1.IngressClass)) *networkingv1.IngressClass {
		c := &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: "blog"}, Spec: networkingv1.IngressClassSpec{Controller: controller}}
		for _, option := range options {
			option(c)
		}

		return c
	}
	owned := func(c *networkingv1.IngressClass) { c.Labels = map[string]string{"ingresstenant.io/tenant": "blog"} }
	noted := func(c *networkingv1.IngressClass) {
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, "example.com/note", "x")
	}
	byDefault := func(c *networkingv1.IngressClass) {
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, "ingressclass.kubernetes.io/is-default-class", "true")
	}
	ours := labelled("ingresstenant.io/tenant", "blog")
	operated := labelled("app.kubernetes.io/managed-by", "ingress-tenant-operator")
	adopted := func(n *corev1.Namespace) {
		metav1.SetMetaDataAnnotation(&n.ObjectMeta, "ingresstenant.io/adopt", "blog")
	}
	external := func(name string) *corev1.Service {
		return &corev1.Service{Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: name}}
	}

	const (
		madeByOperator = "IngressClasses with a controller of ingresstenant.io/"
		changedThere   = "this IngressClass is a tenant's: its spec, labels and default"
		deletedThere   = "this IngressClass is a tenant's: delete the IngressTenant"
		joins          = "these labels put the namespace into IngressTenant open"
		marked         = "the labels ingresstenant.io/tenant, "
		given          = "the annotation ingresstenant.io/adopt gives the namespace to the controller of IngressTenant blog"
		inside         = "externalName "
	)

	return map[string]check{
		// IngressClasses.
		"class of another controller":           {request: request{object: class("k8s.io/ingress-nginx")}},
		"class of another controller, deleted":  {request: request{old: class("k8s.io/ingress-nginx")}},
		"class of another, made the default":    {request: request{old: class("k8s.io/ingress-nginx"), object: class("k8s.io/ingress-nginx", byDefault)}},
		"class with a tenant's value":           {request: request{object: class("ingresstenant.io/blog")}, refused: []string{madeByOperator}},
		"class with a value like a tenant's":    {request: request{object: class("ingresstenant.io.example.com/blog")}},
		"class with a tenant's label":           {request: request{object: class("nginx.org/ingress-controller", owned)}, refused: []string{madeByOperator}},
		"class with a tenant's value, operator": {request: request{object: class("ingresstenant.io/blog", owned), user: operatorName}},
		"class with the value of a tenant":      {request: request{object: class("haproxy-ingress.github.io/controller/shop")}, refused: []string{"spec.controller is that of IngressClass shop, a tenant's"}},
		"class with a value beside a tenant's":  {request: request{object: class("haproxy-ingress.github.io/controller")}},
		"tenant's class, made the default":      {request: request{old: class("ingresstenant.io/blog", owned), object: class("ingresstenant.io/blog", owned, byDefault)}, refused: []string{changedThere}},
		"tenant's class, without its label":     {request: request{old: class("nginx.org/ingress-controller", owned), object: class("nginx.org/ingress-controller")}, refused: []string{changedThere}},
		"tenant's class, with a note":           {request: request{old: class("ingresstenant.io/blog", owned), object: class("ingresstenant.io/blog", owned, noted)}},
		"class turned into a tenant's":          {request: request{old: class("k8s.io/ingress-nginx"), object: class("k8s.io/ingress-nginx", owned)}, refused: []string{changedThere}},
		"tenant's class, deleted":               {request: request{old: class("ingresstenant.io/blog", owned)}, refused: []string{deletedThere}},
		"tenant's class, deleted by operator":   {request: request{old: class("ingresstenant.io/blog", owned), user: operatorName}},
		"tenant's class, garbage":               {request: request{old: class("ingresstenant.io/blog", owned), user: collector}},
		// Namespaces and the labels of tenants.
		"namespace without labels that matter": {request: request{object: namespace("any", labelled("team", "none"))}},
		"namespace born into a tenant":         {request: request{object: namespace("any", labelled("team", "open"))}, refused: []string{joins}},
		"namespace put into a tenant":          {request: request{old: namespace("any"), object: namespace("any", labelled("team", "open"))}, refused: []string{joins}},
		"by who may update the tenant":         {request: request{old: namespace("any"), object: namespace("any", labelled("team", "open")), mayUpdate: []string{"open"}}},
		"by who may update another":            {request: request{old: namespace("any"), object: namespace("any", labelled("team", "open")), mayUpdate: []string{"blog"}}, refused: []string{joins}},
		"namespace that is in it already":      {request: request{old: namespace("any", labelled("team", "open")), object: namespace("any", labelled("team", "open"), labelled("a", "b"))}},
		"namespace that leaves":                {request: request{old: namespace("any", labelled("team", "open")), object: namespace("any")}},
		// Namespaces of controllers.
		"namespace marked as a controller's":         {request: request{object: namespace("any", ours)}, refused: []string{marked}},
		"namespace marked later":                     {request: request{old: namespace("any"), object: namespace("any", ours)}, refused: []string{marked}},
		"namespace marked by the operator":           {request: request{object: namespace("any", ours), user: operatorName}},
		"controller's namespace, mark taken off":     {request: request{old: namespace("any", ours), object: namespace("any")}, refused: []string{marked}},
		"controller's namespace, privileged":         {request: request{old: namespace("any", ours, operated), object: namespace("any", ours, operated, labelled("pod-security.kubernetes.io/enforce", "privileged"))}, refused: []string{marked}},
		"controller's namespace, made somebody's":    {request: request{old: namespace("any", ours, operated), object: namespace("any", ours)}, refused: []string{marked}},
		"controller's namespace, another's label":    {request: request{old: namespace("any", ours), object: namespace("any", ours, labelled("a", "b"))}},
		"mark taken off with its tool's label":       {request: request{old: namespace("any", ours, labelled("app.kubernetes.io/managed-by", "argocd")), object: namespace("any")}, refused: []string{marked}},
		"mark moved to another tenant":               {request: request{old: namespace("any", ours), object: namespace("any", labelled("ingresstenant.io/tenant", "shop"))}, refused: []string{marked}},
		"mark moved by the operator":                 {request: request{old: namespace("any", ours), object: namespace("any"), user: operatorName}},
		"adopted namespace, its level":               {request: request{old: namespace("any", ours, labelled("app.kubernetes.io/managed-by", "argocd")), object: namespace("any", ours, labelled("app.kubernetes.io/managed-by", "argocd"), labelled("pod-security.kubernetes.io/enforce", "baseline"))}},
		"adopted namespace, its tool":                {request: request{old: namespace("any", ours, labelled("app.kubernetes.io/managed-by", "argocd")), object: namespace("any", ours, labelled("app.kubernetes.io/managed-by", "Helm"))}},
		"adopted namespace, made the operator's":     {request: request{old: namespace("any", ours), object: namespace("any", ours, labelled("app.kubernetes.io/managed-by", "ingress-tenant-operator"))}, refused: []string{marked}},
		"namespace given to a controller":            {request: request{old: namespace("any"), object: namespace("any", adopted)}, refused: []string{given}},
		"namespace given by who may":                 {request: request{old: namespace("any"), object: namespace("any", adopted), mayUpdate: []string{"blog"}}},
		"namespace given before, with another label": {request: request{old: namespace("any", adopted), object: namespace("any", adopted, labelled("a", "b"))}},
		// Services of type ExternalName.
		"outside of the cluster":                   {request: request{object: external("www.example.com"), namespace: namespace("shop")}},
		"another namespace's Service":              {request: request{object: external("web.blog.svc.cluster.local"), namespace: namespace("shop")}, refused: []string{inside}},
		"another namespace's, short":               {request: request{object: external("web.blog.svc"), namespace: namespace("shop")}, refused: []string{inside}},
		"another namespace's, upper case":          {request: request{object: external("Web.Blog.SVC"), namespace: namespace("shop")}, refused: []string{inside}},
		"the own namespace's Service":              {request: request{object: external("web.shop.svc.cluster.local"), namespace: namespace("shop")}},
		"an address":                               {request: request{object: external("10.0.0.1"), namespace: namespace("shop")}, refused: []string{inside}},
		"localhost":                                {request: request{object: external("localhost"), namespace: namespace("shop")}, refused: []string{inside}},
		"where nobody follows such Services":       {request: request{object: external("web.blog.svc"), namespace: namespace("blog")}},
		"a Service of another type":                {request: request{object: &corev1.Service{Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP}}, namespace: namespace("shop")}},
		"type changed later":                       {request: request{old: &corev1.Service{}, object: external("web.blog.svc"), namespace: namespace("shop")}, refused: []string{inside}},
		"type changed under a name that was there": {request: request{old: &corev1.Service{Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, ExternalName: "web.blog.svc"}}, object: external("web.blog.svc"), namespace: namespace("shop")}, refused: []string{inside}},
		"one that was there before":                {request: request{old: external("web.blog.svc"), object: external("web.blog.svc"), namespace: namespace("shop")}},
	}
}
