// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
	testoperator "github.com/ingresstenant/ingress-tenant-operator/test/operator"
)

// cluster is an API server and everybody on it but the operator: users, and the
// controllers that are not there.
type cluster struct {
	*apiserver.Server
	client.Client

	// log is what all processes of the operator log.
	log    *gbytes.Buffer
	serial int

	// differences are what the controllers of two providers answer differently.
	differences atomic.Pointer[[]switchover.Difference]
	// silent is whether neither of them answers anything, and hanging whether they
	// keep whoever asks waiting, too.
	silent, hanging atomic.Bool
	// compared are the controllers that were compared last, and comparisons is how
	// often any were.
	compared    atomic.Pointer[[]probe.Endpoint]
	comparisons atomic.Int32

	// looks are what controllers show of their certificates.
	looks   looks
	looking sync.Mutex
}

// comparisonDelay is how long after a change controllers are compared here.
const comparisonDelay = 50 * time.Millisecond

// compare stands for two controllers, which do not run here.
func (c *cluster) compare(ctx context.Context, before, after probe.Endpoint, requests []switchover.Request) switchover.Comparison {
	c.compared.Store(&[]probe.Endpoint{before, after})
	c.comparisons.Add(1)

	if c.hanging.Load() {
		<-ctx.Done()
	}

	if c.silent.Load() {
		return switchover.Comparison{Silent: requests}
	}

	if found := c.differences.Load(); found != nil {
		return switchover.Comparison{Differences: *found}
	}

	return switchover.Comparison{Alike: requests}
}

// answerAlike has the controllers of all providers answer alike.
func (c *cluster) answerAlike() {
	c.differences.Store(nil)
	c.silent.Store(false)
	c.hanging.Store(false)
}

// start starts the API server, and stops it when the spec or suite ends.
func (c *cluster) start(ctx context.Context, flags map[string]string) {
	GinkgoHelper()

	var err error

	c.Server, err = apiserver.Start(ctx, flags)
	DeferCleanup(c.Stop)
	Expect(err).NotTo(HaveOccurred())

	scheme, err := manager.Scheme()
	Expect(err).NotTo(HaveOccurred())

	c.Client, err = client.New(c.Admin, client.Options{Scheme: scheme, FieldOwner: "somebody"})
	Expect(err).NotTo(HaveOccurred())

	c.fence(ctx)
}

// fence puts the fence around the operator's account into force, whether or not the
// operator keeps admission policies: nothing that it does may need more.
func (c *cluster) fence(ctx context.Context) {
	GinkgoHelper()

	fence, err := testoperator.Fence(c.Operator)
	Expect(err).NotTo(HaveOccurred())
	Expect(c.Create(ctx, fence.Policy)).To(Succeed())
	Expect(c.Create(ctx, fence.Binding)).To(Succeed())

	operator, err := client.New(c.Operator, client.Options{Scheme: c.Scheme()})
	Expect(err).NotTo(HaveOccurred())

	Eventually(ctx, func() error {
		return operator.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: "asked"}}, client.DryRunAll)
	}).Should(MatchError(ContainSubstring("tenants' own namespaces alone")))
}

// unique returns a name that no other spec uses. Nothing collects garbage here,
// so a namespace that is gone leaves behind what was in it.
func (c *cluster) unique(name string) string {
	c.serial++

	return fmt.Sprintf("%s-%d", name, c.serial)
}

// newTenant returns a tenant that does not exist yet: of the default provider,
// serving one namespace that is there, and reached inside of the cluster.
func (c *cluster) newTenant(ctx context.Context) *v1alpha1.IngressTenant {
	GinkgoHelper()

	return &v1alpha1.IngressTenant{
		ObjectMeta: metav1.ObjectMeta{Name: c.unique("blog")},
		Spec: v1alpha1.IngressTenantSpec{
			Namespaces: &v1alpha1.NamespacesSpec{Names: []string{c.newNamespace(ctx, nil)}},
			Exposure:   &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureClusterIP},
		},
	}
}

// serve creates an Ingress of a tenant, until the spec ends.
func (c *cluster) serve(ctx context.Context, t *v1alpha1.IngressTenant) *networkingv1.Ingress {
	GinkgoHelper()

	ingress := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: t.Spec.Namespaces.Names[0], Name: "blog"},
		Spec: networkingv1.IngressSpec{
			IngressClassName: new(t.Name),
			Rules:            []networkingv1.IngressRule{{Host: "blog.example.com"}},
		},
	}
	Expect(c.Create(ctx, ingress)).To(Succeed())
	DeferCleanup(func(ctx SpecContext) { Expect(c.Delete(ctx, ingress)).To(Succeed()) })

	return ingress
}

// newNamespace creates a namespace for a tenant's applications.
func (c *cluster) newNamespace(ctx context.Context, labels map[string]string) string {
	GinkgoHelper()

	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: c.unique("apps"), Labels: labels}}
	Expect(c.Create(ctx, namespace)).To(Succeed())

	return namespace.Name
}

// change changes an object as it is now.
func change[T client.Object](ctx context.Context, c *cluster, object T, change func(T)) {
	GinkgoHelper()

	Eventually(ctx, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}

		change(object)

		return c.Update(ctx, object)
	}).Should(Succeed())
}

// changeStatus changes an object's status as it is now.
func changeStatus[T client.Object](ctx context.Context, c *cluster, object T, change func(T)) {
	GinkgoHelper()

	Eventually(ctx, func() error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}

		change(object)

		return c.Status().Update(ctx, object)
	}).Should(Succeed())
}

// poke makes the operator look at a tenant. It changes nothing that matters.
func (c *cluster) poke(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
		metav1.SetMetaDataAnnotation(&t.ObjectMeta, "poked", c.unique("poke"))
	})
}

// now reads a tenant, again and again in an Eventually.
func (c *cluster) now(ctx context.Context, t *v1alpha1.IngressTenant) func() (*v1alpha1.IngressTenant, error) {
	return func() (*v1alpha1.IngressTenant, error) {
		err := c.Get(ctx, client.ObjectKeyFromObject(t), t)

		return t, err
	}
}

// gone is whether an object does not exist, for an Eventually.
func (c *cluster) gone(ctx context.Context, object client.Object) func() bool {
	return func() bool {
		return apierrors.IsNotFound(c.Get(ctx, client.ObjectKeyFromObject(object), object))
	}
}

// inTenant is the metadata of a tenant's object in its own namespace.
func inTenant(t *v1alpha1.IngressTenant, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: tenant.Namespace(t), Name: name}
}

func deploymentOf(t *v1alpha1.IngressTenant) *appsv1.Deployment {
	return &appsv1.Deployment{ObjectMeta: inTenant(t, "traefik")}
}

func serviceOf(t *v1alpha1.IngressTenant) *corev1.Service {
	return &corev1.Service{ObjectMeta: inTenant(t, tenant.Name(t))}
}

func namespaceOf(t *v1alpha1.IngressTenant) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: tenant.Namespace(t)}}
}

func classOf(t *v1alpha1.IngressTenant) *networkingv1.IngressClass {
	return &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: tenant.ClassName(t)}}
}

// rollOut is the Deployment controller whose pods all become ready.
func (c *cluster) rollOut(ctx context.Context, deployment *appsv1.Deployment) {
	GinkgoHelper()

	changeStatus(ctx, c, deployment, func(d *appsv1.Deployment) {
		wanted := *d.Spec.Replicas
		d.Status = appsv1.DeploymentStatus{
			ObservedGeneration: d.Generation,
			Replicas:           wanted, UpdatedReplicas: wanted, ReadyReplicas: wanted, AvailableReplicas: wanted,
			Conditions: []appsv1.DeploymentCondition{
				{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue, Reason: "MinimumReplicasAvailable"},
				{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable"},
			},
		}
	})
}

// create creates a tenant, and waits until all is applied and its pods are ready.
func (c *cluster) create(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	Expect(c.Create(ctx, t)).To(Succeed())
	Eventually(ctx, c.now(ctx, t)).Should(beAccepted())

	workload := &appsv1.Deployment{ObjectMeta: inTenant(t, "ingress-nginx")}

	if t.Status.Provider.Name == v1alpha1.ProviderTraefik {
		workload = deploymentOf(t)

		// The first address of a Service is known after the first Deployment.
		for _, address := range t.Status.Addresses {
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(ContainSubstring(address.Value)))
		}
	}

	// An autoscaled one is scaled to its minimum meanwhile.
	Eventually(ctx, func() (*v1alpha1.IngressTenant, error) {
		c.rollOut(ctx, workload)

		return c.now(ctx, t)()
	}).Should(And(
		haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable),
		Not(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonRollingOut)),
	))
}

// collect is the garbage collector, when the pods of a Deployment that is being
// deleted are gone.
func (c *cluster) collect(ctx context.Context, deployment *appsv1.Deployment) {
	GinkgoHelper()

	change(ctx, c, deployment, func(d *appsv1.Deployment) {
		Expect(d.DeletionTimestamp).NotTo(BeNil())
		Expect(d.Finalizers).To(Equal([]string{metav1.FinalizerDeleteDependents}))
		d.Finalizers = nil
	})
}

// finalize is the namespace controller, when a namespace that is being deleted
// is empty.
func (c *cluster) finalize(ctx context.Context, namespace *corev1.Namespace) {
	GinkgoHelper()

	Expect(c.Get(ctx, client.ObjectKeyFromObject(namespace), namespace)).To(Succeed())
	Expect(namespace.DeletionTimestamp).NotTo(BeNil())
	namespace.Spec.Finalizers = nil
	Expect(c.SubResource("finalize").Update(ctx, namespace)).To(Succeed())
}

// sweep removes what a spec left of tenants, without the operator.
func (c *cluster) sweep(ctx context.Context) {
	GinkgoHelper()

	tenants := &v1alpha1.IngressTenantList{}
	Expect(c.List(ctx, tenants)).To(Succeed())

	for i := range tenants.Items {
		t := &tenants.Items[i]
		change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Finalizers = nil })
		Expect(client.IgnoreNotFound(c.Delete(ctx, t))).To(Succeed())
	}

	ours := client.MatchingLabels{tenant.LabelManagedBy: tenant.Operator}
	Expect(c.DeleteAllOf(ctx, &rbacv1.ClusterRoleBinding{}, ours)).To(Succeed())
	Expect(c.DeleteAllOf(ctx, &networkingv1.IngressClass{})).To(Succeed())

	namespaces := &corev1.NamespaceList{}
	Expect(c.List(ctx, namespaces, ours)).To(Succeed())

	for i := range namespaces.Items {
		Expect(c.Delete(ctx, &namespaces.Items[i])).To(Succeed())
		c.finalize(ctx, &namespaces.Items[i])
	}
}

// deleting is whether an object is being deleted or gone, for an Eventually.
func (c *cluster) deleting(ctx context.Context, object client.Object) func() bool {
	return func() bool {
		err := c.Get(ctx, client.ObjectKeyFromObject(object), object)

		return apierrors.IsNotFound(err) || err == nil && object.GetDeletionTimestamp() != nil
	}
}

// play is whoever the deletion of a tenant waits for just now, for an Eventually.
func (c *cluster) play(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	if deployment := deploymentOf(t); c.deleting(ctx, deployment)() && deployment.DeletionTimestamp != nil {
		c.collect(ctx, deployment)
	}

	if namespace := namespaceOf(t); c.deleting(ctx, namespace)() && namespace.DeletionTimestamp != nil {
		c.finalize(ctx, namespace)
	}
}
