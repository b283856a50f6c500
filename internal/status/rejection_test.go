// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// Advice fits what refuses the pods. The answers are those of Kubernetes 1.37.
func TestAdviceAboutRejectedPods(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		message string
		want    string
		never   string
	}{
		"a PriorityClass that is not there": {
			`pods "traefik-5c9-x7x2k" is forbidden: no PriorityClass with name high was found`,
			"The cluster refuses to create pods: pods is forbidden: no PriorityClass with name high was found. " +
				"Create PriorityClass high, name another one in spec.controller.priorityClassName, or omit that field.", "quota",
		},
		"a PriorityClass that somebody else sets": {
			`pods "traefik-5c9-x7x2k" is forbidden: no PriorityClass with name low was found`,
			"The tenant does not ask for PriorityClass low: change what sets it, or create it.", "quota",
		},
		"a PriorityClass without a quota": {
			`pods "a" is forbidden: insufficient quota to match these scopes: [{PriorityClass In [high]}]`,
			"This cluster lets pods have PriorityClass high only where a quota permits it: give namespace ingress-blog a ResourceQuota with that scope, " +
				"name another class in spec.controller.priorityClassName, or omit that field.", "",
		},
		"a quota that is spent": {
			`pods "a" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2`,
			"Raise the quota of namespace ingress-blog, or ask for less in replicas, autoscaling or resources of spec.controller.", "",
		},
		"a quota that wants to know": {
			`pods "a" is forbidden: failed quota: few: must specify limits.cpu for: controller; limits.memory for: controller`,
			"Quota few of namespace ingress-blog wants each container to say its limits.cpu for: controller; limits.memory for: controller: " +
				"set that in spec.controller.resources, or give the namespace a LimitRange with defaults.", "Raise",
		},
		"Pod Security": {
			`pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false`,
			"or lower the level of namespace ingress-blog, which is restricted:latest, by its label pod-security.kubernetes.io/enforce.", "quota",
		},
		"a LimitRange": {
			`pods "a" is forbidden: minimum memory usage per Container is 512Mi, but request is 128Mi`,
			"A LimitRange of namespace ingress-blog refuses these resources (kubectl get limitranges -n ingress-blog -o yaml): change spec.controller.resources to what it permits, or change it.", "quota",
		},
		"a LimitRange's ratio": {
			`pods "a" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`, "change spec.controller.resources", "quota",
		},
		"a ServiceAccount that is not there": {
			`pods "traefik-5c9-" is forbidden: error looking up service account ingress-blog/traefik: serviceaccount "traefik" not found`,
			"The operator makes ServiceAccount traefik of namespace ingress-blog again by itself: if it stays away, find out what deletes it.", "quota",
		},
		"a ServiceAccount that may mount nothing": {
			`pods "a" is forbidden: volume with secret.secretName="cert" is not allowed because service account traefik does not reference that secret`,
			"or omit spec.tls.defaultCertificate.", "quota",
		},
		"a webhook": {
			`admission webhook "images.example.com" denied the request: no such registry`,
			"Change the field of spec.controller that the admission webhook images.example.com is about, or have it permit the pods of namespace ingress-blog", "quota",
		},
		"a webhook that does not answer": {
			`Internal error occurred: failed calling webhook "images.example.com": failed to call webhook: Post "https://a.b.svc:443/": no endpoints available for service "a"`,
			"The admission webhook images.example.com does not answer, and nothing is created without it", "quota",
		},
		"a policy": {
			`pods "a" is forbidden: ValidatingAdmissionPolicy 'images' with binding 'all' denied request: no`,
			"Change the field of spec.controller that ValidatingAdmissionPolicy images is about, or have its binding all leave out namespace ingress-blog.", "quota",
		},
		"a namespace on its way out": {
			`pods "a" is forbidden: unable to create new content in namespace ingress-blog because it is being terminated`,
			"Namespace ingress-blog is being deleted.", "quota",
		},
		"a RuntimeClass": {`pods "a" is forbidden: pod rejected: RuntimeClass "gvisor" not found`, "The tenant asks for no RuntimeClass", "quota"},
		"a RuntimeClass for other nodes": {
			`pods "a" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = c`, "spec.controller.nodeSelector", "quota",
		},
		"an image policy":                    {`pods "a" is forbidden: image policy webhook backend denied one or more images: no`, "spec.controller.image", "quota"},
		"a node selector of the namespace":   {`pods "a" is forbidden: pod node label selector conflicts with its namespace node label selector`, "spec.controller.nodeSelector", "quota"},
		"tolerations of the namespace":       {`pods "a" is forbidden: pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist`, "spec.controller.tolerations", "quota"},
		"a security context constraint":      {`pods "a" is forbidden: unable to validate against any security context constraint: []`, "SecurityContextConstraints", "quota"},
		"a field that the tenant has":        {`Pod "a" is invalid: spec.tolerations[0].operator: Unsupported value: "Gt"`, "spec.controller.tolerations", "quota"},
		"something that nobody has heard of": {`pods "a" is forbidden: no`, "Change what refuses them, or the field of spec.controller that the answer is about. See kubectl get events -n ingress-blog.", "quota"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d := withReplicaFailure(starting(), c.message)
			d.Spec.Template.Spec.PriorityClassName = "high"
			d.Spec.Template.Spec.ServiceAccountName = "traefik"

			got := conditionOf(t, compute(t, tenant(), serving(func(o *status.Observed) { o.Deployment, o.Pods = d, nil })), "Available")

			if got.Reason != "PodsRejected" || !strings.Contains(got.Message, c.want) || c.never != "" && strings.Contains(got.Message, c.never) {
				t.Errorf("Available is %s: %s\nwant %q, and nothing of %q", got.Reason, got.Message, c.want, c.never)
			}

			if strings.Contains(got.Message, "x7x2k") {
				t.Error("the message names a pod, which is another one with every attempt")
			}
		})
	}
}

// What is in a namespace that is being deleted serves nobody for much longer.
func TestTerminatingNamespace(t *testing.T) {
	t.Parallel()

	const says = "Namespace ingress-blog, which the controller runs in, is being deleted since 2026-05-01T08:00:00Z, and everything in it. " +
		"What holds that up is in its status: kubectl get namespace ingress-blog -o yaml, status.conditions. " +
		"Once it is gone, the operator makes it anew, and all that was the tenant's in it."

	leaving := func(o *status.Observed) {
		o.Namespace = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ingress-blog", DeletionTimestamp: new(yesterday())}}
	}

	for name, observed := range map[string]status.Observed{
		"all still there": serving(leaving),
		"starting":        serving(leaving, func(o *status.Observed) { o.Deployment = starting() }),
		"nothing left":    serving(leaving, func(o *status.Observed) { o.Deployment, o.Services, o.Pods = nil, status.Services{}, nil }),
		"nothing can be made": serving(leaving, func(o *status.Observed) {
			o.Deployment, o.Err = nil, errors.New("applying ConfigMap ingress-blog/traefik: unable to create new content in namespace ingress-blog")
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			computed := compute(t, tenant(), observed)

			for conditionType, c := range map[string]struct {
				status metav1.ConditionStatus
				says   string
			}{
				"Available":         {metav1.ConditionFalse, "There is no Deployment. " + says},
				"LoadBalancerReady": {metav1.ConditionFalse, "There is no Service. " + says},
				"Ready":             {metav1.ConditionFalse, "There is no Deployment. " + says},
				"Progressing":       {metav1.ConditionTrue, says},
			} {
				got := conditionOf(t, computed, conditionType)
				if got.Status != c.status || got.Reason != "NamespaceTerminating" || got.Message != c.says {
					t.Errorf("%s is %s, %s: %s", conditionType, got.Status, got.Reason, got.Message)
				}
			}
		})
	}

	deleted := serving(leaving, func(o *status.Observed) { o.Deletion = &status.Deletion{} })
	if got := conditionOf(t, compute(t, tenant(), deleted), "Available"); got.Reason != "Deleting" {
		t.Errorf("of a tenant that is being deleted Available is %s: %s", got.Reason, got.Message)
	}

	there := serving(func(o *status.Observed) {
		o.Namespace = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ingress-blog"}}
	})
	if got := conditionOf(t, compute(t, tenant(), there), "Available"); got.Status != metav1.ConditionTrue {
		t.Errorf("with a namespace that stays Available is %s: %s", got.Reason, got.Message)
	}
}

func conditionOf(t *testing.T, s v1alpha1.IngressTenantStatus, conditionType string) metav1.Condition {
	t.Helper()

	found := meta.FindStatusCondition(s.Conditions, conditionType)
	if found == nil {
		t.Fatalf("there is no condition %s", conditionType)
	}

	return *found
}
