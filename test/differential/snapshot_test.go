// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

const (
	// patience is how long the operator may take to be done with a tenant, with many
	// at it at once.
	patience = 2 * time.Minute
	// hesitation is how long two tenants may still differ then.
	hesitation = 10 * time.Second
)

// snapshot is a tenant and all of its objects, without what tells it from another of
// the same spec.
type snapshot struct {
	// accepted is the reason of the tenant's condition Accepted, and message its
	// message where that is False.
	accepted, message string
	// pending is what the tenant says to wait for somebody to decide.
	pending string
	// settled is whether the operator says that it is done with what was asked last.
	settled bool
	// generation is what was asked last.
	generation int64
	// objects are by kind and name.
	objects map[string]map[string]any
}

// names replaces what is one tenant's own.
func names(t *unstructured.Unstructured, found []unstructured.Unstructured) *strings.Replacer {
	var replace, addresses []string

	for i := range found {
		switch found[i].GetKind() {
		case "Service":
			ips, _, _ := unstructured.NestedStringSlice(found[i].Object, "spec", "clusterIPs")
			addresses = append(addresses, ips...)
		case "IngressClass":
			// No class can change it: one that is there keeps the value that it got.
			if value, _, _ := unstructured.NestedString(found[i].Object, "spec", "controller"); value != "" {
				replace = append(replace, value, "CONTROLLER-VALUE")
			}
		}
	}

	replace = append(replace, t.GetName(), "TENANT")

	// A longer address may begin with a shorter one.
	slices.SortFunc(addresses, func(a, b string) int { return cmp.Compare(len(b), len(a)) })

	for _, address := range addresses {
		replace = append(replace, address, "CLUSTER-IP")
	}

	return strings.NewReplacer(replace...)
}

// look takes a snapshot of a tenant.
func (w *world) look(ctx context.Context, name string) (snapshot, error) {
	t := &unstructured.Unstructured{}
	t.SetGroupVersionKind(tenantKind())

	if err := w.seen.Get(ctx, client.ObjectKey{Name: name}, t, client.UnsafeDisableDeepCopy); err != nil {
		return snapshot{}, client.IgnoreNotFound(err)
	}

	found, err := w.objectsOf(ctx, name)
	if err != nil {
		return snapshot{}, err
	}

	s := snapshot{objects: map[string]map[string]any{}}
	replace := names(t, found)

	for i := range found {
		object, err := plain(t, &found[i], replace)
		if err != nil {
			return snapshot{}, err
		}

		if err := markStale(object, &found[i], found); err != nil {
			return snapshot{}, err
		}

		s.objects[replace.Replace(titleOf(&found[i]))] = object
	}

	s.leaveReplicas()

	s.observe(t, replace)

	return s, nil
}

// leaveReplicas leaves the number of pods to an autoscaler, where there is one.
func (s *snapshot) leaveReplicas() {
	if _, ok := s.objects["HorizontalPodAutoscaler ingress-TENANT/ingress-TENANT"]; !ok {
		return
	}

	for title, object := range s.objects {
		if strings.HasPrefix(title, "Deployment ") {
			unstructured.RemoveNestedField(object, "spec", "replicas")
		}
	}
}

// markStale says in a Deployment whether its pods were started with the configuration
// that is there now. The hash itself may cover the tenant's name.
func markStale(stripped map[string]any, object *unstructured.Unstructured, found []unstructured.Unstructured) error {
	at := []string{"spec", "template", "metadata", "annotations", tenant.AnnotationConfigHash}

	hash, has, _ := unstructured.NestedString(object.Object, at...)
	if object.GetKind() != "Deployment" || !has {
		return nil
	}

	says := "of no configuration"

	for i := range found {
		if found[i].GetKind() != "ConfigMap" || found[i].GetName() != object.GetName() {
			continue
		}

		data, _, _ := unstructured.NestedStringMap(found[i].Object, "data")

		encoded, err := json.Marshal(data)
		if err != nil {
			return err
		}

		says = "of another configuration"
		if sum := sha256.Sum256(encoded); strings.HasPrefix(hex.EncodeToString(sum[:]), hash) {
			says = "of the configuration that is there"
		}
	}

	return unstructured.SetNestedField(stripped, says, at...)
}

// observe reads what the tenant says of itself.
func (s *snapshot) observe(t *unstructured.Unstructured, replace *strings.Replacer) {
	observed, _, _ := unstructured.NestedInt64(t.Object, "status", "observedGeneration")
	s.generation = t.GetGeneration()
	s.settled = observed == t.GetGeneration()

	accepted := conditionOf(t, "Accepted")
	s.accepted = accepted["reason"]

	if accepted["status"] == "False" {
		s.message = replace.Replace(accepted["message"])
	}

	progressing := conditionOf(t, "Progressing")
	if progressing["status"] == "True" {
		s.settled = false
	}

	if progressing["reason"] == "LoadBalancerChangePending" {
		s.pending = progressing["message"]
	}
}

func conditionOf(t *unstructured.Unstructured, kind string) map[string]string {
	conditions, _, _ := unstructured.NestedSlice(t.Object, "status", "conditions")
	for _, each := range conditions {
		condition, ok := each.(map[string]any)
		if !ok || condition["type"] != kind {
			continue
		}

		texts := map[string]string{}
		for key, value := range condition {
			texts[key] = fmt.Sprint(value)
		}

		return texts
	}

	return nil
}

// objectsOf are the tenant's objects of all kinds, which are the cache's own.
func (w *world) objectsOf(ctx context.Context, name string) ([]unstructured.Unstructured, error) {
	var found []unstructured.Unstructured

	for _, kind := range kinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))

		if err := w.seen.List(ctx, list, client.MatchingFields{byTenant: name}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, err
		}

		found = append(found, list.Items...)
	}

	return found, nil
}

func titleOf(object *unstructured.Unstructured) string {
	if object.GetNamespace() == "" {
		return object.GetKind() + " " + object.GetName()
	}

	return object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
}

// plain is an object without what the API server decides about it, what others say of
// it, and its tenant's name.
func plain(t, object *unstructured.Unstructured, replace *strings.Replacer) (map[string]any, error) {
	encoded, err := json.Marshal(object.Object)
	if err != nil {
		return nil, err
	}

	stripped := map[string]any{}
	if err := json.Unmarshal([]byte(replace.Replace(string(encoded))), &stripped); err != nil {
		return nil, err
	}

	delete(stripped, "status")

	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
		unstructured.RemoveNestedField(stripped, "metadata", field)
	}

	// It covers the name and the owner's UID.
	unstructured.RemoveNestedField(stripped, "metadata", "annotations", tenant.AnnotationDesiredHash)
	// It covers a ConfigMap that may hold the name.
	unstructured.RemoveNestedField(stripped, "spec", "template", "metadata", "annotations", tenant.AnnotationConfigHash)

	owners, _, _ := unstructured.NestedSlice(stripped, "metadata", "ownerReferences")
	for _, each := range owners {
		if owner, ok := each.(map[string]any); ok {
			delete(owner, "uid")
		}
	}

	if owners != nil {
		if err := unstructured.SetNestedSlice(stripped, owners, "metadata", "ownerReferences"); err != nil {
			return nil, err
		}
	}

	if object.GetKind() == "Service" {
		stripPorts(t, stripped)
	}

	return stripped, nil
}

// stripPorts tells of a node port whether it was asked for, and not which it is: no two
// Services can have one.
func stripPorts(t *unstructured.Unstructured, service map[string]any) {
	unstructured.RemoveNestedField(service, "spec", "healthCheckNodePort")

	asked, _, _ := unstructured.NestedMap(t.Object, "spec", "exposure", "nodePort")
	ports, _, _ := unstructured.NestedFieldNoCopy(service, "spec", "ports")
	list, _ := ports.([]any)

	for _, each := range list {
		port, ok := each.(map[string]any)
		if !ok || port["nodePort"] == nil {
			continue
		}

		number := fmt.Sprint(port["nodePort"])
		port["nodePort"] = "allocated"

		for field, value := range asked {
			if fmt.Sprint(value) == number {
				port["nodePort"] = "asked for: " + field
			}
		}
	}
}

// differences are what is not the same in two snapshots, one line each.
func differences(want, got snapshot) []string {
	var lines []string

	if want.accepted != got.accepted || want.message != got.message {
		lines = append(lines, fmt.Sprintf("Accepted: want %s %s, got %s %s", want.accepted, want.message, got.accepted, got.message))
	}

	return append(lines, objectDifferences(want.objects, got.objects)...)
}

func objectDifferences(want, got map[string]map[string]any) []string {
	var lines []string

	for title, object := range want {
		found, ok := got[title]
		if !ok {
			lines = append(lines, title+": is missing")

			continue
		}

		for _, line := range valueDifferences("", object, found) {
			lines = append(lines, title+": "+line)
		}
	}

	for title := range got {
		if _, ok := want[title]; !ok {
			lines = append(lines, title+": is left over")
		}
	}

	slices.Sort(lines)

	return lines
}

// valueDifferences compares two values of JSON by path.
func valueDifferences(path string, want, got any) []string {
	var lines []string

	switch want := want.(type) {
	case map[string]any:
		found, ok := got.(map[string]any)
		if !ok {
			break
		}

		for key, value := range want {
			lines = append(lines, valueDifferences(path+"."+key, value, found[key])...)
		}

		for key, value := range found {
			if _, ok := want[key]; !ok {
				lines = append(lines, valueDifferences(path+"."+key, nil, value)...)
			}
		}

		return lines
	case []any:
		found, ok := got.([]any)
		if !ok || len(found) != len(want) {
			break
		}

		for i := range want {
			lines = append(lines, valueDifferences(fmt.Sprintf("%s[%d]", path, i), want[i], found[i])...)
		}

		return lines
	}

	if a, b := short(want), short(got); a != b {
		return []string{fmt.Sprintf("%s: want %s, got %s", path, a, b)}
	}

	return nil
}

func short(value any) string {
	if value == nil {
		return "nothing"
	}

	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}

	return string(encoded)
}

// settle waits until the operator says that it is done with a generation of a tenant,
// and returns what it made. A tenant that is never done is returned as it is.
func (w *world) settle(ctx context.Context, name string, generation int64) (snapshot, error) {
	var (
		last  string
		again int
	)

	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		now, err := w.versions(ctx, name, generation)

		// What was said before the last event may be said anew after it.
		if again++; now == "" || now != last {
			again = 0
		}

		last = now

		return again >= 3, err
	})
	if ignoreTimeout(err) != nil {
		return snapshot{}, err
	}

	return w.look(ctx, name)
}

// versions are those of the tenant and all of its objects, or nothing while the operator
// does not say that it is done with a generation.
func (w *world) versions(ctx context.Context, name string, generation int64) (string, error) {
	t := &unstructured.Unstructured{}
	t.SetGroupVersionKind(tenantKind())

	if err := w.seen.Get(ctx, client.ObjectKey{Name: name}, t, client.UnsafeDisableDeepCopy); err != nil {
		return "", client.IgnoreNotFound(err)
	}

	s := snapshot{}
	if s.observe(t, strings.NewReplacer()); !s.settled || s.generation < generation {
		return "", nil
	}

	found, err := w.objectsOf(ctx, name)
	versions := t.GetResourceVersion()

	for i := range found {
		versions += " " + found[i].GetName() + found[i].GetResourceVersion()
	}

	return versions, err
}

func ignoreTimeout(err error) error {
	if wait.Interrupted(err) {
		return nil
	}

	return err
}

func ignoreConflict(err error) error {
	if apierrors.IsConflict(err) {
		return nil
	}

	return err
}

// replaceBalancers does what the tenant says to replace load balancers: it waits for
// somebody to say when.
func (w *world) replaceBalancers(ctx context.Context, name string, s snapshot) error {
	for _, command := range strings.Split(s.pending, "kubectl delete service -n ")[1:] {
		words := strings.Fields(command)
		service := &corev1.Service{}
		service.Namespace, service.Name = words[0], words[1]

		if err := client.IgnoreNotFound(w.Delete(ctx, service)); err != nil {
			return fmt.Errorf("tenant %s: %w", name, err)
		}
	}

	// What it said before it saw that is not to be done twice.
	return ignoreTimeout(wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, hesitation, true, func(ctx context.Context) (bool, error) {
		now, err := w.look(ctx, name)

		return now.settled && now.pending != s.pending, err
	}))
}
