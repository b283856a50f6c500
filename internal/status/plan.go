// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxIgnored is the API's limit for status.ignoredAnnotations.
const maxIgnored = 32

// recordPlan writes what the spec resolves to.
func recordPlan(s *v1alpha1.IngressTenantStatus, p *Plan) {
	if p == nil {
		return
	}

	s.IngressClassName = p.IngressClassName
	s.ControllerValue = p.ControllerValue
	s.Namespace = p.Namespace
	s.Provider = p.Provider.DeepCopy()
	s.Isolation = p.Isolation.DeepCopy()
	s.IgnoredAnnotations = slices.Clone(p.IgnoredAnnotations[:min(len(p.IgnoredAnnotations), maxIgnored)])
}

// recordImage writes the image that the Deployment has, which a policy of the
// cluster may have changed. While another implementation serves, it is the image
// that is asked for.
func recordImage(s *v1alpha1.IngressTenantStatus, o Observed) {
	if o.Deployment == nil || o.Plan == nil || o.Plan.Switchover != nil && !o.Plan.Switchover.Moved || s.Provider == nil {
		return
	}

	containers := o.Deployment.Spec.Template.Spec.Containers
	if at := slices.IndexFunc(containers, func(c corev1.Container) bool { return c.Name == controllerContainer }); at >= 0 {
		s.Provider.Image = containers[at].Image
	}
}

// controllerContainer is the name of the container that the implementation runs in.
const controllerContainer = "controller"
