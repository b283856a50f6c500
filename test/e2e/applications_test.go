// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// namespace creates a namespace for applications, and deletes it when the spec
// ends.
func (c *cluster) namespace(ctx context.Context, name string) {
	GinkgoHelper()

	c.apply(ctx, apps.Namespace(name, nil))
	DeferCleanup(func(ctx SpecContext) {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		Expect(client.IgnoreNotFound(c.Delete(ctx, namespace))).To(Succeed())
	}, NodeTimeout(soon))
}

// awaitNamespacesGone waits until namespaces are gone, with all that is in them.
func (c *cluster) awaitNamespacesGone(ctx context.Context, names ...string) {
	GinkgoHelper()

	for _, name := range names {
		Eventually(func() error { return c.Get(ctx, client.ObjectKey{Name: name}, &corev1.Namespace{}) }).
			WithContext(ctx).WithTimeout(eventually).Should(MatchError(apierrors.IsNotFound, "IsNotFound"), "namespace %s goes", name)
	}
}

// start runs applications, and waits until they answer to the kubelet.
func (c *cluster) start(ctx context.Context, all ...apps.App) {
	GinkgoHelper()

	for _, app := range all {
		c.apply(ctx, app.Objects()...)
	}

	for _, app := range all {
		Eventually(func(g Gomega) {
			deployment := &appsv1.Deployment{}
			g.Expect(c.Get(ctx, client.ObjectKey{Namespace: app.Namespace, Name: app.Name}, deployment)).To(Succeed())
			g.Expect(deployment.Status.AvailableReplicas).To(Equal(max(app.Replicas, 1)))
		}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "application %s starts", app.Name)
	}
}

// route runs an application and routes a host to it. Namespace, application,
// class and host have the same name.
func (c *cluster) route(ctx context.Context, name string) {
	GinkgoHelper()

	c.namespace(ctx, name)

	app := apps.App{Namespace: name, Name: name}
	c.apply(ctx, app.Ingress(name, hostOf(name)))
	c.start(ctx, app)
}

// serve routes to an application and creates a tenant of the same name, which
// finds all of it there: its first pods serve the application.
func (c *cluster) serve(ctx context.Context, name string, spec v1alpha1.IngressTenantSpec) *v1alpha1.IngressTenant {
	GinkgoHelper()

	c.route(ctx, name)

	return c.create(ctx, name, spec)
}

// ingressOf is the Ingress of an application, to delete it.
func ingressOf(app apps.App) *networkingv1.Ingress {
	return &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: app.Namespace, Name: app.Name}}
}

// hostOf is the host of an application.
func hostOf(name string) string {
	return name + ".example.com"
}

// awaitAnswer waits until an application answers at an endpoint.
func awaitAnswer(ctx context.Context, endpoint, host, app string) {
	GinkgoHelper()

	Eventually(func() answer { return ask(ctx, endpoint, host, "/") }).
		WithContext(ctx).Should(answeredBy(app), "%s answers at %s", host, endpoint)
}

// ready does what serve does, waits until the application answers, and returns
// where and for which host.
func (c *cluster) ready(ctx context.Context, name string, spec v1alpha1.IngressTenantSpec) (t *v1alpha1.IngressTenant, endpoint, host string) {
	GinkgoHelper()

	c.serve(ctx, name, spec)

	t, host = c.awaitReady(ctx, name), hostOf(name)
	endpoint = c.publish(ctx, name, addressOf(t), 80)
	awaitAnswer(ctx, endpoint, host, name)

	return t, endpoint, host
}
