// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// samples is the folder of the three tenants that are described in the
// documentation.
const samples = "../../config/samples"

// The bounds of an overload.
const (
	overloadRate     = 400
	overloadRequests = 4000
	overloadPath     = "/?bytes=16384"
)

// trio are the three sample tenants, with an application behind each.
type trio struct {
	c         *cluster
	dialect   dialect
	names     []string
	endpoints map[string]string
}

func describeIndependence(c *cluster) {
	for _, d := range c.dialects {
		three := &trio{c: c, dialect: d, names: []string{"blog", "video", "shop"}, endpoints: map[string]string{}}

		Describe(fmt.Sprintf("S8, %s: blog, video and shop", d.name()), Ordered, Label("S8", string(d.name())), func() {
			BeforeAll(func(ctx SpecContext) { three.create(ctx) }, NodeTimeout(5*time.Minute))

			It("have namespaces, controller values and addresses of their own, and serve their own hosts only", func(ctx SpecContext) {
				three.expectDistinct(ctx)

				for _, of := range three.names {
					for _, host := range three.names {
						expected := notRouted()
						if of == host {
							expected = answeredBy(host)
						}

						Expect(ask(ctx, three.endpoints[of], hostOf(host), "/")).To(expected, "tenant %s, host %s", of, hostOf(host))
					}
				}

				figure(fmt.Sprintf("%d pairs of tenant and host", len(three.names)*len(three.names)))
			}, bounded)

			describeRights(c, three)

			It("do not notice that one of them gets an image that does not exist", func(ctx SpecContext) {
				// The broken one serves on as well, with its old pods.
				three.under(ctx, three.names, func() {
					t, err := c.get(ctx, "blog")
					Expect(err).NotTo(HaveOccurred())
					Expect(c.patch(ctx, t, `{"spec":{"controller":{"image":"ingresstenant.io/controller:none"}}}`)).To(Succeed())

					Eventually(func(g Gomega) {
						t, err := c.get(ctx, "blog")
						g.Expect(err).NotTo(HaveOccurred())
						g.Expect(condition(t, v1alpha1.ConditionProgressing).Message).To(ContainSubstring("cannot pull image ingresstenant.io/controller:none"))
						g.Expect(condition(t, v1alpha1.ConditionAvailable).Status).To(Equal(metav1.ConditionTrue))
					}).WithContext(ctx).WithTimeout(eventually).Should(Succeed())

					Expect(c.patch(ctx, t, `{"spec":{"controller":{"image":null}}}`)).To(Succeed())
					c.awaitReady(ctx, "blog")
				})
			}, bounded)

			It("do not notice that one of them is overloaded", func(ctx SpecContext) {
				three.under(ctx, []string{"blog", "video"}, func() {
					flood := load.Start(ctx,
						load.Target{Endpoint: three.endpoints["shop"], Host: hostOf("shop"), Path: overloadPath},
						load.Options{Rate: overloadRate, Count: overloadRequests, MaxInFlight: overloadRate}).Wait()
					figure(fmt.Sprintf("shop, overloaded: %d requests, %d failed", flood.Sent, flood.Failed))
				})
			}, bounded)

			It("do not notice that one of them is deleted", func(ctx SpecContext) {
				three.under(ctx, []string{"video", "shop"}, func() {
					ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: "blog", Name: "blog"}}
					Expect(c.Delete(ctx, ingress)).To(Succeed())
					Expect(c.Delete(ctx, &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}})).To(Succeed())
					c.awaitGone(ctx, "blog")
				})
			}, bounded)
		})
	}
}

// create creates the tenants of the samples, and puts an application behind
// each.
func (t *trio) create(ctx context.Context) {
	GinkgoHelper()

	// The trio of another implementation may still be going.
	t.c.awaitGone(ctx, t.names...)
	t.c.awaitNamespacesGone(ctx, t.names...)

	for _, name := range t.names {
		app := apps.App{Namespace: name, Name: name}
		t.c.namespace(ctx, name)
		// The sample video selects its namespaces by this label.
		t.c.apply(ctx, apps.Namespace(name, map[string]string{"team": name}))
		t.c.apply(ctx, app.Ingress(name, hostOf(name)))
		t.c.apply(ctx, app.Objects()...)

		sample := t.dialect.adapt(readSample(name))
		Expect(t.c.Create(ctx, sample)).To(Succeed())
		t.c.deleteAfterwards(sample.Name)
	}

	for _, name := range t.names {
		t.endpoints[name] = t.c.publish(ctx, name, addressOf(t.c.awaitReady(ctx, name)), 80)
	}

	for _, name := range t.names {
		awaitAnswer(ctx, t.endpoints[name], hostOf(name), name)
	}
}

func readSample(name string) *v1alpha1.IngressTenant {
	GinkgoHelper()

	content, err := os.ReadFile(filepath.Join(samples, name+".yaml"))
	Expect(err).NotTo(HaveOccurred())

	sample := &v1alpha1.IngressTenant{}
	Expect(yaml.UnmarshalStrict(content, sample)).To(Succeed())

	return sample
}

// adapt gives a sample to the implementation, where it is written for another
// one.
func (d dialect) adapt(sample *v1alpha1.IngressTenant) *v1alpha1.IngressTenant {
	if sample.Spec.Controller == nil {
		sample.Spec.Controller = &v1alpha1.ControllerSpec{}
	}

	switch {
	case d.name() == v1alpha1.ProviderTraefik || len(sample.Spec.Controller.Config) == 0:
	case d.configuredForAll:
		sample.Spec.Controller.Config = nil
		sample.Spec.Controller.AccessLog = ""
	default:
		sample.Spec.Controller.Config = d.limiting(2 << 30)
	}

	sample.Spec.Controller.Provider = d.name()
	d.consent(&sample.Spec)

	return sample
}

func (t *trio) expectDistinct(ctx context.Context) {
	GinkgoHelper()

	seen := map[string]string{}

	for _, name := range t.names {
		tenant, err := t.c.get(ctx, name)
		Expect(err).NotTo(HaveOccurred())

		class := &networkingv1.IngressClass{}
		Expect(t.c.Get(ctx, client.ObjectKey{Name: tenant.Status.IngressClassName}, class)).To(Succeed())
		Expect(class.Spec.Controller).To(Equal(tenant.Status.ControllerValue))

		for what, value := range map[string]string{
			"namespace":        tenant.Status.Namespace,
			"class":            tenant.Status.IngressClassName,
			"controller value": tenant.Status.ControllerValue,
			"address":          addressOf(tenant),
		} {
			key := what + " " + value
			Expect(value).NotTo(BeEmpty(), what)
			Expect(seen).NotTo(HaveKey(key), "%s shares its %s", name, key)
			seen[key] = name
		}
	}
}

// under sends requests to tenants all the time while something is done, and
// expects none of them to fail.
func (t *trio) under(ctx context.Context, names []string, do func()) {
	GinkgoHelper()

	runs := map[string]*load.Run{}

	for _, name := range names {
		runs[name] = constantly(ctx, t.endpoints[name], hostOf(name))
		defer runs[name].Stop()
	}

	do()

	var texts []string
	for _, name := range names {
		texts = append(texts, expectNoFailures(runs[name], name))
	}

	figure(strings.Join(texts, "; "))
}
