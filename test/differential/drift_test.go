// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// healing is how long the operator may take to undo what somebody did, with many at it
// at once.
const healing = 10 * time.Second

// anybody is the field manager of whoever changes a tenant's objects.
const anybody = "anybody"

func describeForeignChanges() {
	Describe("A field of a tenant's object that somebody else changes", func() {
		It("is put right, or a condition names it", func(ctx SpecContext) {
			w := newWorld(ctx)
			w.startOperator(ctx, w.Operator)
			w.expectHealed(ctx)
		}, SpecTimeout(10*time.Minute))
	})
}

// models are tenants that have objects of all kinds between them, by the kinds that are
// looked at.
func models() map[string][]string {
	return map[string][]string{
		`{namespaces: {names: [apps]}, exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, allowedSourceRanges: [192.0.2.0/24]}},
		  controller: {replicas: 3, nodeSelector: {edge: ""}, tolerations: [{key: edge, operator: Exists}]},
		  tls: {defaultCertificate: {secretName: wildcard}}}`: {
			"Namespace", "ServiceAccount", "Service", "Deployment", "ClusterRoleBinding", "RoleBinding", "IngressClass", "NetworkPolicy", "PodDisruptionBudget",
		},
		`{namespaces: {names: [apps]}, exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, scope: Both}},
		  controller: {provider: IngressNGINX, autoscaling: {maxReplicas: 4}, config: {proxy-body-size: 16m}}}`: {
			"ConfigMap", "Service", "HorizontalPodAutoscaler",
		},
	}
}

// others are fields that belong to somebody else, by their paths without the numbers of
// list entries, and why. What is not in it is the operator's, set or not.
func others() map[string]string {
	reasons := map[string]string{}

	for reason, paths := range map[string][]string{
		"what others say of an object": {
			"metadata.labels.*", "metadata.annotations.*", "metadata.finalizers", "metadata.generateName", "metadata.selfLink",
			"metadata.deletionGracePeriodSeconds", "metadata.deletionTimestamp", "metadata.managedFields", "metadata.ownerReferences+",
		},
		"identity, and the record of it": {
			"apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.resourceVersion",
			"metadata.generation", "metadata.creationTimestamp",
		},
		"what became of an object": {"status"},
		"allocated by the cluster": {
			"Service spec.clusterIP", "Service spec.clusterIPs", "Service spec.ports.nodePort", "Service spec.ipFamilies",
			"Service spec.ipFamilyPolicy", "Service spec.healthCheckNodePort", "Service spec.loadBalancerIP", "Service spec.loadBalancerClass",
			"Namespace spec.finalizers",
		},
		"kubectl rollout restart, and injectors": {
			"Deployment spec.template.metadata.labels.*", "Deployment spec.template.metadata.annotations.*", "Deployment spec.template.metadata.annotations",
		},
		"no pod's metadata beside its labels and annotations is used": {
			"Deployment spec.template.metadata.name", "Deployment spec.template.metadata.namespace", "Deployment spec.template.metadata.generateName",
			"Deployment spec.template.metadata.finalizers", "Deployment spec.template.metadata.ownerReferences", "Deployment spec.template.metadata.creationTimestamp",
			"Deployment spec.template.metadata.uid", "Deployment spec.template.metadata.resourceVersion", "Deployment spec.template.metadata.generation",
			"Deployment spec.template.metadata.selfLink", "Deployment spec.template.metadata.managedFields",
			"Deployment spec.template.metadata.deletionGracePeriodSeconds", "Deployment spec.template.metadata.deletionTimestamp",
		},
		"registries' secrets and tokens, which clusters add to accounts": {"ServiceAccount secrets", "ServiceAccount imagePullSecrets"},
	} {
		for _, path := range paths {
			reasons[path] = reason
		}
	}

	return reasons
}

// path leads to a value: names of fields and numbers of list entries.
type path []any

func (p path) String() string {
	text := ""

	for _, each := range p {
		switch each := each.(type) {
		case int:
			text += fmt.Sprintf("[%d]", each)
		case string:
			text += "." + each
		}
	}

	return strings.TrimPrefix(text, ".")
}

// plain is the path without the numbers of list entries.
func (p path) plain() string {
	var names []string

	for _, each := range p {
		if name, ok := each.(string); ok {
			names = append(names, name)
		}
	}

	return strings.Join(names, ".")
}

func (p path) to(next any) path {
	return append(slices.Clone(p), next)
}

// foreignChange is something that somebody does to an object. Of several values the
// first is used that the API server takes.
type foreignChange struct {
	what   string
	at     path
	values []any
}

// nothing is the value of a field that is taken away.
type nothing struct{}

// changes are all that can be done to a value and what is in it.
func changesOf(n node, at path, value any) []foreignChange {
	n = n.resolved()

	switch value := value.(type) {
	case map[string]any:
		return changesOfObject(n, at, value)
	case []any:
		return changesOfList(n, at, value)
	default:
		var values []any

		for _, each := range append(alike(value), n.values(1)...) {
			if short(each) != short(value) {
				values = append(values, each)
			}
		}

		return []foreignChange{{what: "changed", at: at, values: values}}
	}
}

func changesOfObject(n node, at path, value map[string]any) []foreignChange {
	var found []foreignChange

	fields := n.fields()

	for _, name := range slices.Sorted(maps.Keys(value)) {
		field, known := fields[name]
		if !known {
			field = n.entry()
		}

		found = append(found, foreignChange{what: "removed", at: at.to(name), values: []any{nothing{}}})
		found = append(found, changesOf(field, at.to(name), value[name])...)
	}

	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if _, set := value[name]; !set {
			found = append(found, foreignChange{what: "set", at: at.to(name), values: fields[name].values(4)})
		}
	}

	if len(fields) == 0 {
		if values := n.entry().values(2); len(values) > 0 {
			found = append(found, foreignChange{what: "added", at: at.to("other"), values: values})
		}
	}

	return found
}

func changesOfList(n node, at path, value []any) []foreignChange {
	var found []foreignChange

	for i, each := range value {
		// One value of a list of values is as good as another.
		if _, isObject := each.(map[string]any); i > 0 && !isObject {
			break
		}

		found = append(found, foreignChange{what: "removed", at: at.to(i), values: []any{nothing{}}})
		found = append(found, changesOf(n.entry(), at.to(i), each)...)
	}

	values := n.entry().values(4)
	// Like one that is there, under another key.
	if object, ok := first(value).(map[string]any); ok && len(n.keys()) > 0 {
		for range 2 {
			other := maps.Clone(object)

			for _, key := range n.keys() {
				if like := alike(object[key]); len(like) > 0 {
					other[key] = like[0]
				}
			}

			values = append([]any{other}, values...)
			// Ports have names beside their keys.
			object = maps.Clone(object)
			if object["name"] != nil {
				object["name"] = "other"
			}
		}
	}

	return append(found, foreignChange{what: "added", at: at.to(len(value)), values: values})
}

func first(values []any) any {
	if len(values) == 0 {
		return nil
	}

	return values[0]
}

// alike are values of the same kind.
func alike(value any) []any {
	switch value := value.(type) {
	case string:
		return []any{value + "x", "other"}
	case int64:
		return []any{value + 1, value - 1}
	case float64:
		return []any{value + 1, value - 1}
	case bool:
		return []any{!value}
	default:
		return nil
	}
}

// with is an object with a value at a path.
func with(value any, at path, put any) any {
	if len(at) == 0 {
		return put
	}

	switch step := at[0].(type) {
	case string:
		result := map[string]any{}
		if object, ok := value.(map[string]any); ok {
			maps.Copy(result, object)
		}

		if _, remove := put.(nothing); remove && len(at) == 1 {
			delete(result, step)
		} else {
			result[step] = with(result[step], at[1:], put)
		}

		return result
	case int:
		list, isList := value.([]any)
		if !isList || step > len(list) || step == len(list) && len(at) > 1 {
			return value
		}

		result := slices.Clone(list)

		if step == len(result) {
			return append(result, put)
		}

		if _, remove := put.(nothing); remove && len(at) == 1 {
			return slices.Delete(result, step, step+1)
		}

		result[step] = with(result[step], at[1:], put)

		return result
	default:
		return value
	}
}

// isOthers is whether a field is not the operator's.
func isOthers(kind string, change foreignChange, object *unstructured.Unstructured) bool {
	known := others()
	at := change.at.plain()

	for _, prefix := range []string{"", kind + " "} {
		for path := at; path != ""; path = path[:max(strings.LastIndex(path, "."), 0)] {
			if known[prefix+path] != "" {
				return true
			}
		}

		// What others add to a map or a list that the operator has entries in.
		parent := at[:max(strings.LastIndex(at, "."), 0)]
		if known[prefix+parent+".*"] != "" && (change.what == "added" || change.what == "set") {
			return true
		}

		if _, inList := change.at[len(change.at)-1].(int); inList && known[prefix+at+"+"] != "" && change.what == "added" {
			return true
		}
	}

	// The operator's own labels and annotations are among the others.
	if strings.HasPrefix(at, "metadata.labels.") || strings.HasPrefix(at, "metadata.annotations.") {
		key := strings.SplitN(at, ".", 3)[2]

		return !strings.Contains(key, "ingresstenant.io/") && !strings.HasPrefix(key, "app.kubernetes.io/") && !strings.HasPrefix(key, "pod-security")
	}

	// An autoscaler's.
	return kind == "Deployment" && at == "spec.replicas" && object.GetLabels()["ingresstenant.io/provider"] == "IngressNGINX"
}

// attempt is one change of one object.
type attempt struct {
	foreignChange

	spec   map[string]any
	object string
}

// attempts are all changes of the objects of the models.
func (w *world) attempts(ctx context.Context) []attempt {
	GinkgoHelper()

	known, err := w.readSchemas(ctx)
	Expect(err).NotTo(HaveOccurred())

	var found []attempt

	for text, looked := range models() {
		spec, err := document(text)
		Expect(err).NotTo(HaveOccurred())

		t := w.newTenant(w.unique(), spec)
		Expect(w.Create(ctx, t)).To(Succeed())

		made, err := w.settle(ctx, t.GetName(), t.GetGeneration())
		Expect(err).NotTo(HaveOccurred())
		Expect(made.message).To(BeEmpty())

		objects, err := w.objectsOf(ctx, t.GetName())
		Expect(err).NotTo(HaveOccurred())

		for i := range objects {
			object := &objects[i]
			if !slices.Contains(looked, object.GetKind()) {
				continue
			}

			schema, err := known.of(object.GroupVersionKind())
			Expect(err).NotTo(HaveOccurred())

			for _, change := range changesOf(schema, nil, object.Object) {
				if !isOthers(object.GetKind(), change, object) {
					found = append(found, attempt{foreignChange: change, spec: spec, object: strings.ReplaceAll(titleOf(object), t.GetName(), "TENANT")})
				}
			}
		}
	}

	return found
}

// expectHealed tries all changes, each on a tenant that is as it was made.
func (w *world) expectHealed(ctx context.Context) {
	GinkgoHelper()

	attempts := w.attempts(ctx)
	pool := &pool{world: w, free: map[string][]string{}}

	var (
		found faults
		done  atomic.Int64
	)

	sideBySide(attempts, func(each attempt) {
		name, err := pool.take(ctx, each.spec)
		if err != nil {
			found.add(each.object, err.Error())

			return
		}

		changed, fault, err := pool.try(ctx, name, each)

		switch {
		case err != nil:
			found.add(each.object, fmt.Sprintf("%s %s: %v", each.at, each.what, err))
		case fault != "":
			found.add(each.object, fmt.Sprintf("%s %s: %s", each.at, each.what, fault))
		default:
			pool.give(each.spec, name)
		}

		if changed {
			done.Add(1)
		}
	})

	AddReportEntry("changes", fmt.Sprintf("%d of %d were taken by the API server", done.Load(), len(attempts)))
	// It would find nothing if the API server took nothing.
	Expect(done.Load()).To(BeNumerically(">", 200))
	found.expectNone()
}

// pool are tenants that are as they were made, by their specs.
type pool struct {
	*world

	mu   sync.Mutex
	free map[string][]string
	// made are the tenants' objects as they were before anybody changed them.
	made sync.Map
}

func (p *pool) take(ctx context.Context, spec map[string]any) (string, error) {
	p.mu.Lock()

	if free := p.free[short(spec)]; len(free) > 0 {
		p.free[short(spec)] = free[1:]
		p.mu.Unlock()

		return free[0], nil
	}

	p.mu.Unlock()

	t := p.newTenant(p.unique(), spec)
	if err := p.Create(ctx, t); err != nil {
		return "", err
	}

	_, err := p.settle(ctx, t.GetName(), t.GetGeneration())

	return t.GetName(), err
}

func (p *pool) give(spec map[string]any, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.free[short(spec)] = append(p.free[short(spec)], name)
}

// try does one change, and says what is wrong if it stays. Not all changes are ones that
// the API server takes.
func (p *pool) try(ctx context.Context, name string, each attempt) (changed bool, fault string, err error) {
	w := p.world

	before, err := w.read(ctx, name, each.object)
	if err != nil {
		return false, "", err
	}

	want, err := w.plainOf(name, before)
	if err != nil {
		return false, "", err
	}

	// A change of who manages a field shows in no value, and may still be on its way
	// to be undone when the next one is tried.
	if first, again := p.made.LoadOrStore(name+" "+each.object, want); again {
		want, _ = first.(map[string]any)
	}

	var put any

	for _, value := range each.values {
		after, err := w.write(ctx, before, each.at, value)

		switch {
		case apierrors.IsConflict(err):
			// The operator, or a player, was there first.
			return false, "", nil
		case err != nil:
			continue
		}

		got, err := w.plainOf(name, after)
		if err != nil {
			return false, "", err
		}

		if len(valueDifferences("", want, got)) > 0 {
			changed, put = true, value

			break
		}

		before = after
	}

	if !changed {
		return false, "", nil
	}

	var left []string

	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, healing, true, func(ctx context.Context) (bool, error) {
		now, err := w.read(ctx, name, each.object)
		if err != nil {
			return false, client.IgnoreNotFound(err)
		}

		got, err := w.plainOf(name, now)
		left = valueDifferences("", want, got)

		return len(left) == 0, err
	})

	if !wait.Interrupted(err) {
		return true, "", err
	}

	said, err := w.says(ctx, name, each.at)
	if err != nil || said {
		return true, "", err
	}

	return true, fmt.Sprintf("%s, and left so: %s", short(put), strings.Join(left, "; ")), nil
}

// read reads a tenant's object from the API server.
func (w *world) read(ctx context.Context, name, title string) (*unstructured.Unstructured, error) {
	kind, key, _ := strings.Cut(strings.ReplaceAll(title, "TENANT", name), " ")

	object := &unstructured.Unstructured{}

	for _, each := range kinds() {
		if each.Kind == kind {
			object.SetGroupVersionKind(each)
		}
	}

	namespace, own, inside := strings.Cut(key, "/")
	if !inside {
		namespace, own = "", key
	}

	return object, w.Get(ctx, client.ObjectKey{Namespace: namespace, Name: own}, object)
}

func (w *world) plainOf(name string, object *unstructured.Unstructured) (map[string]any, error) {
	t := &unstructured.Unstructured{}
	t.SetName(name)

	stripped, err := plain(t, object, names(t, []unstructured.Unstructured{*object}))
	if err != nil {
		return nil, err
	}

	// Two tenants differ by these, and one object before and after does not.
	stripped["controller"], _, _ = unstructured.NestedString(object.Object, "spec", "controller")
	stripped["owners"], _, _ = unstructured.NestedSlice(object.Object, "metadata", "ownerReferences")
	stripped["hash"] = object.GetAnnotations()[tenant.AnnotationDesiredHash]

	return stripped, nil
}

// write writes an object with a value at a path: as a patch where the path goes through
// no list, and whole where it does.
func (w *world) write(ctx context.Context, object *unstructured.Unstructured, at path, value any) (*unstructured.Unstructured, error) {
	changed, _ := with(object.Object, at, value).(map[string]any)
	after := &unstructured.Unstructured{Object: changed}
	after = after.DeepCopy()
	after.SetManagedFields(nil)

	if slices.ContainsFunc(at, func(step any) bool { _, inList := step.(int); return inList }) {
		return after, w.Update(ctx, after, client.FieldOwner(anybody))
	}

	if _, remove := value.(nothing); remove {
		value = nil
	}

	patch, err := json.Marshal(with(nil, at, value))
	if err != nil {
		return nil, err
	}

	return after, w.Patch(ctx, after, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(anybody))
}

// says is whether one of the tenant's conditions names a field.
func (w *world) says(ctx context.Context, name string, at path) (bool, error) {
	t := &unstructured.Unstructured{}
	t.SetGroupVersionKind(tenantKind())

	if err := w.Get(ctx, client.ObjectKey{Name: name}, t); err != nil {
		return false, err
	}

	conditions, _, _ := unstructured.NestedSlice(t.Object, "status", "conditions")
	for _, each := range conditions {
		condition, _ := each.(map[string]any)
		message := fmt.Sprint(condition["message"])

		if strings.Contains(message, at.String()) || strings.Contains(message, at.plain()) {
			return true, nil
		}
	}

	return false, nil
}
