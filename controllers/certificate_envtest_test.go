// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

const (
	// certificateInterval is how often the operator looks at certificates here.
	certificateInterval = 50 * time.Millisecond

	// podAddress is the address of the only pod.
	podAddress = "192.0.2.1"

	expiryMetric = "ingresstenant_default_certificate_expiry_timestamp_seconds"
)

// looks are what controllers, which do not run here, show at their addresses.
type looks struct {
	shown *x509.Certificate
	// at are the addresses that were asked.
	at map[string]int
}

// readCertificate stands for a TLS handshake.
func (c *cluster) readCertificate(_ context.Context, address string, _ bool) (*x509.Certificate, error) {
	c.looking.Lock()
	defer c.looking.Unlock()

	if c.looks.at == nil {
		c.looks.at = map[string]int{}
	}

	c.looks.at[address]++

	if c.looks.shown == nil {
		return nil, errors.New("connection refused")
	}

	return c.looks.shown, nil
}

// show has all controllers show a certificate for one host from now on.
func (c *cluster) show(notAfter time.Time) {
	const host = "fallback.example.com"

	c.looking.Lock()
	defer c.looking.Unlock()

	c.looks = looks{shown: &x509.Certificate{
		Raw: []byte(host + notAfter.String()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotAfter: notAfter,
	}}
}

// looked counts how often the pod was asked since the last show.
func (c *cluster) looked() int {
	c.looking.Lock()
	defer c.looking.Unlock()

	return c.looks.at[net.JoinHostPort(podAddress, "8443")]
}

func describeCertificates(c *cluster) {
	Describe("A default certificate", func() {
		It("is told as clients see it, and nothing is sent while they see the same", func(ctx SpecContext) {
			first, renewed := time.Date(2026, time.August, 1, 12, 0, 0, 0, time.UTC), time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
			operator := c.startOperator(ctx)
			c.show(first)

			t := c.newTenant(ctx)
			t.Spec.TLS = &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "fallback"}}
			c.create(ctx, t)
			Expect(t.Status.Certificate).To(BeNil(), "there is no pod to ask")

			deployment := deploymentOf(t)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())
			c.run(ctx, deployment)

			certificate := func(expected any) OmegaMatcher { return HaveField("Status.Certificate", expected) }
			Eventually(ctx, c.now(ctx, t)).Should(certificate(And(
				HaveField("Subject", "CN=fallback.example.com"),
				HaveField("NotAfter.Time", BeTemporally("==", first)),
				HaveField("DNSNames", ConsistOf("fallback.example.com")),
				HaveField("UnreachableSinceTime", BeNil()),
			)))
			Eventually(ctx, func() float64 { return operator.series(t.Name)[expiryMetric] }).Should(BeEquivalentTo(first.Unix()))

			operator.expectQuiet(ctx)
			before := c.looked()
			Consistently(ctx, operator.requests.All).WithTimeout(quietPeriod).Should(BeEmpty())
			Expect(c.looked()).To(BeNumerically(">", before), "it looks, and has nothing to say")

			c.show(renewed)
			Eventually(ctx, c.now(ctx, t)).Should(certificate(HaveField("NotAfter.Time", BeTemporally("==", renewed))))
			operator.expectQuiet(ctx)

			By("another process, which writes nothing")
			operator.stop()

			next := c.startOperator(ctx)
			Eventually(ctx, func() float64 { return next.series(t.Name)[expiryMetric] }).Should(BeEquivalentTo(renewed.Unix()))
			c.show(renewed)
			Eventually(ctx, c.looked).Should(BeNumerically(">", 1))
			Consistently(ctx, next.requests.Writes).WithTimeout(quietPeriod).Should(BeEmpty())

			By("asking for none any more")
			patched := t.DeepCopy()
			patched.Spec.TLS = nil
			Expect(c.Patch(ctx, patched, client.MergeFrom(t))).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(certificate(BeNil()))
			Eventually(ctx, func() map[string]float64 { return next.series(t.Name) }).ShouldNot(HaveKey(expiryMetric))
			c.show(first)
			Consistently(ctx, c.looked).WithTimeout(quietPeriod).Should(BeNumerically("<=", 1))
		})
	})
}

// run is a ready pod of a Deployment.
func (c *cluster) run(ctx context.Context, deployment *appsv1.Deployment) {
	GinkgoHelper()

	pod := podOf(deployment)
	Expect(c.Create(ctx, pod)).To(Succeed())
	changeStatus(ctx, c, pod, func(p *corev1.Pod) {
		p.Status = corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: podAddress, PodIPs: []corev1.PodIP{{IP: podAddress}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		}
	})
}
