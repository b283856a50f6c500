// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func (c *checker) controller(path *field.Path, controller v1alpha1.ControllerSpec) {
	c.labels(path.Child("nodeSelector"), controller.NodeSelector)
	c.tolerations(path.Child("tolerations"), controller.Tolerations)
	c.config(path.Child("config"), controller.Config)

	for i, constraint := range controller.TopologySpread {
		c.labelKey(path.Child("topologySpread").Index(i).Child("topologyKey"), constraint.TopologyKey)
	}

	for i, argument := range controller.ExtraArgs {
		c.line(path.Child("extraArgs").Index(i), argument)
	}

	if controller.Image != "" {
		c.image(path.Child("image"), controller.Image)
	}

	resources := v1alpha1.ResourcesSpec{}
	if controller.Resources != nil {
		resources = *controller.Resources
		c.resources(path.Child("resources"), resources)
	}

	if controller.Autoscaling != nil {
		c.autoscaling(path, *controller.Autoscaling, resources)
	}
}

// autoscaling refuses an autoscaler that has nothing to go by.
func (c *checker) autoscaling(path *field.Path, scaling v1alpha1.AutoscalingSpec, resources v1alpha1.ResourcesSpec) {
	if scaling.MinReplicas > scaling.MaxReplicas {
		c.refusef(path.Child("autoscaling", "maxReplicas"), "%d is less than minReplicas, which is %d", scaling.MaxReplicas, scaling.MinReplicas)
	}

	request, asked := resources.Requests["cpu"]
	limit, limited := resources.Limits["cpu"]

	switch {
	case asked && request.IsZero(), !asked && limited && limit.IsZero():
		c.refusef(path.Child("autoscaling"), "the autoscaler goes by the use of the requested CPU, and none is requested; set %s to more than 0",
			path.Child("resources", "requests").Key("cpu"))
	case len(resources.Requests) > 0 && !asked && !limited:
		c.refusef(path.Child("autoscaling"), "the autoscaler goes by the use of the requested CPU, and none is requested; add %s",
			path.Child("resources", "requests").Key("cpu"))
	}
}
