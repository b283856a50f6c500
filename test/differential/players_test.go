// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/json"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// players are the controllers of a cluster that tenants wait for: all pods become
// ready, load balancers get an address, and what is deleted goes.
type players struct {
	*world
}

// join has the players play until the context ends.
func (p players) join(ctx context.Context) error {
	for kind, play := range map[string]func(context.Context, *unstructured.Unstructured) error{
		"Deployment": p.rollOut,
		"Service":    p.balance,
		"Namespace":  p.finalize,
	} {
		for _, each := range kinds() {
			if each.Kind != kind {
				continue
			}

			object := &unstructured.Unstructured{}
			object.SetGroupVersionKind(each)

			informer, err := p.seen.GetInformer(ctx, object)
			if err != nil {
				return err
			}

			handle := func(found any) {
				defer GinkgoRecover()

				object, ok := found.(*unstructured.Unstructured)
				if !ok || len(tenantsOf(object)) == 0 {
					return
				}

				if err := client.IgnoreNotFound(play(ctx, object)); err != nil && ctx.Err() == nil {
					Fail(fmt.Sprintf("playing the controller of %s %s: %v", kind, object.GetName(), err))
				}
			}

			if _, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
				AddFunc:    handle,
				UpdateFunc: func(_, now any) { handle(now) },
			}); err != nil {
				return err
			}
		}
	}

	return nil
}

// rollOut is the Deployment controller whose pods all become ready, and the garbage
// collector once they are gone.
func (p players) rollOut(ctx context.Context, deployment *unstructured.Unstructured) error {
	if deployment.GetDeletionTimestamp() != nil {
		if err := p.DeleteAllOf(ctx, &corev1.Pod{}, client.InNamespace(deployment.GetNamespace()), client.GracePeriodSeconds(0),
			client.MatchingLabels(selectorOf(deployment))); err != nil {
			return err
		}

		return p.patch(ctx, deployment, map[string]any{"metadata": map[string]any{"finalizers": nil}})
	}

	if err := p.runBeside(ctx, deployment); err != nil {
		return err
	}

	observed, _, _ := unstructured.NestedInt64(deployment.Object, "status", "observedGeneration")
	if observed == deployment.GetGeneration() {
		return nil
	}

	wanted, _, err := unstructured.NestedInt64(deployment.Object, "spec", "replicas")
	if err != nil {
		return err
	}

	return p.patch(ctx, deployment, map[string]any{"status": map[string]any{
		"observedGeneration": deployment.GetGeneration(),
		"replicas":           wanted, "updatedReplicas": wanted, "readyReplicas": wanted, "availableReplicas": wanted,
		"conditions": []any{
			map[string]any{"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
			map[string]any{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
		},
	}}, "status")
}

// runBeside has the controllers of two providers run that a tenant has at once: the
// operator compares them before it goes from one to the other. Nobody asks others for
// their pods.
func (p players) runBeside(ctx context.Context, deployment *unstructured.Unstructured) error {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(deployment.GroupVersionKind())

	if err := p.seen.List(ctx, list, client.InNamespace(deployment.GetNamespace()), client.UnsafeDisableDeepCopy); err != nil || len(list.Items) < 2 {
		return err
	}

	for i := range list.Items {
		if err := p.run(ctx, &list.Items[i]); err != nil {
			return err
		}
	}

	return nil
}

func (p players) run(ctx context.Context, deployment *unstructured.Unstructured) error {
	typed := &appsv1.Deployment{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(deployment.Object, typed); err != nil {
		return err
	}

	pod := &corev1.Pod{ObjectMeta: *typed.Spec.Template.ObjectMeta.DeepCopy(), Spec: *typed.Spec.Template.Spec.DeepCopy()}
	pod.Namespace, pod.Name = typed.Namespace, typed.Name

	if err := p.Create(ctx, pod); err != nil {
		return client.IgnoreAlreadyExists(err)
	}

	pod.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, PodIP: "192.0.2.1", PodIPs: []corev1.PodIP{{IP: "192.0.2.1"}},
		Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
	}

	return p.Status().Update(ctx, pod)
}

func selectorOf(deployment *unstructured.Unstructured) map[string]string {
	selector, _, _ := unstructured.NestedStringMap(deployment.Object, "spec", "selector", "matchLabels")

	return selector
}

// balance is a cloud: its addresses are names, by which tenants are told apart.
func (p players) balance(ctx context.Context, service *unstructured.Unstructured) error {
	kind, _, _ := unstructured.NestedString(service.Object, "spec", "type")
	addresses, _, _ := unstructured.NestedSlice(service.Object, "status", "loadBalancer", "ingress")

	if service.GetDeletionTimestamp() != nil || kind != "LoadBalancer" || len(addresses) > 0 {
		return nil
	}

	return p.patch(ctx, service, map[string]any{"status": map[string]any{"loadBalancer": map[string]any{
		"ingress": []any{map[string]any{"hostname": service.GetName() + ".balancers.example"}},
	}}}, "status")
}

// finalize is the namespace controller, which finds nothing there.
func (p players) finalize(ctx context.Context, namespace *unstructured.Unstructured) error {
	if namespace.GetDeletionTimestamp() == nil {
		return nil
	}

	namespace = namespace.DeepCopy()
	unstructured.RemoveNestedField(namespace.Object, "spec", "finalizers")

	return client.IgnoreNotFound(ignoreConflict(p.SubResource("finalize").Update(ctx, namespace)))
}

func (p players) patch(ctx context.Context, object *unstructured.Unstructured, patch map[string]any, subresource ...string) error {
	encoded, err := json.Marshal(patch)
	if err != nil {
		return err
	}

	target := &unstructured.Unstructured{}
	target.SetGroupVersionKind(object.GroupVersionKind())
	target.SetNamespace(object.GetNamespace())
	target.SetName(object.GetName())

	if len(subresource) > 0 {
		return p.SubResource(subresource[0]).Patch(ctx, target, client.RawPatch(types.MergePatchType, encoded))
	}

	return p.Patch(ctx, target, client.RawPatch(types.MergePatchType, encoded))
}
