// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// nginxPod is the one pod of a tenant that is not on its way out.
func (c *cluster) nginxPod(ctx context.Context, t *v1alpha1.IngressTenant) *corev1.Pod {
	GinkgoHelper()

	pods := slices.DeleteFunc(c.podsOf(ctx, t), func(pod corev1.Pod) bool { return !pod.DeletionTimestamp.IsZero() })
	Expect(pods).To(HaveLen(1))

	return &pods[0]
}

// nginxShows is what the stand-in in a tenant's pod has been given: the
// configuration, or what is named.
func (c *cluster) nginxShows(ctx context.Context, t *v1alpha1.IngressTenant, what ...string) string {
	GinkgoHelper()

	var out, complaints bytes.Buffer

	args := []string{"--kubeconfig", os.Getenv("KUBECONFIG"), "exec", "--namespace", tenant.Namespace(t), c.nginxPod(ctx, t).Name, "--", "nginx-standin", "show"}
	command := exec.CommandContext(ctx, os.Getenv("KUBECTL"), append(args, what...)...)
	command.Stdout, command.Stderr = &out, &complaints

	Expect(command.Run()).To(Succeed(), "kubectl %s: %s", strings.Join(command.Args[1:], " "), &complaints)

	return out.String()
}

// nginxHosts are the names of the servers in a tenant's nginx.conf, in order. The
// one for all other hosts is "_".
func (c *cluster) nginxHosts(ctx context.Context, t *v1alpha1.IngressTenant) []string {
	GinkgoHelper()

	var hosts []string

	for _, found := range regexp.MustCompile(`(?m)^\s*server_name\s+([^;]*);`).FindAllStringSubmatch(c.nginxShows(ctx, t), -1) {
		hosts = append(hosts, strings.Fields(found[1])...)
	}

	slices.Sort(hosts)

	return hosts
}

// nginxBackends are the backends that the controller handed over, as "name:
// addresses", in order.
func (c *cluster) nginxBackends(ctx context.Context, t *v1alpha1.IngressTenant) []string {
	GinkgoHelper()

	var backends []struct {
		Name      string
		Endpoints []struct{ Address string }
	}
	Expect(json.Unmarshal([]byte(c.nginxShows(ctx, t, "backends")), &backends)).To(Succeed())

	var all []string

	for _, backend := range backends {
		var addresses []string
		for _, endpoint := range backend.Endpoints {
			addresses = append(addresses, endpoint.Address)
		}

		all = append(all, backend.Name+": "+strings.Join(addresses, " "))
	}

	slices.Sort(all)

	return all
}

// nginxServers are the servers that the controller handed over, each with the id of
// its certificate.
func (c *cluster) nginxServers(ctx context.Context, t *v1alpha1.IngressTenant) map[string]string {
	GinkgoHelper()

	var servers map[string]string
	Expect(json.Unmarshal([]byte(c.nginxShows(ctx, t, "servers")), &servers)).To(Succeed())

	return servers
}

// nginxComplaints are the lines of a tenant's pod's log that tell of missing rights.
func (c *cluster) nginxComplaints(ctx context.Context, t *v1alpha1.IngressTenant) []string {
	GinkgoHelper()

	text, err := c.clientset.CoreV1().Pods(tenant.Namespace(t)).GetLogs(c.nginxPod(ctx, t).Name, &corev1.PodLogOptions{}).DoRaw(ctx)
	Expect(err).NotTo(HaveOccurred())
	Expect(string(text)).To(ContainSubstring("Starting NGINX process"))

	var complaints []string

	for line := range strings.Lines(string(text)) {
		if regexp.MustCompile(`(?i)forbidden|unauthorized|cannot \w+ resource`).MatchString(line) {
			complaints = append(complaints, line)
		}
	}

	return complaints
}

// refusedSecrets asks for the Secrets of every namespace with the token of a
// tenant's controller, and returns how many requests were refused: all but those
// for the namespaces that it serves.
func (c *cluster) refusedSecrets(ctx context.Context, t *v1alpha1.IngressTenant, served ...string) int {
	GinkgoHelper()

	refused := 0
	own := c.withTokenOf(ctx, tenant.Namespace(t), "ingress-nginx")

	for _, namespace := range append(c.namespaces(ctx), metav1.NamespaceAll) {
		_, err := own.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{})

		if slices.Contains(served, namespace) {
			Expect(err).NotTo(HaveOccurred(), "its own")

			continue
		}

		Expect(apierrors.IsForbidden(err)).To(BeTrue(), "Secrets of namespace %q: %v", namespace, err)
		refused++
	}

	return refused
}
