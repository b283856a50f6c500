// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// What a field of the spec touches, as differences find it.
const (
	deploymentChanges    = "~ Deployment ingress-blog/traefik"
	nginxChanges         = "~ Deployment ingress-blog/ingress-nginx"
	classChanges         = "~ IngressClass blog"
	policyChanges        = "~ NetworkPolicy ingress-blog/ingress-blog"
	scalerChanges        = "~ HorizontalPodAutoscaler ingress-blog/ingress-blog"
	serviceChanges       = "~ Service ingress-blog/ingress-blog"
	traefikConfigChanges = "~ ConfigMap ingress-blog/traefik"
	nginxConfigChanges   = "~ ConfigMap ingress-blog/ingress-nginx"
	servedClusterWide    = "- ClusterRoleBinding ingress-blog-traefik-served"
	servedInOneOnly      = "+ RoleBinding shop/ingress-blog-traefik-served"
	scaledByAnAutoscaler = "+ HorizontalPodAutoscaler ingress-blog/ingress-blog"
)

// fieldTest says what setting one field of a tenant's spec changes, and so what
// removing it changes back.
type fieldTest struct {
	// before and after are specs that differ by the field.
	before, after string
	// changes are the objects that come (+), go (-) or differ (~).
	changes []string
}

// fieldTests has a test of every field, by its path.
func fieldTests() map[string]fieldTest {
	return map[string]fieldTest{
		"ingressClass.name":    {`{}`, `{ingressClass: {name: nginx}}`, []string{"+ IngressClass nginx", "- IngressClass blog", deploymentChanges}},
		"ingressClass.default": {`{}`, `{ingressClass: {default: Enabled}}`, []string{classChanges}},

		"namespaces.names":                {`{}`, `{namespaces: {names: [shop]}}`, []string{servedInOneOnly, servedClusterWide, deploymentChanges, policyChanges}},
		"namespaces.selector.matchLabels": {`{}`, `{namespaces: {selector: {matchLabels: {team: shop}}}}`, []string{servedInOneOnly, servedClusterWide, deploymentChanges, policyChanges}},
		// A controller that needs no more than the tenant's namespaces gets no more.
		"namespaces.secrets": {`{namespaces: {names: [shop]}}`, `{namespaces: {names: [shop], secrets: ClusterWide}}`, nil},

		"controller.provider": {`{}`, `{controller: {provider: IngressNGINX}}`, []string{
			"+ ClusterRoleBinding ingress-blog-ingress-nginx-served", "+ ConfigMap ingress-blog/ingress-nginx",
			"+ Deployment ingress-blog/ingress-nginx", "+ RoleBinding ingress-blog/ingress-blog-ingress-nginx-own",
			"+ ServiceAccount ingress-blog/ingress-nginx", servedClusterWide,
			"- ConfigMap ingress-blog/traefik", "- Deployment ingress-blog/traefik", "- ServiceAccount ingress-blog/traefik",
			"~ ClusterRoleBinding ingress-blog-class-reader", policyChanges, serviceChanges,
		}},
		// It is about how the controllers are exchanged, not about what they are.
		"controller.switchover":        {`{}`, `{controller: {switchover: Force}}`, nil},
		"controller.version":           {`{}`, `{controller: {version: v3.7.12}}`, []string{deploymentChanges}},
		"controller.image":             {`{}`, `{controller: {image: registry.example.com/traefik}}`, []string{deploymentChanges}},
		"controller.replicas":          {`{}`, `{controller: {replicas: 3}}`, []string{deploymentChanges}},
		"controller.nodeSelector":      {`{}`, `{controller: {nodeSelector: {edge: ""}}}`, []string{deploymentChanges}},
		"controller.tolerations":       {`{}`, `{controller: {tolerations: [{operator: Exists}]}}`, []string{deploymentChanges}},
		"controller.priorityClassName": {`{}`, `{controller: {priorityClassName: edge}}`, []string{deploymentChanges}},
		"controller.config":            {`{}`, `{controller: {config: {log.format: json}}}`, []string{deploymentChanges}},
		"controller.extraArgs":         {`{}`, `{controller: {extraArgs: [--log.format=json]}}`, []string{deploymentChanges}},
		"controller.logLevel":          {`{}`, `{controller: {logLevel: Debug}}`, []string{deploymentChanges}},
		"controller.accessLog":         {`{}`, `{controller: {accessLog: Enabled}}`, []string{deploymentChanges}},

		"controller.autoscaling.maxReplicas":                    {`{}`, `{controller: {autoscaling: {maxReplicas: 9}}}`, []string{scaledByAnAutoscaler, deploymentChanges}},
		"controller.autoscaling.minReplicas":                    {`{controller: {autoscaling: {maxReplicas: 9}}}`, `{controller: {autoscaling: {maxReplicas: 9, minReplicas: 3}}}`, []string{scalerChanges}},
		"controller.autoscaling.targetCPUUtilizationPercentage": {`{controller: {autoscaling: {maxReplicas: 9}}}`, `{controller: {autoscaling: {maxReplicas: 9, targetCPUUtilizationPercentage: 50}}}`, []string{scalerChanges}},
		"controller.resources.requests":                         {`{}`, `{controller: {resources: {requests: {cpu: 1}}}}`, []string{deploymentChanges}},
		"controller.resources.limits":                           {`{}`, `{controller: {resources: {limits: {cpu: 1}}}}`, []string{deploymentChanges}},
		"controller.topologySpread.topologyKey":                 {`{}`, `{controller: {topologySpread: [{topologyKey: zone}]}}`, []string{deploymentChanges}},
		"controller.topologySpread.maxSkew":                     {`{controller: {topologySpread: [{topologyKey: zone}]}}`, `{controller: {topologySpread: [{topologyKey: zone, maxSkew: 2}]}}`, []string{deploymentChanges}},
		"controller.topologySpread.whenUnsatisfiable":           {`{controller: {topologySpread: [{topologyKey: zone}]}}`, `{controller: {topologySpread: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]}}`, []string{deploymentChanges}},

		"exposure.type":                             {`{}`, `{exposure: {type: ClusterIP}}`, []string{serviceChanges}},
		"exposure.externalTrafficPolicy":            {`{exposure: {type: NodePort}}`, `{exposure: {type: NodePort, externalTrafficPolicy: Local}}`, []string{serviceChanges}},
		"exposure.loadBalancer.class":               {`{}`, `{exposure: {type: LoadBalancer, loadBalancer: {class: example.com/nlb}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.allowedSourceRanges": {`{}`, `{exposure: {type: LoadBalancer, loadBalancer: {allowedSourceRanges: [192.0.2.0/24]}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.annotations":         {`{}`, `{exposure: {type: LoadBalancer, loadBalancer: {annotations: {example.com/a: ""}}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.scope":               {`{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS}}}`, `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, scope: Internal}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.platform":            {`{}`, `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.certificate.id":      {`{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS}}}`, `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, certificate: {id: a, ports: [443]}}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.certificate.ports":   {`{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, certificate: {id: a, ports: [443]}}}}`, `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, certificate: {id: a, ports: [80, 443]}}}}`, []string{serviceChanges}},
		"exposure.loadBalancer.adopt.address":       {`{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS}}}`, `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, adopt: {address: eipalloc-1}}}}`, []string{serviceChanges}},
		// Its own Service is then for clients inside the cluster.
		"exposure.loadBalancer.adopt.serviceName": {`{exposure: {type: LoadBalancer}}`, `{exposure: {type: LoadBalancer, loadBalancer: {adopt: {serviceName: edge}}}}`, []string{serviceChanges}},

		"exposure.loadBalancer.internal.class":               internalTest(`class: example.com/b`),
		"exposure.loadBalancer.internal.allowedSourceRanges": internalTest(`allowedSourceRanges: [192.0.2.0/24]`),
		"exposure.loadBalancer.internal.annotations":         internalTest(`annotations: {example.com/a: b}`),
		"exposure.loadBalancer.internal.certificate.id":      internalTest(`certificate: {id: a, ports: [443]}`),
		"exposure.loadBalancer.internal.certificate.ports":   internalTest(`certificate: {id: a, ports: [443]}`),
		"exposure.loadBalancer.internal.adopt.address":       internalTest(`adopt: {address: 10.0.0.1}`),

		"exposure.nodePort.http":  {`{exposure: {type: NodePort}}`, `{exposure: {type: NodePort, nodePort: {http: 30080}}}`, []string{serviceChanges}},
		"exposure.nodePort.https": {`{exposure: {type: NodePort}}`, `{exposure: {type: NodePort, nodePort: {https: 30443}}}`, []string{serviceChanges}},

		"policy.externalNameServices": {`{}`, `{policy: {externalNameServices: Allow}}`, []string{deploymentChanges, policyChanges}},
		"policy.snippets":             {`{}`, `{policy: {snippets: Allow}}`, []string{deploymentChanges}},

		// It says what happens when the tenant goes.
		"exposure.clientAddress.proxyProtocol.trustedRanges":    {`{exposure: {type: LoadBalancer}}`, `{exposure: {type: LoadBalancer, clientAddress: {proxyProtocol: {trustedRanges: [192.0.2.0/24]}}}}`, []string{deploymentChanges}},
		"exposure.clientAddress.forwardedHeaders.trustedRanges": {`{exposure: {type: LoadBalancer}}`, `{exposure: {type: LoadBalancer, clientAddress: {forwardedHeaders: {trustedRanges: [192.0.2.0/24]}}}}`, []string{deploymentChanges}},

		"tls.defaultCertificate.secretName": {`{}`, `{tls: {defaultCertificate: {secretName: wildcard}}}`, []string{deploymentChanges, traefikConfigChanges}},
		"tls.profile":                       {`{}`, `{tls: {profile: Modern}}`, []string{deploymentChanges, traefikConfigChanges}},
		"tls.custom.minimumVersion":         {`{}`, `{tls: {profile: Custom, custom: {minimumVersion: "1.3"}}}`, []string{deploymentChanges, traefikConfigChanges}},
		"tls.custom.cipherSuites": {
			`{tls: {profile: Custom, custom: {minimumVersion: "1.2"}}}`,
			`{tls: {profile: Custom, custom: {minimumVersion: "1.2", cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]}}}`,
			[]string{deploymentChanges, traefikConfigChanges},
		},

		// The operator decides on them; the controller is not told.
		"hostnames": {`{}`, `{hostnames: [blog.example.com]}`, nil},
		// Of the admission policies, and of no object of the tenant's.
		"policy.catchAll": {`{}`, `{policy: {catchAll: Deny}}`, nil},

		"deletionPolicy": {`{}`, `{deletionPolicy: Force}`, nil},
	}
}

// internalTest is about a field of the internal load balancer of two. Both
// Services tell what was asked for, to tell the way back.
func internalTest(field string) fieldTest {
	const both = `{exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, scope: Both`

	return fieldTest{both + `}}}`, both + `, internal: {` + field + `}}}}`, []string{serviceChanges, "~ Service ingress-blog/internal-blog"}}
}

// Setting a field changes the hash of exactly the objects that it is about, and
// so does removing it: by the hash the operator knows that it is the tenant
// which changed, and not the object.
func TestFields(t *testing.T) {
	t.Parallel()

	for path, test := range fieldTests() {
		t.Run(path, func(t *testing.T) {
			t.Parallel()

			before, after := renderSpec(t, test.before), renderSpec(t, test.after)
			if diff := cmp.Diff(sorted(test.changes), differences(t, before, after)); diff != "" {
				t.Errorf("setting the field changes other objects than it should (-want +got):\n%s", diff)
			}
		})
	}
}

// ConfigMaps reach a pod only when it starts.
func TestFieldsOfAConfigMapRestartPods(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		after   string
		changes []string
		restart bool
	}{
		"configuration":                {`{controller: {provider: IngressNGINX, config: {use-gzip: "true"}}}`, []string{nginxConfigChanges, nginxChanges}, true},
		"the access log":               {`{controller: {provider: IngressNGINX, accessLog: Enabled}}`, []string{nginxConfigChanges, nginxChanges}, true},
		"snippets":                     {`{controller: {provider: IngressNGINX}, policy: {snippets: Allow}}`, []string{nginxConfigChanges, nginxChanges}, true},
		"not what is no configuration": {`{controller: {provider: IngressNGINX, replicas: 3}}`, []string{nginxChanges}, false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			before, after := renderSpec(t, `{controller: {provider: IngressNGINX}}`), renderSpec(t, test.after)
			if diff := cmp.Diff(sorted(test.changes), differences(t, before, after)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}

			if restarts := configHash(t, before) != configHash(t, after); restarts != test.restart {
				t.Errorf("the pods are restarted: %v, want %v", restarts, test.restart)
			}
		})
	}
}

// A field that is added to the API says here what it touches.
func TestEveryFieldHasATest(t *testing.T) {
	t.Parallel()

	want := leaves(reflect.TypeFor[v1alpha1.IngressTenantSpec](), "")
	slices.Sort(want)

	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(fieldTests()))); diff != "" {
		t.Errorf("fields of the spec (-) and their tests (+):\n%s", diff)
	}
}

// Two objects of one identity have the same hash if they have the same content,
// and only then.
func TestHashTellsContents(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		one, other := scenarios().Draw(t, "one"), scenarios().Draw(t, "other")
		other.Tenant.Name = one.Tenant.Name

		_, objects := render(t, one)
		_, others := render(t, other)
		differences(t, decode(t, objects), decode(t, others))
	})
}

func renderSpec(t *testing.T, spec string) []client.Object {
	t.Helper()

	s := scenario{
		Tenant:  v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}},
		Cluster: cluster{Serves: []string{"shop"}},
	}
	if err := yaml.UnmarshalStrict([]byte(spec), &s.Tenant.Spec); err != nil {
		t.Fatalf("%s: %v", spec, err)
	}

	_, objects := render(t, s)

	return decode(t, objects)
}

// differences returns which objects come, go and differ, sorted. It fails where
// the hash tells something else than the content.
func differences(t rapid.TB, before, after []client.Object) []string {
	t.Helper()

	old := map[string]client.Object{}
	for _, object := range before {
		old[name(object)] = object
	}

	var found []string

	for _, object := range after {
		was, ok := old[name(object)]
		delete(old, name(object))

		if !ok {
			found = append(found, "+ "+name(object))

			continue
		}

		differs := takeHash(was) != takeHash(object)
		if diff := cmp.Diff(was, object); differs == (diff == "") {
			t.Errorf("the hash of %s changes: %v, although its content does so (-before +after):\n%s", name(object), differs, diff)
		}

		if differs {
			found = append(found, "~ "+name(object))
		}
	}

	for gone := range old {
		found = append(found, "- "+gone)
	}

	return sorted(found)
}

// takeHash removes the hash from an object.
func takeHash(object client.Object) string {
	annotations := object.GetAnnotations()
	hash := annotations[tenant.AnnotationDesiredHash]
	delete(annotations, tenant.AnnotationDesiredHash)

	return hash
}

func configHash(t *testing.T, objects []client.Object) string {
	t.Helper()

	return one[*appsv1.Deployment](t, objects).Spec.Template.Annotations[tenant.AnnotationConfigHash]
}

func sorted(changes []string) []string {
	slices.Sort(changes)

	return changes
}

// leaves returns the paths of a type's fields, down to those whose types are
// not of this API.
func leaves(of reflect.Type, at string) []string {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}

	if of.Kind() != reflect.Struct || of.PkgPath() != reflect.TypeFor[v1alpha1.IngressTenantSpec]().PkgPath() {
		return []string{strings.TrimPrefix(at, ".")}
	}

	var paths []string

	for field := range of.Fields() {
		inside := at
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			inside += "." + name
		}

		paths = append(paths, leaves(field.Type, inside)...)
	}

	return paths
}
