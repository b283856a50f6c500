// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

// family is an owner and its objects, one of each kind. All bear one name, which
// is also that of their namespace.
type family struct {
	name  string
	owner *schedulingv1.PriorityClass
}

// newFamily returns a family of which only the owner exists. The engine knows
// nothing of owners, so any cluster-scoped object will do for one.
func (a *api) newFamily(ctx context.Context) family {
	GinkgoHelper()

	owner := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{GenerateName: "family-"}}
	Expect(a.Create(ctx, owner)).To(Succeed())

	return family{name: owner.Name, owner: owner}
}

// objects returns the desired objects, built anew.
func (f family) objects() []apply.Object {
	objects := make([]apply.Object, 0, len(specimens()))
	for _, s := range specimens() {
		objects = append(objects, s.desired(f))
	}

	return objects
}

func (f family) references() []apply.Reference {
	references := make([]apply.Reference, 0, len(specimens()))
	for _, object := range f.objects() {
		references = append(references, apply.ReferenceTo(object))
	}

	return references
}

func (f family) selector() map[string]string {
	return map[string]string{"family": f.name}
}

func (f family) subject() *rbacv1ac.SubjectApplyConfiguration {
	return rbacv1ac.Subject().WithKind(rbacv1.ServiceAccountKind).WithNamespace(f.name).WithName(f.name)
}

// configuration is what all apply configurations of objects can do.
type configuration[T any] interface {
	apply.Object
	WithLabels(labels map[string]string) T
	WithAnnotations(annotations map[string]string) T
	WithOwnerReferences(references ...*metav1ac.OwnerReferenceApplyConfiguration) T
}

// sealed makes an object the family's and adds its hash.
func sealed[T configuration[T]](f family, object T) T {
	object = object.
		WithLabels(map[string]string{labelManaged: "true", labelOwner: f.owner.Name}).
		WithOwnerReferences(metav1ac.OwnerReference().
			WithAPIVersion(schedulingv1.SchemeGroupVersion.String()).
			WithKind("PriorityClass").
			WithName(f.owner.Name).
			WithUID(f.owner.UID).
			WithController(true).
			WithBlockOwnerDeletion(true))

	text, err := json.Marshal(object)
	Expect(err).NotTo(HaveOccurred())

	sum := sha256.Sum256(text)

	return object.WithAnnotations(map[string]string{hashAnnotation: hex.EncodeToString(sum[:8])})
}

// kinds are the kinds of all specimens.
func kinds() []schema.GroupVersionKind {
	all := make([]schema.GroupVersionKind, 0, len(specimens()))
	for _, s := range specimens() {
		all = append(all, s.gvk)
	}

	return all
}

// settle applies a new family's objects and returns it.
func (a *api) settle(ctx context.Context, e *engine) family {
	GinkgoHelper()

	f := a.newFamily(ctx)
	Expect(e.Apply(ctx, f.owner, f.objects())).To(HaveLen(len(specimens())))

	return f
}

// live reads an object as it is stored.
func (a *api) live(ctx context.Context, reference apply.Reference) *unstructured.Unstructured {
	GinkgoHelper()

	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(reference.GroupVersionKind)
	Expect(a.Get(ctx, reference.ObjectKey, object)).To(Succeed())

	return object
}

// change changes a family's object of a kind, as somebody else.
func (a *api) change(ctx context.Context, e *engine, f family, s specimen, change func(client.Object)) {
	GinkgoHelper()

	object := s.empty()
	Expect(a.Get(ctx, apply.ReferenceTo(s.desired(f)).ObjectKey, object)).To(Succeed())
	change(object)
	Expect(a.Update(ctx, object)).To(Succeed())
	e.awaitVersion(ctx, s, object)
}

// awaitVersion waits until the engine's cache holds an object as it is now, or
// no longer holds it because it lost its label.
func (e *engine) awaitVersion(ctx context.Context, s specimen, object client.Object) {
	GinkgoHelper()

	version := object.GetResourceVersion()
	if !s.complete && object.GetLabels()[labelManaged] != "true" {
		version = ""
	}

	Eventually(ctx, func() (string, error) {
		cached := s.empty()
		err := e.Client.Get(ctx, client.ObjectKeyFromObject(object), cached)

		return cached.GetResourceVersion(), client.IgnoreNotFound(err)
	}).Should(Equal(version))
}

func (f family) key() client.ObjectKey {
	return client.ObjectKey{Namespace: f.name, Name: f.name}
}

// uids are the identities of the family's objects.
func (f family) uids(ctx context.Context, a *api) map[string]types.UID {
	GinkgoHelper()

	uids := map[string]types.UID{}
	for _, reference := range f.references() {
		uids[reference.String()] = a.live(ctx, reference).GetUID()
	}

	return uids
}

// content is what an object says, without the record of who said it when.
func content(object *unstructured.Unstructured) map[string]any {
	object = object.DeepCopy()
	object.SetResourceVersion("")
	object.SetGeneration(0)
	object.SetManagedFields(nil)

	return object.Object
}

func with(all map[string]string, key, value string) map[string]string {
	extended := maps.Clone(all)
	if extended == nil {
		extended = map[string]string{}
	}

	extended[key] = value

	return extended
}
