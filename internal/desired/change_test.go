// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

const (
	blogService     = "ingress-blog"
	internalService = "internal-blog"
	ulb             = "service.beta.kubernetes.io/ucloud-load-balancer-"
)

// exposed is a tenant that is exposed as a YAML text says.
func exposed(t rapid.TB, exposure string) scenario {
	t.Helper()

	s := scenario{Tenant: v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}}
	if exposure != "" {
		if err := yaml.UnmarshalStrict([]byte(exposure), &s.Tenant.Spec.Exposure); err != nil {
			t.Fatal(err)
		}
	}

	return s
}

// renderOver returns the Services of a tenant whose Services are there already,
// and what waits.
func renderOver(t rapid.TB, s scenario, live desired.Services) (desired.Services, []desired.LoadBalancerChange) {
	t.Helper()

	in, err := s.input()
	if err != nil {
		t.Fatal(err)
	}

	in.Live = live

	changes, err := desired.LoadBalancerChanges(in)
	if err != nil {
		t.Fatal(err)
	}

	objects, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	services := desired.Services{}

	for _, service := range every[*corev1.Service](decode(t, objects)) {
		switch service.Name {
		case tenant.Name(&s.Tenant):
			services.Service = service
		case tenant.InternalName(&s.Tenant):
			services.Internal = service
		default:
			t.Errorf("there is a Service %s", service.Name)
		}
	}

	return services, changes
}

// assign makes a Service, if there is one, one to which a load balancer gave an
// address.
func assign(service *corev1.Service, address string) {
	if service != nil {
		service.UID = types.UID("uid of " + service.Name)
		service.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address}}
	}
}

// identity ignores what tells one Service from another of the same content.
func identity() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreFields(corev1.Service{}, "Status"),
		cmpopts.IgnoreFields(metav1.ObjectMeta{}, "UID"),
		cmpopts.IgnoreMapEntries(func(key, _ string) bool { return key == tenant.AnnotationDesiredHash }),
	}
}

func TestLoadBalancerChanges(t *testing.T) {
	t.Parallel()

	balanced := func(block string) string { return `{type: LoadBalancer, loadBalancer: ` + block + `}` }
	main := func(differences ...cloud.Difference) desired.LoadBalancerChange {
		return desired.LoadBalancerChange{Name: blogService, Differences: differences}
	}
	removed := desired.LoadBalancerChange{Name: internalService, Removed: true}

	for name, c := range map[string]struct {
		before, after string
		want          []desired.LoadBalancerChange
	}{
		"nothing":               {balanced(`{platform: UCloud}`), balanced(`{platform: UCloud}`), nil},
		"nothing was asked for": {``, `{type: LoadBalancer}`, nil},
		"another class": {
			balanced(`{class: example.com/a}`), balanced(`{class: example.com/b}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: "spec.loadBalancerClass", Live: "example.com/a", Asked: "example.com/b"})},
		},
		"a class where there was none": {
			``, balanced(`{class: example.com/b}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: "spec.loadBalancerClass", Asked: "example.com/b"})},
		},
		"no exposure where there was a class": {
			balanced(`{class: example.com/a}`), ``,
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: "spec.loadBalancerClass", Live: "example.com/a"})},
		},
		"what UCloud reads once": {
			balanced(`{platform: UCloud, annotations: {` + ulb + `subnet-id: subnet-a, ` + ulb + `eip-bandwidth: "2"}}`),
			balanced(`{platform: UCloud, annotations: {` + ulb + `subnet-id: subnet-b, ` + ulb + `eip-bandwidth: "9"}}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: ulb + "subnet-id", Live: "subnet-a", Asked: "subnet-b"})},
		},
		"what UCloud reads at any time": {
			balanced(`{platform: UCloud}`), balanced(`{platform: UCloud, annotations: {` + ulb + `eip-bandwidth: "9"}}`), nil,
		},
		"what means the same": {
			balanced(`{platform: UCloud}`), balanced(`{platform: UCloud, annotations: {` + ulb + `vserver-method: roundrobin}}`), nil,
		},
		"the other scope": {
			balanced(`{platform: UCloud}`), balanced(`{platform: UCloud, scope: Internal}`),
			[]desired.LoadBalancerChange{main(
				cloud.Difference{Key: ulb + "eip-chargetype", Live: "dynamic"},
				cloud.Difference{Key: ulb + "type", Live: "outer", Asked: "inner"},
			)},
		},
		"a platform that says what annotations said": {
			balanced(`{annotations: {` + ulb + `type: inner}}`), balanced(`{platform: UCloud, scope: Internal}`), nil,
		},
		"no platform": {
			balanced(`{platform: GCP, scope: Internal}`), balanced(`{annotations: {example.com/a: b}}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: "networking.gke.io/load-balancer-type", Live: "Internal"})},
		},
		"a platform that says what its absence says": {
			``, balanced(`{platform: Alibaba}`), nil,
		},
		"no platform that says what its absence says": {
			balanced(`{platform: Alibaba}`), ``, nil,
		},
		"no platform, and a key that says what its absence says": {
			balanced(`{platform: AWS, scope: Internal, class: service.k8s.aws/nlb}`), balanced(`{class: service.k8s.aws/nlb}`), nil,
		},
		"a certificate that UCloud reads once": {
			balanced(`{platform: UCloud, scope: Internal}`), balanced(`{platform: UCloud, scope: Internal, certificate: {id: a, ports: [443]}}`),
			[]desired.LoadBalancerChange{main(
				cloud.Difference{Key: ulb + "vserver-protocol", Live: "tcp", Asked: "https"},
				cloud.Difference{Key: ulb + "vserver-ssl-cert", Asked: "a"},
				cloud.Difference{Key: ulb + "vserver-ssl-port", Asked: "443"},
			)},
		},
		"a certificate that AWS reads at any time": {
			balanced(`{platform: AWS}`), balanced(`{platform: AWS, certificate: {id: a, ports: [443]}}`), nil,
		},
		"another address": {
			balanced(`{platform: MetalLB}`), balanced(`{platform: MetalLB, adopt: {address: 192.0.2.9}}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: "metallb.io/loadBalancerIPs", Asked: "192.0.2.9"})},
		},
		"the address that it has": {
			balanced(`{platform: MetalLB}`), balanced(`{platform: MetalLB, adopt: {address: 192.0.2.1}}`), nil,
		},
		"another address in the Service's field": {
			balanced(`{platform: GCP, adopt: {address: 192.0.2.1}}`), balanced(`{platform: GCP, adopt: {address: 192.0.2.9}}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: "spec.loadBalancerIP", Live: "192.0.2.1", Asked: "192.0.2.9"})},
		},
		"the other scope by label": {
			balanced(`{platform: Cilium}`), balanced(`{platform: Cilium, scope: Internal}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: tenant.LabelScope, Live: "External", Asked: "Internal"})},
		},
		"an internal one beside it": {
			balanced(`{platform: UCloud}`), balanced(`{platform: UCloud, scope: Both}`), nil,
		},
		"no internal one beside it": {
			balanced(`{platform: UCloud, scope: Both, internal: {annotations: {` + ulb + `subnet-id: subnet-a}}}`), balanced(`{platform: UCloud}`),
			[]desired.LoadBalancerChange{removed},
		},
		"node ports instead of two": {
			balanced(`{platform: UCloud, scope: Both}`), `{type: NodePort, nodePort: {http: 30080}}`,
			[]desired.LoadBalancerChange{removed},
		},
		"another class for the internal one": {
			balanced(`{platform: AWS, scope: Both}`), balanced(`{platform: AWS, scope: Both, internal: {class: example.com/b, allowedSourceRanges: [10.0.0.0/8]}}`),
			[]desired.LoadBalancerChange{{Name: internalService, Differences: []cloud.Difference{{Key: "spec.loadBalancerClass", Live: "service.k8s.aws/nlb", Asked: "example.com/b"}}}},
		},
		"source ranges": {
			balanced(`{class: example.com/a}`), balanced(`{class: example.com/a, allowedSourceRanges: [192.0.2.0/24]}`), nil,
		},
		"a quote in what was asked for": {
			balanced(`{platform: UCloud, annotations: {` + ulb + `vserver-session-persistence-info: "it's"}}`), balanced(`{platform: UCloud}`),
			[]desired.LoadBalancerChange{main(cloud.Difference{Key: ulb + "vserver-session-persistence-info", Live: "it's"})},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			live, changes := renderOver(t, exposed(t, c.before), desired.Services{})
			if len(changes) > 0 {
				t.Errorf("a new tenant has changes that wait: %v", changes)
			}

			assign(live.Service, "192.0.2.1")
			assign(live.Internal, "10.0.0.1")

			after := exposed(t, c.after)
			kept, got := renderOver(t, after, live)

			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(desired.LoadBalancerChange{}, "Namespace", "Billing", "Revert")); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}

			for _, change := range got {
				checkKept(t, change, live, kept)
				checkRevert(t, after, live, change)
			}

			if len(got) == 0 {
				return
			}

			// What waits stays so, and is not what a new load balancer gets.
			assign(kept.Service, "192.0.2.1")
			assign(kept.Internal, "10.0.0.1")

			again, waits := renderOver(t, after, kept)
			if diff := cmp.Diff(got, waits); diff != "" {
				t.Errorf("the changes differ when looked at again (-first +second):\n%s", diff)
			}

			if diff := cmp.Diff(kept, again, identity()); diff != "" {
				t.Errorf("the Services differ when rendered again (-first +second):\n%s", diff)
			}

			if _, waits := renderOver(t, after, desired.Services{}); len(waits) > 0 {
				t.Errorf("changes wait although the Services were deleted: %v", waits)
			}
		})
	}
}

// checkKept sees that a Service keeps what its load balancer cannot change.
func checkKept(t *testing.T, change desired.LoadBalancerChange, live, kept desired.Services) {
	t.Helper()

	before, after := live.Service, kept.Service
	if change.Name == internalService {
		before, after = live.Internal, kept.Internal
	}

	if diff := cmp.Diff(before.Spec.LoadBalancerClass, after.Spec.LoadBalancerClass); diff != "" {
		t.Errorf("the class (-live +rendered):\n%s", diff)
	}

	for _, difference := range change.Differences {
		if got := after.Annotations[difference.Key]; got != before.Annotations[difference.Key] {
			t.Errorf("annotation %s is rendered as %q, and is %q", difference.Key, got, before.Annotations[difference.Key])
		}
	}

	if after.UID != before.UID {
		t.Errorf("it may be applied to another Service: UID %q, want %q", after.UID, before.UID)
	}

	if diff := cmp.Diff(before.Spec.Ports, after.Spec.Ports); diff != "" {
		t.Errorf("the ports (-live +rendered):\n%s", diff)
	}

	if change.Removed {
		if diff := cmp.Diff(before, after, identity()); diff != "" {
			t.Errorf("a Service that is no longer wanted changes (-live +rendered):\n%s", diff)
		}
	}
}

// checkRevert sees that the patch makes the tenant ask for nothing that waits.
func checkRevert(t *testing.T, s scenario, live desired.Services, change desired.LoadBalancerChange) {
	t.Helper()

	if change.Revert == "" {
		t.Error("there is no way back")

		return
	}

	document, err := json.Marshal(s.Tenant)
	if err != nil {
		t.Fatal(err)
	}

	// Without a patch strategy this is a merge patch, as kubectl sends it.
	patched, err := strategicpatch.StrategicMergePatch(document, []byte(change.Revert), v1alpha1.IngressTenant{})
	if err != nil {
		t.Fatal(err)
	}

	reverted := scenario{}
	if err := json.Unmarshal(patched, &reverted.Tenant); err != nil {
		t.Fatal(err)
	}

	if _, changes := renderOver(t, reverted, live); len(changes) > 0 {
		t.Errorf("after %s there still wait: %v", change.Revert, changes)
	}
}

// Somebody who changes the Service by hand asks for nothing: it is put right.
func TestChangesByHandAreHealed(t *testing.T) {
	t.Parallel()

	s := exposed(t, `{type: LoadBalancer, loadBalancer: {platform: UCloud, scope: Internal}}`)
	wanted, _ := renderOver(t, s, desired.Services{})
	changed := wanted.Service.DeepCopy()
	changed.Annotations[ulb+"type"] = "outer"

	got, changes := renderOver(t, s, desired.Services{Service: changed})
	if len(changes) > 0 {
		t.Errorf("changes wait: %v", changes)
	}

	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("the Service (-want +got):\n%s", diff)
	}
}

// A class that the cluster gave to a Service by itself is no change to none.
func TestClassOfTheClusterIsLeftAlone(t *testing.T) {
	t.Parallel()

	for _, exposure := range []string{``, `{type: LoadBalancer, loadBalancer: {platform: GCP}}`} {
		s := exposed(t, exposure)
		live, _ := renderOver(t, s, desired.Services{})
		live.Service.Spec.LoadBalancerClass = new("example.com/injected")

		got, changes := renderOver(t, s, live)
		if len(changes) > 0 || got.Service.Spec.LoadBalancerClass != nil {
			t.Errorf("%s: changes %v wait, and the class is rendered as %v", exposure, changes, got.Service.Spec.LoadBalancerClass)
		}
	}
}

// An annotation that the cloud adds is nobody's wish.
func TestAnnotationsOfTheCloudAreLeftAlone(t *testing.T) {
	t.Parallel()

	live, _ := renderOver(t, exposed(t, `{type: LoadBalancer, loadBalancer: {platform: Huawei, scope: Internal}}`), desired.Services{})
	live.Service.Annotations["kubernetes.io/elb.id"] = "made-by-the-cloud"

	got, changes := renderOver(t, exposed(t, `{type: LoadBalancer, loadBalancer: {platform: Huawei, scope: Internal, annotations: {kubernetes.io/elb.lb-algorithm: ROUND_ROBIN}}}`), live)
	if len(changes) > 0 || got.Service.Annotations["kubernetes.io/elb.id"] != "" {
		t.Errorf("changes %v wait, and the annotations are %v", changes, got.Service.Annotations)
	}
}

// Whatever a tenant asked for and asks for, rendering over its live Services
// changes no class, and once more changes nothing.
func TestChangesOfAnyTenant(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		before, after := scenario{}, scenario{}
		before.Tenant.Name, after.Tenant.Name = "blog", "blog"
		before.Tenant.Spec.Exposure = maybe(t, "before", exposures())
		after.Tenant.Spec.Exposure = maybe(t, "after", exposures())

		live, _ := renderOver(t, before, desired.Services{})
		kept, changes := renderOver(t, after, live)

		for _, pair := range [][2]*corev1.Service{{live.Service, kept.Service}, {live.Internal, kept.Internal}} {
			if pair[0] == nil {
				continue
			}

			if pair[1] == nil {
				t.Fatal("a Service of a live tenant is gone")
			}

			if pair[0].Spec.Type == corev1.ServiceTypeLoadBalancer && pair[1].Spec.Type == corev1.ServiceTypeLoadBalancer {
				if diff := cmp.Diff(pair[0].Spec.LoadBalancerClass, pair[1].Spec.LoadBalancerClass); diff != "" {
					t.Errorf("the class of a live load balancer changes (-live +rendered):\n%s", diff)
				}
			}
		}

		again, waits := renderOver(t, after, kept)
		if diff := cmp.Diff(kept, again); diff != "" {
			t.Errorf("rendered again, the Services differ (-first +second):\n%s", diff)
		}

		if diff := cmp.Diff(changes, waits); diff != "" {
			t.Errorf("looked at again, the changes differ (-first +second):\n%s", diff)
		}
	})
}

// A Service whose annotations somebody removed gets them back where the last status
// says that nothing waits. Otherwise nobody knows whether the spec changed since, and
// the load balancer stays as it is.
func TestAServiceThatLostItsAnnotations(t *testing.T) {
	t.Parallel()

	said := func(generation int64, reason string) []metav1.Condition {
		return []metav1.Condition{{Type: v1alpha1.ConditionProgressing, ObservedGeneration: generation, Reason: reason}}
	}

	for name, c := range map[string]struct {
		exposure string
		status   []metav1.Condition
		restored bool
	}{
		"all was as asked for":         {`{type: LoadBalancer, loadBalancer: {platform: AWS}}`, said(2, v1alpha1.ReasonUpToDate), true},
		"its address was awaited":      {`{type: LoadBalancer, loadBalancer: {platform: AWS}}`, said(2, v1alpha1.ReasonAwaitingAddress), true},
		"nothing was asked for":        {``, nil, true},
		"the spec changed since":       {`{type: LoadBalancer, loadBalancer: {platform: AWS}}`, said(1, v1alpha1.ReasonUpToDate), false},
		"a change waited":              {`{type: LoadBalancer, loadBalancer: {platform: AWS}}`, said(2, v1alpha1.ReasonLoadBalancerChangePending), false},
		"something else was said":      {`{type: LoadBalancer, loadBalancer: {platform: AWS}}`, said(2, v1alpha1.ReasonRollingOut), false},
		"nothing has been said so far": {`{type: LoadBalancer, loadBalancer: {platform: AWS}}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := exposed(t, c.exposure)
			s.Tenant.Generation = 2
			made, _ := renderOver(t, s, desired.Services{})
			assign(made.Service, "192.0.2.1")

			bare := desired.Services{Service: made.Service.DeepCopy()}
			bare.Service.Annotations = nil
			s.Tenant.Status.Conditions = c.status

			again, changes := renderOver(t, s, bare)

			if restored := len(changes) == 0; restored != c.restored {
				t.Errorf("changes wait: %+v", changes)
			}

			// What was asked for before stood in the record.
			if len(changes) > 0 && changes[0].Revert != "" {
				t.Errorf("the way back is said to be %s", changes[0].Revert)
			}

			if diff := cmp.Diff(made, again, identity()); (diff == "") != c.restored {
				t.Errorf("restored is to be %v; Services (-before +after):\n%s", c.restored, diff)
			}
		})
	}
}
