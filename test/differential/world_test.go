// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/controllers"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
	"github.com/ingresstenant/ingress-tenant-operator/test/operator"
)

// world is an API server and everybody on it but the operator.
type world struct {
	*apiserver.Server
	client.Client

	// seen is what is there, by watches: many tenants are looked at again and again.
	seen cache.Cache
	// serial makes tenants' names different.
	serial atomic.Int64
	// ports are node ports by who has them, and portSerial how many.
	ports      sync.Map
	portSerial atomic.Int64
}

// nodePorts is where the range of node ports begins.
const nodePorts = 20000

// apps are the namespaces that tenants serve.
func apps() []string {
	return []string{"apps", "more-apps"}
}

// byTenant is the cache's index of objects by their tenant's name: the label's, or the
// owner's where the label is gone.
const byTenant = "tenant"

// newWorld is a world until the spec ends. An operator that starts looks at every tenant
// that is there, so that none is left of another spec.
func newWorld(ctx context.Context) *world {
	GinkgoHelper()

	w := &world{}
	w.start(ctx)

	return w
}

// start starts the API server, and whoever plays the controllers that are not there.
func (w *world) start(ctx context.Context) {
	GinkgoHelper()

	var err error

	// envtest has room for 254 Services, and Kubernetes for 2768 node ports.
	w.Server, err = apiserver.Start(ctx, map[string]string{
		"service-cluster-ip-range": "10.0.0.0/16",
		"service-node-port-range":  fmt.Sprintf("%d-60000", nodePorts),
	})
	DeferCleanup(w.Stop)
	Expect(err).NotTo(HaveOccurred())

	scheme, err := manager.Scheme()
	Expect(err).NotTo(HaveOccurred())

	connection := rest.CopyConfig(w.Admin)
	connection.QPS = -1
	w.Client, err = client.New(connection, client.Options{Scheme: scheme, FieldOwner: "somebody"})
	Expect(err).NotTo(HaveOccurred())

	fence, err := operator.Fence(w.Operator)
	Expect(err).NotTo(HaveOccurred())
	Expect(w.Create(ctx, fence.Policy)).To(Succeed())
	Expect(w.Create(ctx, fence.Binding)).To(Succeed())

	for _, name := range apps() {
		Expect(w.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"team": name}}})).To(Succeed())
	}

	w.watch(connection)
}

// watch keeps what is there at hand, and has the players play on it.
func (w *world) watch(connection *rest.Config) {
	GinkgoHelper()

	var err error

	w.seen, err = cache.New(connection, cache.Options{Scheme: w.Scheme(), DefaultTransform: cache.TransformStripManagedFields()})
	Expect(err).NotTo(HaveOccurred())

	// Both outlive the set-up.
	lifetime, end := context.WithCancel(context.Background())

	for _, kind := range append(kinds(), tenantKind()) {
		object := &unstructured.Unstructured{}
		object.SetGroupVersionKind(kind)
		Expect(w.seen.IndexField(lifetime, object, byTenant, tenantsOf)).To(Succeed())
	}

	Expect(players{w}.join(lifetime)).To(Succeed())

	var running sync.WaitGroup

	running.Go(func() {
		defer GinkgoRecover()
		Expect(w.seen.Start(lifetime)).To(Succeed())
	})
	DeferCleanup(func() {
		end()
		running.Wait()
	})

	Expect(w.seen.WaitForCacheSync(lifetime)).To(BeTrue())
}

// startOperator starts a process of the operator, until the spec ends.
func (w *world) startOperator(ctx context.Context, connection *rest.Config) *operator.Process {
	GinkgoHelper()

	// No controllers run here. Those that are compared answer alike.
	process, err := operator.Start(ctx, connection, manager.Options{MaxConcurrentReconciles: 8}, controllers.Options{
		Compare: func(_ context.Context, _, _ probe.Endpoint, requests []switchover.Request) switchover.Comparison {
			return switchover.Comparison{Alike: requests}
		},
		ComparisonDelay: comparisonDelay,
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(process.Stop)

	return process
}

// comparisonDelay is how long after a change controllers are compared here.
const comparisonDelay = 50 * time.Millisecond

// kinds are all kinds that a tenant can have.
func kinds() []schema.GroupVersionKind {
	core, rbac, networking := corev1.SchemeGroupVersion, rbacv1.SchemeGroupVersion, networkingv1.SchemeGroupVersion

	return []schema.GroupVersionKind{
		core.WithKind("Namespace"),
		core.WithKind("ServiceAccount"),
		core.WithKind("ConfigMap"),
		core.WithKind("Service"),
		appsv1.SchemeGroupVersion.WithKind("Deployment"),
		rbac.WithKind("ClusterRoleBinding"),
		rbac.WithKind("RoleBinding"),
		networking.WithKind("IngressClass"),
		networking.WithKind("NetworkPolicy"),
		policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"),
		autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"),
	}
}

func tenantKind() schema.GroupVersionKind {
	return v1alpha1.GroupVersion.WithKind("IngressTenant")
}

func tenantsOf(object client.Object) []string {
	names := []string{}
	if name := object.GetLabels()[tenant.LabelTenant]; name != "" {
		names = append(names, name)
	}

	for _, owner := range object.GetOwnerReferences() {
		if owner.Kind == "IngressTenant" && (len(names) == 0 || names[0] != owner.Name) {
			names = append(names, owner.Name)
		}
	}

	return names
}

// unique is a name that no other tenant has, and that nothing else contains.
func (w *world) unique() string {
	return fmt.Sprintf("zq%04dx", w.serial.Add(1))
}

// newTenant is a tenant of some spec, that does not exist yet.
func (w *world) newTenant(name string, spec map[string]any) *unstructured.Unstructured {
	t := &unstructured.Unstructured{Object: map[string]any{"spec": w.named(spec, name)}}
	t.SetGroupVersionKind(tenantKind())
	t.SetName(name)

	return t
}
