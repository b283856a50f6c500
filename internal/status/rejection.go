// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"regexp"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
)

// nameless is the API server's answer without the pod's name, which is another
// one with every attempt.
func nameless(message string) string {
	message = regexp.MustCompile(`\b(pods|Pod) "[^"]*" is `).ReplaceAllString(message, "$1 is ")

	return oneLine(message)
}

// rejection is a kind of refusal of pods.
type rejection struct {
	// says matches the API server's answer.
	says string
	// advice says what to do about it. It gets the parts of the answer that are in
	// parentheses in says, the whole first.
	advice func(d *appsv1.Deployment, parts []string) string
}

// rejectionAdvice is what to do about pods that the API server refuses. A
// Deployment tells of that by a text alone, so that the text has to say which
// part of Kubernetes refused them; what is not recognised gets advice that fits
// all.
func rejectionAdvice(d *appsv1.Deployment, message string) string {
	if _, path, invalid := strings.Cut(message, "Pod is invalid: "); invalid {
		path, _, _ = strings.Cut(path, ": ")
		if field := FieldOf("Pod", "", path); field != "" {
			return fmt.Sprintf("Correct %s.", field)
		}
	}

	for _, each := range rejections() {
		if parts := regexp.MustCompile(each.says).FindStringSubmatch(message); parts != nil {
			return each.advice(d, parts)
		}
	}

	return fmt.Sprintf("Change what refuses them, or the field of spec.controller that the answer is about. See kubectl get events -n %s.", d.Namespace)
}

// rejections are the kinds of refusals, in the words of the API server's
// admission plugins; what says more comes first.
func rejections() []rejection {
	return []rejection{
		{`no PriorityClass with name (\S+) was found`, func(d *appsv1.Deployment, parts []string) string {
			if d.Spec.Template.Spec.PriorityClassName != parts[1] {
				return fmt.Sprintf("The tenant does not ask for PriorityClass %s: change what sets it, or create it.", parts[1])
			}

			return fmt.Sprintf("Create PriorityClass %s, name another one in spec.controller.priorityClassName, or omit that field.", parts[1])
		}},
		{`insufficient quota to match these scopes: .*PriorityClass`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("This cluster lets pods have PriorityClass %s only where a quota permits it: give namespace %s a ResourceQuota with that scope, "+
				"name another class in spec.controller.priorityClassName, or omit that field.", d.Spec.Template.Spec.PriorityClassName, d.Namespace)
		}},
		{`failed quota: (\S+): must specify (.*)`, func(d *appsv1.Deployment, parts []string) string {
			return fmt.Sprintf("Quota %s of namespace %s wants each container to say its %s: set that in spec.controller.resources, or give the namespace a LimitRange with defaults.",
				parts[1], d.Namespace, strings.TrimRight(parts[2], "."))
		}},
		{`exceeded quota: \S+, requested: `, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Raise the quota of namespace %s, or ask for less in replicas, autoscaling or resources of spec.controller.", d.Namespace)
		}},
		{`insufficient quota|\bquota\b`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Raise the quota of namespace %s, or change the admission rule that refuses them.", d.Namespace)
		}},
		{`violates PodSecurity "([^"]*)"`, func(d *appsv1.Deployment, parts []string) string {
			return fmt.Sprintf("As the operator makes them, the pods meet the Pod Security level restricted: look for what changes them on their way, such as a mutating webhook "+
				"(kubectl get mutatingwebhookconfigurations), or lower the level of namespace %s, which is %s, by its label pod-security.kubernetes.io/enforce.", d.Namespace, parts[1])
		}},
		{`(minimum|maximum) \S+ usage per (Container|Pod) is|max limit to request ratio per`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("A LimitRange of namespace %s refuses these resources (kubectl get limitranges -n %s -o yaml): change spec.controller.resources to what it permits, or change it.",
				d.Namespace, d.Namespace)
		}},
		{`service account \S+ does not reference that secret`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Remove the annotation kubernetes.io/enforce-mountable-secrets from ServiceAccount %s of namespace %s, or omit spec.tls.defaultCertificate.",
				d.Spec.Template.Spec.ServiceAccountName, d.Namespace)
		}},
		{`(?i)error looking up service ?account|serviceaccount "[^"]*" not found|no API token found for service account`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("The operator makes ServiceAccount %s of namespace %s again by itself: if it stays away, find out what deletes it.",
				d.Spec.Template.Spec.ServiceAccountName, d.Namespace)
		}},
		{`because it is being terminated|namespaces "[^"]*" not found`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Namespace %s is being deleted. What holds that up is in its status: kubectl get namespace %s -o yaml, status.conditions. "+
				"Once it is gone, the operator makes it anew.", d.Namespace, d.Namespace)
		}},
		{`runtimeClass\.scheduling\.nodeSelector`, func(*appsv1.Deployment, []string) string {
			return "The RuntimeClass, which is not what the tenant asks for, chooses other nodes than spec.controller.nodeSelector: change that field, or what sets the class."
		}},
		{`(?i)RuntimeClass`, func(*appsv1.Deployment, []string) string {
			return "The tenant asks for no RuntimeClass: create the one that is named, or change what sets it, such as a mutating webhook (kubectl get mutatingwebhookconfigurations)."
		}},
		{`failed calling webhook "([^"]*)"`, func(_ *appsv1.Deployment, parts []string) string {
			return fmt.Sprintf("The admission webhook %s does not answer, and nothing is created without it: repair it, or take the namespace out of it "+
				"(kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations).", parts[1])
		}},
		{`admission webhook "([^"]*)" denied`, func(d *appsv1.Deployment, parts []string) string {
			return fmt.Sprintf("Change the field of spec.controller that the admission webhook %s is about, or have it permit the pods of namespace %s "+
				"(kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations).", parts[1], d.Namespace)
		}},
		{`ValidatingAdmissionPolicy '([^']*)' with binding '([^']*)'`, func(d *appsv1.Deployment, parts []string) string {
			return fmt.Sprintf("Change the field of spec.controller that ValidatingAdmissionPolicy %s is about, or have its binding %s leave out namespace %s.", parts[1], parts[2], d.Namespace)
		}},
		{`image policy webhook`, func(*appsv1.Deployment, []string) string {
			return "Name an image that the image policy permits in spec.controller.image, or change the policy."
		}},
		{`node label selector conflicts`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Change spec.controller.nodeSelector, or the annotation scheduler.alpha.kubernetes.io/node-selector of namespace %s.", d.Namespace)
		}},
		{`pod tolerations .*conflict`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Change spec.controller.tolerations, or the annotation scheduler.alpha.kubernetes.io/tolerationsWhitelist of namespace %s.", d.Namespace)
		}},
		{`security context constraint`, func(d *appsv1.Deployment, _ []string) string {
			return fmt.Sprintf("Let ServiceAccount %s of namespace %s use a SecurityContextConstraints that permits the pods.", d.Spec.Template.Spec.ServiceAccountName, d.Namespace)
		}},
	}
}
