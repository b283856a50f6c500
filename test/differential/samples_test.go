// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// sample is what a field needs to be set.
type sample struct {
	// base is what the spec has already, for the field to mean something.
	base string
	// with is what comes and goes with the field.
	with string
	// values are two values, where the schema does not tell any.
	values []string
	// perProvider are two values by provider, where those of one are refused by
	// another.
	perProvider map[v1alpha1.ProviderName][]string
	// exclusive is whether only one tenant can have what the field asks for.
	exclusive bool
	// fixed is whether the field cannot change on a tenant that is there.
	fixed bool
}

// usual is the spec that all tenants here have. In values and in it, NAME stands for
// the tenant's name, and NODEPORT and a number for a node port of the tenant: no two
// tenants can have the same.
const usual = `{namespaces: {names: [apps]}, exposure: {type: ClusterIP}}`

// samples are by path; one of a path is that of what lies below it as well. What is not
// in it needs nothing, and has a schema that tells its values.
func samples() map[string]sample {
	const labels = `{kubernetes.io/arch: amd64}`

	return map[string]sample{
		"ingressClass.name":    {values: []string{"NAME-class", "NAME-other"}, fixed: true},
		"ingressClass.default": {exclusive: true},

		"namespaces.names":                {values: []string{"[apps, more-apps]", "[more-apps]"}},
		"namespaces.selector.matchLabels": {base: `{namespaces: null}`, values: []string{"{team: apps}", "{team: more-apps}"}},

		"hostnames": {values: []string{"[NAME.example.com]", "[NAME.example.net, '*.NAME.example.com']"}},

		"controller.provider": {base: `{controller: {switchover: Recreate}, policy: {snippets: Allow}}`},
		"controller.version":  {perProvider: versions()},
		"controller.image":    {values: []string{"registry.example.com/NAME", "registry.example.com/NAME:v1"}},
		"controller.config": {perProvider: map[v1alpha1.ProviderName][]string{
			v1alpha1.ProviderTraefik:      {`{accessLog.format: json}`, `{entryPoints.web.transport.respondingTimeouts.readTimeout: 120s}`},
			v1alpha1.ProviderIngressNGINX: {`{proxy-body-size: 16m}`, `{enable-brotli: "true"}`},
			v1alpha1.ProviderHAProxy:      {`{timeout-client: 30s}`, `{timeout-check: 5s}`},
			// Where it serves some namespaces, it takes none.
			v1alpha1.ProviderHAProxyIngress: {`{timeout-client: 30s}`, `{proxy-body-size: 16m}`},
			v1alpha1.ProviderNGINX:          {`{proxy-read-timeout: 30s}`, `{client-max-body-size: 16m}`},
		}},
		"controller.extraArgs": {perProvider: map[v1alpha1.ProviderName][]string{
			v1alpha1.ProviderTraefik:        {`[--metrics.prometheus.addRoutersLabels]`, `[--serversTransport.maxIdleConnsPerHost=100]`},
			v1alpha1.ProviderIngressNGINX:   {`[--metrics-per-host=false]`, `[--disable-catch-all]`},
			v1alpha1.ProviderHAProxy:        {`[--sync-period=10s]`, `[--disable-ipv6]`},
			v1alpha1.ProviderHAProxyIngress: {`[--backend-shards=2]`, `[--log-caller]`},
			v1alpha1.ProviderNGINX:          {`[--disable-ipv6]`, `[--health-status]`},
		}},
		"controller.nodeSelector":      {values: []string{labels, `{edge: ""}`}},
		"controller.priorityClassName": {values: []string{"edge", "system-cluster-critical"}},
		"controller.resources":         {values: []string{`{cpu: 500m}`, `{cpu: "1", memory: 512Mi}`}},
		"controller.autoscaling":       {with: `{controller: {autoscaling: {maxReplicas: 9}}}`},

		"controller.tolerations[].key":               {with: `{controller: {tolerations: [{operator: Exists}]}}`, values: []string{"edge", "other"}},
		"controller.tolerations[].operator":          {base: `{controller: {tolerations: [{key: edge}]}}`, values: []string{"Exists", "Equal"}},
		"controller.tolerations[].value":             {base: `{controller: {tolerations: [{key: edge}]}}`, values: []string{`"true"`, "other"}},
		"controller.tolerations[].effect":            {base: `{controller: {tolerations: [{key: edge}]}}`, values: []string{"NoSchedule", "NoExecute"}},
		"controller.tolerations[].tolerationSeconds": {base: `{controller: {tolerations: [{key: edge, effect: NoExecute}]}}`, values: []string{"300", "0"}},
		"controller.topologySpread[].topologyKey":    {values: []string{"topology.kubernetes.io/zone", "kubernetes.io/hostname"}},
		"controller.topologySpread[]":                {base: `{controller: {topologySpread: [{topologyKey: topology.kubernetes.io/zone}]}}`},

		"exposure.type":                  {base: `{exposure: null}`},
		"exposure.externalTrafficPolicy": {base: `{exposure: {type: NodePort}}`},
		"exposure.clientAddress":         {base: `{exposure: {type: LoadBalancer}}`},
		"exposure.nodePort.http":         {base: `{exposure: {type: NodePort}}`, values: []string{"NODEPORT 1", "NODEPORT 2"}},
		"exposure.nodePort.https":        {base: `{exposure: {type: NodePort}}`, values: []string{"NODEPORT 3", "NODEPORT 4"}},

		"exposure.loadBalancer":               {base: onPlatform("AWS")},
		"exposure.loadBalancer.platform":      {base: `{exposure: {type: LoadBalancer}}`},
		"exposure.loadBalancer.adopt.address": {base: onPlatform("AWS"), values: []string{"eipalloc-1", "eipalloc-2"}},
		// A load balancer of its own would stay until somebody gives it up.
		"exposure.loadBalancer.adopt.serviceName": {with: `{exposure: {type: LoadBalancer}}`, values: []string{"edge", "other"}},
		"exposure.loadBalancer.annotations":       {base: onPlatform("AWS"), values: []string{`{example.com/a: b}`, `{example.com/a: c, example.com/d: ""}`}},
		"exposure.loadBalancer.class":             {base: onPlatform("AWS"), values: []string{"example.com/balancer", "example.com/other"}},
		"exposure.loadBalancer.certificate.id":    {base: onPlatform("AWS"), with: certificate("loadBalancer"), values: []string{"one", "other"}},
		"exposure.loadBalancer.certificate.ports": {base: onPlatform("AWS"), with: certificate("loadBalancer")},

		"exposure.loadBalancer.internal":                   {base: withInternal()},
		"exposure.loadBalancer.internal.adopt.address":     {base: withInternal(), values: []string{"10.0.0.1", "10.0.0.2"}},
		"exposure.loadBalancer.internal.annotations":       {base: withInternal(), values: []string{`{example.com/a: b}`, `{example.com/a: c, example.com/d: ""}`}},
		"exposure.loadBalancer.internal.class":             {base: withInternal(), values: []string{"example.com/balancer", "example.com/other"}},
		"exposure.loadBalancer.internal.certificate.id":    {base: withInternal(), with: certificate("loadBalancer, internal"), values: []string{"one", "other"}},
		"exposure.loadBalancer.internal.certificate.ports": {base: withInternal(), with: certificate("loadBalancer, internal")},

		"tls.profile":                       {values: []string{"Modern", "Intermediate"}},
		"tls.custom":                        {with: `{tls: {profile: Custom, custom: {minimumVersion: "1.2"}}}`},
		"tls.defaultCertificate.secretName": {values: []string{"wildcard", "other"}},
	}
}

func onPlatform(platform string) string {
	return `{exposure: {type: LoadBalancer, loadBalancer: {platform: ` + platform + `}}}`
}

// withInternal has an internal load balancer beside the external one.
func withInternal() string {
	return `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, scope: Both}}}`
}

// certificate is a certificate at some path below exposure.
func certificate(path string) string {
	text := `certificate: {id: one, ports: [443]}`

	for _, field := range slices.Backward(strings.Split(path, ", ")) {
		text = field + `: {` + text + `}`
	}

	return `{exposure: {` + text + `}}`
}

// versions are two versions of each provider. Those that have one have a value that is
// refused for the second.
func versions() map[v1alpha1.ProviderName][]string {
	found := map[v1alpha1.ProviderName][]string{}

	for _, each := range all.All() {
		d := each.Descriptor()
		names := []string{d.Versions[0].Name, "v0.0.1"}

		if len(d.Versions) > 1 {
			names[1] = d.Versions[len(d.Versions)-1].Name
		}

		found[d.Name] = names
	}

	return found
}

// sampleOf is the sample of a path: its own, or that of what it lies in.
func sampleOf(path string) sample {
	known := samples()

	for prefix := path; prefix != ""; {
		if found, ok := known[prefix]; ok {
			return found
		}

		cut := strings.LastIndex(prefix, ".")
		if cut < 0 {
			break
		}

		prefix = prefix[:cut]
	}

	return sample{}
}

// variants are a field's two values for a provider.
func (l leaf) variants(provider v1alpha1.ProviderName) ([]any, error) {
	s := sampleOf(l.path)

	texts := s.values
	if s.perProvider != nil {
		texts = s.perProvider[provider]
	}

	if texts == nil {
		values, err := generated(l.schema)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.path, err)
		}

		return values, nil
	}

	values := make([]any, len(texts))
	for i, text := range texts {
		if err := yaml.Unmarshal([]byte(text), &values[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", l.path, err)
		}
	}

	return values, nil
}

// A field that is added to the API is tried by itself, or says here how.
func TestEveryFieldHasASample(t *testing.T) {
	t.Parallel()

	found, err := leaves()
	if err != nil {
		t.Fatal(err)
	}

	paths := map[string]bool{}

	for _, each := range found {
		for _, implementation := range all.All() {
			name := implementation.Descriptor().Name
			if values, err := each.variants(name); err != nil || len(values) < 2 {
				t.Errorf("field %s has values %v for provider %s: %v", each.path, values, name, err)
			}
		}

		for prefix := each.path; prefix != ""; prefix = prefix[:max(strings.LastIndex(prefix, "."), 0)] {
			paths[prefix] = true
		}
	}

	for path := range samples() {
		if !paths[path] {
			t.Errorf("%s has a sample and is no field", path)
		}
	}
}
