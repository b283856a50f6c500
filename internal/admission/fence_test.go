// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
)

// fenced is the fence of the operator of these tests.
func fenced(requireConsent bool) admission.Policy {
	account, ok := admission.AccountOf(operatorName)
	if !ok {
		panic(operatorName + " is no ServiceAccount") //nolint:forbidigo // It is a constant.
	}

	return admission.Fence(account, descriptors(), requireConsent)
}

// The ways in which an object is a tenant's.
func ofBlog() metav1.ObjectMeta {
	metadata := ownedBy("blog")
	metadata.OwnerReferences = nil

	return metadata
}

func ownedByBlog() metav1.ObjectMeta {
	return ownedBy("blog")
}

func ownedBy(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Labels: map[string]string{
			"app.kubernetes.io/managed-by": "ingress-tenant-operator", "ingresstenant.io/tenant": name,
		},
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "ingresstenant.io/v1alpha1", Kind: "IngressTenant", Name: name}},
	}
}

// long is a tenant's name that its namespace repeats in part.
const long = "a-tenant-with-a-name-of-more-than-forty-characters"

func stripped() metav1.ObjectMeta {
	metadata := ownedByBlog()
	metadata.Labels = nil

	return metadata
}

// home is a tenant's own namespace.
func home(name string) *corev1.Namespace {
	return namespace("ingress-"+name,
		labelled("app.kubernetes.io/managed-by", "ingress-tenant-operator"), labelled("ingresstenant.io/tenant", name),
		labelled("pod-security.kubernetes.io/enforce", "restricted"), func(n *corev1.Namespace) {
			n.OwnerReferences = []metav1.OwnerReference{{APIVersion: "ingresstenant.io/v1alpha1", Kind: "IngressTenant", Name: name}}
		})
}

func with(n *corev1.Namespace, options ...func(*corev1.Namespace)) *corev1.Namespace {
	for _, option := range options {
		option(n)
	}

	return n
}

func noted(key, value string) func(*corev1.Namespace) {
	return func(n *corev1.Namespace) { metav1.SetMetaDataAnnotation(&n.ObjectMeta, key, value) }
}

// TestFence asks the fence, as the operator and as somebody else, about what the
// operator does and what it does not.
func TestFence(t *testing.T) {
	t.Parallel()

	evaluator := newEvaluatorOf(t, fenced(false))

	for name, test := range fenceChecks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			expectRefusals(t, evaluator.refusals(t, test.request), test.refused)

			asked := test.request
			asked.user = "somebody"
			expectRefusals(t, evaluator.refusals(t, asked), nil)
		})
	}
}

// fenceChecks are requests of the operator's account.
func fenceChecks() map[string]check {
	const (
		inside     = "the operator's account may not do this: it writes such objects in tenants' own namespaces alone"
		nodes      = "the operator's account may not do this: its pods have nothing of their nodes"
		makes      = "the operator's account may not do this: it makes namespaces for tenants' controllers alone"
		changes    = "the operator's account may not do this: it changes tenants' own namespaces alone"
		deletes    = "the operator's account may not do this: it deletes namespaces alone that it made"
		binds      = "the operator's account may not do this: it binds roles to the ServiceAccounts of tenants' controllers alone"
		widely     = "the operator's account may not do this: it binds no such role for the whole cluster"
		there      = "the operator's account may not do this: it binds no such role there"
		elsewhere  = "the operator's account may not do this: the namespace is another tenant's, or does not consent"
		finalizers = "the operator's account may not do this: it changes finalizers of IngressTenants"
		classes    = "the operator's account may not do this: it writes tenants' own IngressClasses alone"
	)

	config := func(metadata metav1.ObjectMeta) *corev1.ConfigMap { return &corev1.ConfigMap{ObjectMeta: metadata} }
	class := func(metadata metav1.ObjectMeta) *networkingv1.IngressClass {
		return &networkingv1.IngressClass{ObjectMeta: metadata}
	}
	deployment := func(change func(*corev1.PodSpec)) *appsv1.Deployment {
		d := &appsv1.Deployment{ObjectMeta: ofBlog()}
		change(&d.Spec.Template.Spec)

		return d
	}
	binding := func(role, account, accountHome string, metadata metav1.ObjectMeta) *rbacv1.RoleBinding {
		return &rbacv1.RoleBinding{
			ObjectMeta: metadata,
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: account, Namespace: accountHome}},
		}
	}
	served := binding("ingresstenant-traefik-served", "blog", "ingress-blog", ownedByBlog())
	toUser := binding("ingresstenant-traefik-served", "", "", ownedByBlog())
	toUser.Subjects = []rbacv1.Subject{{Kind: "User", Name: "mallory"}}
	toRole := binding("ingresstenant-traefik-served", "blog", "ingress-blog", ownedByBlog())
	toRole.RoleRef.Kind = "Role"
	wide := &rbacv1.ClusterRoleBinding{ObjectMeta: ofBlog(), RoleRef: served.RoleRef, Subjects: served.Subjects}
	tenant := func(change func(*v1alpha1.IngressTenant)) *v1alpha1.IngressTenant {
		t := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog", Labels: map[string]string{"a": "b"}}}
		change(t)

		return t
	}
	as := func(*v1alpha1.IngressTenant) {}
	foreign := metav1.ObjectMeta{Name: "somebody-else"}
	adoptable, ours := noted("ingresstenant.io/adopt", "blog"), labelled("ingresstenant.io/tenant", "blog")
	adoptedBy := func(tool string) func(*corev1.Namespace) { return labelled("app.kubernetes.io/managed-by", tool) }

	checks := map[string]check{}

	for name, asked := range map[string]struct {
		object, old runtime.Object
		namespace   *corev1.Namespace
		refused     []string
	}{
		// Objects in namespaces.
		"object in its own namespace":           {object: config(ofBlog()), namespace: home("blog")},
		"object in a namespace that is given":   {object: config(ofBlog()), namespace: namespace("ingress-blog", adoptable)},
		"object in one that was given":          {object: config(ofBlog()), namespace: namespace("ingress-blog", ours)},
		"object in one given to another":        {object: config(ofBlog()), namespace: namespace("ingress-blog", labelled("ingresstenant.io/tenant", "shop"), adoptedBy("argocd")), refused: []string{inside}},
		"object in another's namespace":         {object: config(ofBlog()), namespace: home("shop"), refused: []string{inside}},
		"object in a served namespace":          {object: config(ofBlog()), namespace: namespace("blog"), refused: []string{inside}},
		"object in kube-system":                 {object: config(ofBlog()), namespace: namespace("kube-system"), refused: []string{inside}},
		"object without labels":                 {object: config(foreign), namespace: home("blog"), refused: []string{inside}},
		"object healed":                         {old: config(stripped()), object: config(ofBlog()), namespace: home("blog")},
		"object given back":                     {old: config(ofBlog()), object: config(foreign), namespace: home("blog")},
		"object of somebody else changed":       {old: config(foreign), object: config(foreign), namespace: home("blog"), refused: []string{inside}},
		"object deleted":                        {old: config(ofBlog()), namespace: home("blog")},
		"object of somebody else deleted":       {old: config(foreign), namespace: home("blog"), refused: []string{inside}},
		"Service in a namespace that is served": {object: &corev1.Service{ObjectMeta: ofBlog()}, namespace: namespace("blog"), refused: []string{inside}},
		"account in another namespace":          {object: &corev1.ServiceAccount{ObjectMeta: ofBlog()}, namespace: namespace("kube-system"), refused: []string{inside}},
		"Deployment in its own namespace":       {object: deployment(func(*corev1.PodSpec) {}), namespace: home("blog")},
		"Deployment in another namespace":       {object: deployment(func(*corev1.PodSpec) {}), namespace: namespace("default"), refused: []string{inside}},
		"Deployment on the node's network":      {object: deployment(func(p *corev1.PodSpec) { p.HostNetwork = true }), namespace: home("blog"), refused: []string{nodes}},
		"Deployment among the node's processes": {object: deployment(func(p *corev1.PodSpec) { p.HostPID = true }), namespace: home("blog"), refused: []string{nodes}},
		"Deployment with the node's files": {object: deployment(func(p *corev1.PodSpec) {
			p.Volumes = []corev1.Volume{{Name: "root", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}}}
		}), namespace: home("blog"), refused: []string{nodes}},

		// Namespaces.
		"namespace made":                          {object: home("blog"), namespace: home("blog")},
		"namespace of another name made":          {object: with(home("blog"), func(n *corev1.Namespace) { n.Name = "blog" }), refused: []string{makes}},
		"namespace of no tenant made":             {object: namespace("ingress-blog"), refused: []string{makes}},
		"namespace for all pods made":             {object: with(home("blog"), labelled("pod-security.kubernetes.io/enforce", "privileged")), refused: []string{makes}},
		"namespace healed":                        {old: with(home("blog"), labelled("pod-security.kubernetes.io/enforce", "privileged")), object: home("blog")},
		"namespace that is given":                 {old: namespace("ingress-blog", adoptable), object: with(home("blog"), adoptable)},
		"namespace that is given, marked":         {old: namespace("ingress-blog", adoptable), object: namespace("ingress-blog", adoptable, ours)},
		"namespace given back by its mark":        {old: namespace("ingress-blog", ours, adoptedBy("argocd")), object: namespace("ingress-blog", adoptedBy("argocd"))},
		"namespace given back":                    {old: with(home("blog"), adoptable), object: namespace("ingress-blog", adoptable, labelled("pod-security.kubernetes.io/enforce", "restricted"))},
		"namespace that nobody gave":              {old: namespace("ingress-blog"), object: home("blog"), refused: []string{changes}},
		"namespace opened to all pods":            {old: home("blog"), object: with(home("blog"), labelled("pod-security.kubernetes.io/enforce", "privileged")), refused: []string{changes}},
		"namespace whose consent is given for it": {old: home("blog"), object: with(home("blog"), noted("ingresstenant.io/consent", "*")), refused: []string{changes}},
		"namespace of somebody else changed":      {old: namespace("shop"), object: namespace("shop", labelled("team", "blog")), refused: []string{changes}},
		"namespace deleted":                       {old: home("blog")},
		"namespace that was given deleted":        {old: namespace("ingress-blog", adoptable, labelled("ingresstenant.io/tenant", "blog")), refused: []string{deletes}},
		"namespace of somebody else deleted":      {old: namespace("shop"), refused: []string{deletes}},

		// Bindings.
		"role bound":                               {object: served, namespace: namespace("blog")},
		"role bound in its own namespace":          {object: served, namespace: home("blog")},
		"role bound in a namespace that is given":  {object: served, namespace: namespace("ingress-blog", adoptable, consents("nobody"))},
		"role bound in one that was given":         {object: served, namespace: namespace("ingress-blog", ours, consents("nobody"))},
		"role bound in one given to another":       {object: served, namespace: namespace("ingress-shop", labelled("ingresstenant.io/tenant", "shop"), consents("*")), refused: []string{elsewhere}},
		"role bound with consent":                  {object: served, namespace: namespace("blog", consents("shop, blog"))},
		"role bound without consent":               {object: served, namespace: namespace("blog", consents("shop")), refused: []string{elsewhere}},
		"role bound in another tenant's own":       {object: served, namespace: home("shop"), refused: []string{elsewhere}},
		"other role bound":                         {object: binding("cluster-admin", "blog", "ingress-blog", ownedByBlog()), namespace: namespace("blog"), refused: []string{there}},
		"role of the namespace bound":              {object: toRole, namespace: namespace("blog"), refused: []string{binds}},
		"role bound to the operator":               {object: binding("ingresstenant-traefik-served", "ingress-tenant-operator", "ingress-tenant-operator", ownedByBlog()), namespace: namespace("blog"), refused: []string{binds}},
		"role bound to an account elsewhere":       {object: binding("ingresstenant-traefik-served", "default", "default", ownedByBlog()), namespace: namespace("blog"), refused: []string{binds}},
		"role bound to another's controller":       {object: binding("ingresstenant-traefik-served", "shop", "ingress-shop", ownedByBlog()), namespace: namespace("blog"), refused: []string{binds}},
		"role for its own bound in a served one":   {object: binding("ingresstenant-haproxy-own", "blog", "ingress-blog", ownedByBlog()), namespace: namespace("blog"), refused: []string{there}},
		"role for its own bound in its own":        {object: binding("ingresstenant-haproxy-own", "blog", "ingress-blog", ownedByBlog()), namespace: home("blog")},
		"role bound to the account of a long name": {object: binding("ingresstenant-traefik-served", "a", "ingress-"+long[:40]+"-abcdefghij", ownedBy(long)), namespace: namespace("blog")},
		"role bound to one like it":                {object: binding("ingresstenant-traefik-served", "a", "ingress-"+long[:39]+"-abcdefghij", ownedBy(long)), namespace: namespace("blog"), refused: []string{binds}},
		"role bound to a user":                     {object: toUser, namespace: namespace("blog"), refused: []string{binds}},
		"role bound without labels":                {object: binding("ingresstenant-traefik-served", "blog", "ingress-blog", foreign), namespace: namespace("blog"), refused: []string{binds}},
		"binding healed":                           {old: binding("ingresstenant-traefik-served", "blog", "ingress-blog", stripped()), object: served, namespace: namespace("blog")},
		"binding of somebody else taken over":      {old: binding("ingresstenant-traefik-served", "blog", "ingress-blog", foreign), object: served, namespace: namespace("blog"), refused: []string{binds}},
		"binding deleted":                          {old: served, namespace: namespace("blog", consents("shop"))},
		"binding of somebody else deleted":         {old: binding("view", "blog", "ingress-blog", foreign), namespace: namespace("blog"), refused: []string{binds}},
		"role bound in all namespaces":             {object: wide},
		"role for its own bound in all": {object: &rbacv1.ClusterRoleBinding{
			ObjectMeta: ofBlog(), RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "ingresstenant-haproxy-own"}, Subjects: served.Subjects,
		}, refused: []string{widely}},
		"role bound in all to the operator": {object: &rbacv1.ClusterRoleBinding{
			ObjectMeta: ofBlog(), RoleRef: served.RoleRef,
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Name: "ingress-tenant-operator", Namespace: "ingress-tenant-operator"}},
		}, refused: []string{binds}},

		// Classes.
		"class made":                     {object: class(ofBlog())},
		"class healed":                   {old: class(stripped()), object: class(ofBlog())},
		"class deleted":                  {old: class(ofBlog())},
		"class of somebody else made":    {object: class(foreign), refused: []string{classes}},
		"class of somebody else taken":   {old: class(foreign), object: class(ofBlog()), refused: []string{classes}},
		"class of somebody else deleted": {old: class(foreign), refused: []string{classes}},

		// Tenants.
		"finalizer of a tenant": {old: tenant(as), object: tenant(func(t *v1alpha1.IngressTenant) { t.Finalizers = []string{"ingresstenant.io/teardown"} })},
		"spec of a tenant":      {old: tenant(as), object: tenant(func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = []v1alpha1.Hostname{"example.com"} }), refused: []string{finalizers}},
		"labels of a tenant":    {old: tenant(as), object: tenant(func(t *v1alpha1.IngressTenant) { t.Labels = nil }), refused: []string{finalizers}},
		"tenant made":           {object: tenant(as), refused: []string{finalizers}},
		"tenant deleted":        {old: tenant(as), refused: []string{finalizers}},
	} {
		checks[name] = check{
			request: request{object: asked.object, old: asked.old, namespace: asked.namespace, user: operatorName},
			refused: asked.refused,
		}
	}

	return checks
}

// TestFenceWhereConsentIsRequired asks the fence about what lets a controller read
// Secrets.
func TestFenceWhereConsentIsRequired(t *testing.T) {
	t.Parallel()

	evaluator := newEvaluatorOf(t, fenced(true))
	served := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "ingresstenant-traefik-served"}
	controller := []rbacv1.Subject{{Kind: "ServiceAccount", Name: "blog", Namespace: "ingress-blog"}}

	for name, test := range map[string]struct {
		object    runtime.Object
		namespace *corev1.Namespace
		refused   []string
	}{
		"in its own":         {object: &rbacv1.RoleBinding{ObjectMeta: ofBlog(), RoleRef: served, Subjects: controller}, namespace: home("blog")},
		"with consent":       {object: &rbacv1.RoleBinding{ObjectMeta: ofBlog(), RoleRef: served, Subjects: controller}, namespace: namespace("blog", consents("blog"))},
		"without":            {object: &rbacv1.RoleBinding{ObjectMeta: ofBlog(), RoleRef: served, Subjects: controller}, namespace: namespace("blog"), refused: []string{"the operator's account may not do this: the namespace is another tenant's"}},
		"in all":             {object: &rbacv1.ClusterRoleBinding{ObjectMeta: ofBlog(), RoleRef: served, Subjects: controller}, refused: []string{"the operator's account may not do this: it binds no such role for the whole cluster"}},
		"classes are no one": {object: &rbacv1.ClusterRoleBinding{ObjectMeta: ofBlog(), RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "ingresstenant-class-reader"}, Subjects: controller}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			expectRefusals(t, evaluator.refusals(t, request{object: test.object, namespace: test.namespace, user: operatorName}), test.refused)
		})
	}
}
