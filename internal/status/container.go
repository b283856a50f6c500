// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxTermination bounds what is quoted of a container's last words, in
// characters.
const maxTermination = 256

const (
	// crashLoopBackOff is the kubelet's reason for a container that it waits to
	// start again.
	crashLoopBackOff = "CrashLoopBackOff"

	// oomKilled is the kubelet's reason for a container that was ended for the
	// memory it took.
	oomKilled = "OOMKilled"
)

// imagePullFailed finds an image that a node cannot get.
func imagePullFailed(_ *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	reasons := []string{"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"}

	for container := range containers(pods) {
		waiting := container.State.Waiting
		if waiting == nil || !slices.Contains(reasons, waiting.Reason) {
			continue
		}

		return cause{v1alpha1.ReasonImagePullFailed, sentences(
			sentence(fmt.Sprintf("A node cannot pull image %s: %s", container.Image, pullMessage(waiting))),
			"Check the name and tag in spec.controller.image or spec.controller.version, and that the nodes reach the registry and may read from it.",
		)}, true
	}

	return cause{}, false
}

// pullMessage is why a pull failed. Between attempts the kubelet puts its
// back-off in front of the same message; without it, the status does not
// change with every attempt.
func pullMessage(waiting *corev1.ContainerStateWaiting) string {
	message := oneLine(waiting.Message)
	if _, failure, found := strings.Cut(message, ": ErrImagePull: "); found && strings.HasPrefix(message, "Back-off pulling image") {
		message = failure
	}

	if message == "" {
		return waiting.Reason
	}

	return message
}

// controllerCrashing finds a container that exits again and again.
func controllerCrashing(d *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	for container := range containers(pods) {
		last := container.LastTerminationState.Terminated
		backedOff := container.State.Waiting != nil && container.State.Waiting.Reason == crashLoopBackOff
		failed := last != nil && last.ExitCode != 0

		if !backedOff && !failed {
			continue
		}

		return cause{v1alpha1.ReasonControllerCrashing, sentences(
			fmt.Sprintf("Container %s exits and is started again.", container.Name),
			lastWords(last),
			fmt.Sprintf("See kubectl logs -n %s deployment/%s --previous, and %s.", d.Namespace, d.Name, remedy(last)),
		)}, true
	}

	return cause{}, false
}

// remedy is what may keep the container from exiting.
func remedy(last *corev1.ContainerStateTerminated) string {
	if last != nil && last.Reason == oomKilled {
		return "raise the memory limit in spec.controller.resources"
	}

	return "check the image, config and extraArgs of spec.controller"
}

// lastWords is how a container ended. Its message may be a piece of a log, whose
// end says most.
func lastWords(last *corev1.ContainerStateTerminated) string {
	if last == nil {
		return ""
	}

	end := fmt.Sprintf("The last exit code was %d", last.ExitCode)
	if last.Reason != "" {
		end += fmt.Sprintf(" (%s)", last.Reason)
	}

	if message := tail(oneLine(last.Message), maxTermination); message != "" {
		end += ": " + message
	}

	return sentence(end)
}

// containerNotStarted finds a container that the node cannot set up, for
// example because the image has no such command.
func containerNotStarted(d *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	reasons := []string{"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}

	for container := range containers(pods) {
		waiting := container.State.Waiting
		if waiting == nil || !slices.Contains(reasons, waiting.Reason) {
			continue
		}

		return cause{v1alpha1.ReasonPodsNotReady, sentences(
			sentence(fmt.Sprintf("A node cannot start container %s (%s): %s", container.Name, waiting.Reason, waiting.Message)),
			fmt.Sprintf("See kubectl describe pods -n %s.", d.Namespace),
		)}, true
	}

	return cause{}, false
}

// containers are the statuses of all containers, in the order of the pods.
func containers(pods []corev1.Pod) iter.Seq[*corev1.ContainerStatus] {
	return func(yield func(*corev1.ContainerStatus) bool) {
		for i := range pods {
			for j := range pods[i].Status.ContainerStatuses {
				if !yield(&pods[i].Status.ContainerStatuses[j]) {
					return
				}
			}
		}
	}
}
