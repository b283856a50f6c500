// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// dialect is one implementation, and how the same things are written for it. What
// it can do at all is not said here: its descriptor knows.
type dialect struct {
	provider.Provider

	// image is what its image is called by test/images.
	image string
	// configuredForAll is whether it has a configuration only where it serves all
	// namespaces.
	configuredForAll bool
	// catchesAll is whether the default backend of an Ingress also gets requests
	// for hosts that no Ingress has. The API's documentation permits either.
	catchesAll bool
	// rewrite are the annotations of an Ingress whose paths are regular
	// expressions, and whose requests reach the backend as / and the second group.
	rewrite map[string]string
	// allowList is the annotation of an Ingress with the address ranges that it
	// answers.
	allowList string
	// bodyLimit is the configuration entry with the greatest size of a request's
	// body, in bytes, and enforced what has to be set beside it.
	bodyLimit string
	enforced  map[string]v1alpha1.ConfigValue
	// timeout is the configuration entry with the time that a backend has to
	// answer, and timeoutUnit what follows the number of seconds.
	timeout, timeoutUnit string
	// logFormat is a configuration entry that changes the format of the access
	// log, and logLine a part of each line then.
	logFormat [2]string
	logLine   string
}

// dialects are the implementations that this suite can speak to.
func dialects() map[v1alpha1.ProviderName]dialect {
	return map[v1alpha1.ProviderName]dialect{
		v1alpha1.ProviderTraefik: {
			image:     "traefik",
			rewrite:   map[string]string{"nginx.ingress.kubernetes.io/rewrite-target": "/$2"},
			allowList: "nginx.ingress.kubernetes.io/whitelist-source-range",
			bodyLimit: "providers.kubernetesingressnginx.proxybodysize",
			// Traefik counts only what it buffers.
			enforced:  map[string]v1alpha1.ConfigValue{"providers.kubernetesingressnginx.proxyrequestbuffering": "true"},
			timeout:   "providers.kubernetesingressnginx.proxyreadtimeout",
			logFormat: [2]string{"accesslog.format", "json"},
			logLine:   `"DownstreamStatus":200`,
		},
		v1alpha1.ProviderHAProxyIngress: {
			image:            "haproxy-ingress",
			configuredForAll: true,
			catchesAll:       true,
			rewrite: map[string]string{
				"haproxy-ingress.github.io/path-type":      "regex",
				"haproxy-ingress.github.io/rewrite-target": `/\2`,
			},
			allowList:   "haproxy-ingress.github.io/allowlist-source-range",
			bodyLimit:   "proxy-body-size",
			timeout:     "timeout-server",
			timeoutUnit: "s",
			logFormat:   [2]string{"http-log-format", "answered-with-%ST"},
			logLine:     "answered-with-200",
		},
	}
}

// findDialects are the implementations that the cluster has an image of: those
// that the operator's own arguments give one for.
func findDialects(ctx context.Context, c client.Reader) ([]dialect, error) {
	operator := operatorDeployment()
	if err := c.Get(ctx, client.ObjectKeyFromObject(operator), operator); err != nil {
		return nil, fmt.Errorf("asking the operator's Deployment for the implementations that are here: %w", err)
	}

	here := map[v1alpha1.ProviderName]bool{}

	for _, arg := range operator.Spec.Template.Spec.Containers[0].Args {
		if image, found := strings.CutPrefix(arg, "--default-image="); found {
			name, _, err := provider.ParseImage(image)
			if err != nil {
				return nil, err
			}

			here[name] = true
		}
	}

	var found []dialect

	for _, p := range all.All() {
		name := p.Descriptor().Name
		if !here[name] {
			continue
		}

		d, known := dialects()[name]
		if !known {
			return nil, fmt.Errorf("the operator has an image for provider %s, which this suite does not know: add it to dialects_test.go", name)
		}

		d.Provider = p
		found = append(found, d)
	}

	return found, nil
}

// forEach describes a scenario, once for every implementation that is here.
func (c *cluster) forEach(id, title string, body func(d dialect)) {
	for _, d := range c.dialects {
		Describe(fmt.Sprintf("%s, %s: %s", id, d.name(), title), Label(id, string(d.name())), func() { body(d) })
	}
}

func (d dialect) name() v1alpha1.ProviderName {
	return d.Descriptor().Name
}

func (d dialect) can() provider.Capabilities {
	return d.Descriptor().Capabilities
}

// called is a name for the implementation's own objects, from a scenario's.
func (d dialect) called(name string) string {
	return name + "-" + strings.ToLower(string(d.name()))
}

// small is a tenant of the implementation that serves namespaces with one small
// pod.
func (d dialect) small(namespaces ...string) v1alpha1.IngressTenantSpec {
	spec := small(namespaces...)
	spec.Controller.Provider = d.name()
	d.consent(&spec)

	return spec
}

// consent gives the implementation what it does not work without.
func (d dialect) consent(spec *v1alpha1.IngressTenantSpec) {
	if !d.can().RawConfiguration {
		return
	}

	if spec.Policy == nil {
		spec.Policy = &v1alpha1.PolicySpec{}
	}

	spec.Policy.Snippets = v1alpha1.Allow
}

// limiting is the configuration of a tenant with a greatest size of a request's
// body.
func (d dialect) limiting(bytes int) map[string]v1alpha1.ConfigValue {
	config := map[string]v1alpha1.ConfigValue{d.bodyLimit: v1alpha1.ConfigValue(strconv.Itoa(bytes))}
	maps.Copy(config, d.enforced)

	return config
}

// configured is a small tenant with a configuration of its own.
func (d dialect) configured(namespace string, config map[string]v1alpha1.ConfigValue) v1alpha1.IngressTenantSpec {
	spec := d.small(namespace)
	spec.Controller.Config = config

	if d.configuredForAll {
		spec.Namespaces = nil
	}

	return spec
}

// workload is how the implementation runs for a tenant that says nothing about
// it.
func (d dialect) workload(t *v1alpha1.IngressTenant) provider.Workload {
	GinkgoHelper()

	workload, err := d.Workload(provider.Request{
		Tenant:     &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: t.Name}},
		Namespaces: provider.Namespaces{Names: []string{"any"}},
	})
	Expect(err).NotTo(HaveOccurred())

	return workload
}

// unsupportedEntry is the name of the report entries that say what an
// implementation declares not to have.
const unsupportedEntry = "not supported"

// lacks shows that an implementation declares not to have something: a tenant
// that asks for it is refused, by the name of the field.
func (c *cluster) lacks(d dialect, what, field string, spec func(name string) v1alpha1.IngressTenantSpec) {
	It("has no "+what+", and says so", func(ctx SpecContext) {
		name := d.called("lacks")

		c.create(ctx, name, spec(name))

		refused := c.awaitCondition(ctx, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonUnsupportedByProvider)
		Expect(refused.Message).To(HavePrefix(field))
		AddReportEntry(unsupportedEntry, what, ReportEntryVisibilityFailureOrVerbose)
	}, bounded)
}
