// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/validation"
)

// refusals are the messages of all refusals of a spec.
func refusals(t *testing.T, spec string) []string {
	t.Helper()

	tenant := &v1alpha1.IngressTenant{}
	if err := yaml.UnmarshalStrict([]byte(spec), &tenant.Spec); err != nil {
		t.Fatal(err)
	}

	err := validation.Check(tenant)
	if err == nil {
		return nil
	}

	joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err)
	if !ok {
		t.Fatalf("no join of errors: %v", err)
	}

	var messages []string

	for _, each := range joined.Unwrap() {
		refused, ok := errors.AsType[*provider.RefusedError](each)
		if !ok || refused.Reason != v1alpha1.ReasonInvalidSpec {
			t.Errorf("%v is no refusal of the spec", each)
		}

		messages = append(messages, each.Error())
	}

	return messages
}

func TestCheck(t *testing.T) {
	t.Parallel()

	const (
		balancer   = "spec.exposure.loadBalancer"
		controller = "spec.controller"
	)

	balanced := func(block string) string { return "exposure: {type: LoadBalancer, loadBalancer: " + block + "}" }
	ranges := func(cidr string) string { return balanced(`{allowedSourceRanges: ["` + cidr + `"]}`) }
	resources := func(block string) string { return "controller: {resources: " + block + "}" }
	long := strings.Repeat("a", 254)

	for name, c := range map[string]struct {
		spec string
		want []string
	}{
		"nothing": {`{}`, nil},
		"all in order": {
			`{namespaces: {selector: {matchLabels: {example.com/team: a}}}, exposure: {type: LoadBalancer, clientAddress: {proxyProtocol: {trustedRanges: [10.0.0.0/8, "2001:db8::/32"]}}, ` +
				`loadBalancer: {class: example.com/a, allowedSourceRanges: [0.0.0.0/0, "::/0", 192.0.2.7/32], annotations: {example.com/a: "{\n\t\"a\": 1}"}}}}`, nil,
		},

		// Address ranges.
		"host bits":                 {ranges("10.0.0.5/24"), []string{balancer + ".allowedSourceRanges[0]: 10.0.0.5/24 has host bits set; write 10.0.0.0/24, or 10.0.0.5/32 for that address alone"}},
		"host bits of IPv6":         {ranges("2001:db8::5/64"), []string{balancer + ".allowedSourceRanges[0]: 2001:db8::5/64 has host bits set; write 2001:db8::/64, or 2001:db8::5/128 for that address alone"}},
		"leading zeros":             {ranges("010.0.0.0/8"), []string{balancer + ".allowedSourceRanges[0]: 010.0.0.0/8 has leading zeros, which some programs read as octal numbers; write 10.0.0.0/8"}},
		"leading zeros everywhere":  {ranges("010.000.00.009/08"), []string{balancer + ".allowedSourceRanges[0]: 010.000.00.009/08 has leading zeros, which some programs read as octal numbers; write 10.0.0.0/8"}},
		"IPv4 in IPv6":              {ranges("::ffff:10.0.0.0/104"), []string{balancer + ".allowedSourceRanges[0]: ::ffff:10.0.0.0/104 is an IPv4 range that is written as an IPv6 one; write 10.0.0.0/8"}},
		"IPv4 in IPv6, in hex":      {ranges("::ffff:a00:5/120"), []string{balancer + ".allowedSourceRanges[0]: ::ffff:a00:5/120 is an IPv4 range that is written as an IPv6 one; write 10.0.0.0/24"}},
		"IPv4 in IPv6, and others":  {ranges("::ffff:10.0.0.0/64"), []string{balancer + ".allowedSourceRanges[0]: ::ffff:10.0.0.0/64 mixes IPv4 and IPv6; write an IPv4 range, such as 10.0.0.0/8"}},
		"an address":                {ranges("10.0.0.5"), []string{balancer + `.allowedSourceRanges[0]: "10.0.0.5" is no address range; write it in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32`}},
		"a range of the internal":   {balanced(`{scope: Both, internal: {allowedSourceRanges: [10.0.0.0/8, 10.1.0.0/8]}}`), []string{balancer + ".internal.allowedSourceRanges[1]: 10.1.0.0/8 has host bits set; write 10.0.0.0/8, or 10.1.0.0/32 for that address alone"}},
		"a range of PROXY protocol": {`exposure: {type: NodePort, clientAddress: {proxyProtocol: {trustedRanges: [10.0.0.1/8]}}}`, []string{"spec.exposure.clientAddress.proxyProtocol.trustedRanges[0]: 10.0.0.1/8 has host bits set; write 10.0.0.0/8, or 10.0.0.1/32 for that address alone"}},
		"a range of headers":        {`exposure: {type: NodePort, clientAddress: {forwardedHeaders: {trustedRanges: [10.0.0.1/8]}}}`, []string{"spec.exposure.clientAddress.forwardedHeaders.trustedRanges[0]: 10.0.0.1/8 has host bits set; write 10.0.0.0/8, or 10.0.0.1/32 for that address alone"}},
		"ranges in an annotation": {
			balanced(`{annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: "10.0.0.0/8, 10.0.0.1/8"}}`),
			[]string{balancer + ".annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: 10.0.0.1/8 has host bits set; write 10.0.0.0/8, or 10.0.0.1/32 for that address alone"},
		},

		// The Service.
		"one node port for both": {`exposure: {type: NodePort, nodePort: {http: 30080, https: 30080}}`, []string{"spec.exposure.nodePort.https: 30080 is the port for HTTP, too; write another, or omit one of the two"}},
		"a class with a long prefix": {
			balanced(`{class: ` + long + `/a}`),
			[]string{balancer + `.class: "` + long + `/a" is no name that Kubernetes takes: prefix part must be no more than 253 bytes`},
		},
		"an annotation with a long prefix": {
			balanced(`{annotations: {` + long + `/a: b}}`),
			[]string{balancer + `.annotations[` + long + `/a]: "` + long + `/a" is no name that Kubernetes takes: prefix part must be no more than 253 bytes`},
		},
		"an annotation with a bell":  {balanced(`{annotations: {a: "b\ac"}}`), []string{balancer + `.annotations[a]: there is a control character ('\a') after 1 bytes; remove it`}},
		"a certificate with a NUL":   {balanced(`{certificate: {id: "a\0b", ports: [443]}}`), []string{balancer + `.certificate.id: there is a control character ('\x00') after 1 bytes; remove it`}},
		"annotations that are large": {balanced(`{annotations: {a: ` + strings.Repeat("a", 200<<10) + `}, internal: {annotations: {b: ` + strings.Repeat("a", 50<<10) + `}}}`), []string{balancer + ".annotations: they are 256002 bytes together, and a Service takes no more than 245760; shorten them"}},

		// Resources.
		"an extended resource": {resources(`{limits: {nvidia.com/gpu: 1}}`), nil},
		"an extended resource without a limit": {
			resources(`{requests: {nvidia.com/gpu: 1}}`),
			[]string{controller + ".resources.requests[nvidia.com/gpu]: a container gets all of what it requests of nvidia.com/gpu or nothing, so that there must be an equal limit; set spec.controller.resources.limits[nvidia.com/gpu] to 1"},
		},
		"an extended resource with another limit": {
			resources(`{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}}`),
			[]string{controller + ".resources.requests[nvidia.com/gpu]: a container gets all of what it requests of nvidia.com/gpu or nothing, so that it must be equal to the limit, which is 2; write that, or omit the request"},
		},
		"a fraction of an extended resource": {
			resources(`{limits: {nvidia.com/gpu: 500m}}`),
			[]string{controller + ".resources.limits[nvidia.com/gpu]: 500m is a fraction, and nvidia.com/gpu is counted in whole numbers; write 1"},
		},
		"an unknown resource":       {resources(`{limits: {gpu: 1}}`), []string{controller + `.resources.limits[gpu]: "gpu" is no resource of Kubernetes; write cpu, memory, ephemeral-storage, hugepages-<size>, or the name of an extended resource, such as example.com/device`}},
		"the name of a quota":       {resources(`{limits: {requests.nvidia.com/gpu: 1}}`), []string{controller + `.resources.limits[requests.nvidia.com/gpu]: "requests.nvidia.com/gpu" is what a quota calls a resource; write nvidia.com/gpu`}},
		"no name":                   {resources(`{limits: {a/b/c: 1}}`), []string{controller + `.resources.limits[a/b/c]: "a/b/c" is no resource of Kubernetes: a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName'); write cpu, memory, ephemeral-storage, hugepages-<size>, or the name of an extended resource, such as example.com/device`}},
		"less than nothing":         {resources(`{requests: {cpu: -1}}`), []string{controller + ".resources.requests[cpu]: -1 is less than 0; write 0 or more"}},
		"a request above its limit": {resources(`{requests: {cpu: 2}, limits: {cpu: 1500m}}`), []string{controller + ".resources.requests[cpu]: 2 is more than the limit, which is 1500m; lower it, or raise spec.controller.resources.limits[cpu]"}},
		"thousandths of a byte":     {resources(`{requests: {memory: 128m}}`), []string{controller + ".resources.requests[memory]: 128m is less than one byte: m is thousandths; write it in Mi, such as 128Mi"}},
		"bytes":                     {resources(`{limits: {memory: 128}}`), []string{controller + ".resources.limits[memory]: no container starts with so little as 128: without a unit it is bytes, and m is thousandths; write it in Mi, such as 128Mi"}},
		"more memory than there is": {resources(`{requests: {memory: 99999999999Ei}}`), []string{controller + ".resources.requests[memory]: no node has 9223372036854775807 of memory; lower it"}},
		"more CPU than there is":    {resources(`{requests: {cpu: 1M}}`), []string{controller + ".resources.requests[cpu]: no node has 1M of cpu; lower it"}},
		"a byte of storage":         {resources(`{limits: {ephemeral-storage: 1}}`), []string{controller + ".resources.limits[ephemeral-storage]: the pods are evicted at once with 1: without a unit it is bytes, and m is thousandths; write it in Mi, such as 128Mi"}},
		"a fraction of a unit":      {resources(`{requests: {memory: 0.1Gi}, limits: {memory: 0.3Gi, cpu: "0.5"}}`), nil},
		"huge pages":                {resources(`{limits: {hugepages-2Mi: 4Mi}}`), nil},
		"huge pages of no size":     {resources(`{limits: {hugepages-big: 4Mi}}`), []string{controller + `.resources.limits[hugepages-big]: "big" is no size of a page; write one that the nodes have, such as hugepages-2Mi`}},
		"parts of huge pages":       {resources(`{limits: {hugepages-2Mi: 3Mi}}`), []string{controller + `.resources.limits[hugepages-2Mi]: 3Mi is no multiple of the page's size, which is 2Mi`}},
		"huge pages without a limit": {
			resources(`{requests: {cpu: 1, hugepages-2Mi: 2Mi}}`),
			[]string{controller + ".resources.requests[hugepages-2Mi]: a container gets all of what it requests of hugepages-2Mi or nothing, so that there must be an equal limit; set spec.controller.resources.limits[hugepages-2Mi] to 2Mi"},
		},
		"huge pages alone": {
			resources(`{requests: {hugepages-2Mi: 2Mi}, limits: {hugepages-2Mi: 2Mi}}`),
			[]string{controller + ".resources.requests[hugepages-2Mi]: huge pages need cpu or memory beside them; add spec.controller.resources.requests[memory]"},
		},

		// The autoscaler.
		"an autoscaler":                    {`controller: {autoscaling: {maxReplicas: 3}}`, nil},
		"an autoscaler and a limit":        {`controller: {autoscaling: {maxReplicas: 3}, resources: {requests: {memory: 1Gi}, limits: {cpu: 1}}}`, nil},
		"an autoscaler without a request":  {`controller: {autoscaling: {maxReplicas: 3}, resources: {requests: {memory: 1Gi}}}`, []string{controller + ".autoscaling: the autoscaler goes by the use of the requested CPU, and none is requested; add spec.controller.resources.requests[cpu]"}},
		"an autoscaler on nothing":         {`controller: {autoscaling: {maxReplicas: 3}, resources: {requests: {cpu: 0}}}`, []string{controller + ".autoscaling: the autoscaler goes by the use of the requested CPU, and none is requested; set spec.controller.resources.requests[cpu] to more than 0"}},
		"an autoscaler on a limit of none": {`controller: {autoscaling: {maxReplicas: 3}, resources: {limits: {cpu: 0}}}`, []string{controller + ".autoscaling: the autoscaler goes by the use of the requested CPU, and none is requested; set spec.controller.resources.requests[cpu] to more than 0"}},
		"least above most":                 {`controller: {autoscaling: {minReplicas: 4, maxReplicas: 3}}`, []string{controller + ".autoscaling.maxReplicas: 3 is less than minReplicas, which is 4"}},

		// Where pods go.
		"a label key with a long prefix": {
			`{namespaces: {selector: {matchLabels: {` + long + `/a: b}}}}`,
			[]string{`spec.namespaces.selector.matchLabels[` + long + `/a]: "` + long + `/a" is no name that Kubernetes takes: prefix part must be no more than 253 bytes`},
		},
		"a name that no namespace has": {
			`{namespaces: {selector: {matchLabels: {kubernetes.io/metadata.name: Blog}}}}`,
			[]string{`spec.namespaces.selector.matchLabels[kubernetes.io/metadata.name]: no namespace is named "Blog": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`},
		},
		"a node's key with a long prefix":   {`controller: {nodeSelector: {` + long + `/a: b}}`, []string{controller + `.nodeSelector[` + long + `/a]: "` + long + `/a" is no name that Kubernetes takes: prefix part must be no more than 253 bytes`}},
		"a topology key with a long prefix": {`controller: {topologySpread: [{topologyKey: ` + long + `/a}]}`, []string{controller + `.topologySpread[0].topologyKey: "` + long + `/a" is no name that Kubernetes takes: prefix part must be no more than 253 bytes`}},
		"tolerations":                       {`controller: {tolerations: [{operator: Exists}, {key: a}, {key: a, value: b, operator: Equal, effect: NoExecute, tolerationSeconds: 0}]}`, nil},
		"a toleration's key with a space": {
			`controller: {tolerations: [{key: a b}]}`,
			[]string{controller + `.tolerations[0].key: "a b" is no name that Kubernetes takes: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`},
		},
		"a toleration's value with a slash": {
			`controller: {tolerations: [{key: a, value: b/c}]}`,
			[]string{controller + `.tolerations[0].value: no label has the value "b/c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`},
		},
		"a toleration by comparison": {`controller: {tolerations: [{key: a, operator: Gt, value: "1"}]}`, []string{controller + ".tolerations[0].operator: Gt is not what every cluster takes; write Equal or Exists"}},
		"a toleration of all":        {`controller: {tolerations: [{value: a}]}`, []string{controller + ".tolerations[0].operator: without a key it must be Exists, which tolerates every taint; name a key, or write Exists"}},
		"a toleration of any value":  {`controller: {tolerations: [{key: a, operator: Exists, value: b}]}`, []string{controller + ".tolerations[0].value: with operator Exists every value is tolerated; omit it, or set operator to Equal"}},
		"an unknown operator":        {`controller: {tolerations: [{key: a, operator: In}]}`, []string{controller + `.tolerations[0].operator: "In" is unknown; write Equal or Exists`}},

		// What the controller is told.
		"a NUL in an argument":      {`controller: {extraArgs: ["--a=b\0"]}`, []string{controller + `.extraArgs[0]: there is a control character ('\x00') after 5 bytes; remove it`}},
		"a line break in one":       {`controller: {extraArgs: ["--a=b\nc"]}`, []string{controller + `.extraArgs[0]: there is a control character ('\n') after 5 bytes; remove it`}},
		"a NUL in an entry":         {`controller: {config: {a: "b\0"}}`, []string{controller + `.config[a]: there is a control character ('\x00') after 1 bytes; remove it`}},
		"several lines in an entry": {`controller: {config: {a: "b\n\tc\r\n"}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(c.want, refusals(t, c.spec)); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
		})
	}
}

func TestImages(t *testing.T) {
	t.Parallel()

	sha := "sha256:" + strings.Repeat("0a", 32)

	for _, image := range []string{
		"traefik", "traefik:v3", "library/traefik:v3.7.20", "localhost/traefik", "registry.example.com/a/b__c-d.e:V3_x", "registry:5000/traefik:v3",
		"registry.example.com:5000/traefik@" + sha, "traefik:v3@" + sha, "Registry.example.com/a", "10.0.0.1:5000/a",
	} {
		if got := refusals(t, `controller: {image: "`+image+`"}`); got != nil {
			t.Errorf("%s: %v", image, got)
		}
	}

	for image, want := range map[string]string{
		"Traefik":                       "capital letters",
		"registry.example.com/Traefik":  "capital letters",
		"traefik:":                      "no tag",
		"traefik:-a":                    "no tag",
		"traefik:a:b":                   "no image reference",
		"traefik@sha256:0a":             "no digest",
		"traefik@v3":                    "no digest",
		"traefik@":                      "no digest",
		"https://registry.example.com":  "no image reference",
		"registry.example.com//traefik": "no image reference",
		"registry.example.com/traefik/": "no image reference",
		"a..b":                          "no image reference",
		"a___b":                         "no image reference",
		"traefik-":                      "no image reference",
		"registry:port/traefik":         "no image reference",
		strings.Repeat("a", 256):        "no image reference",
		strings.Repeat("0a", 32):        "the id of an image",
	} {
		got := refusals(t, `controller: {image: "`+image+`"}`)
		if len(got) != 1 || !strings.HasPrefix(got[0], "spec.controller.image: ") || !strings.Contains(got[0], want) {
			t.Errorf("%s: %v, want one that says %q", image, got, want)
		}
	}
}
