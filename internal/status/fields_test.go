// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestFieldOf(t *testing.T) {
	t.Parallel()

	for _, c := range []struct{ kind, name, path, want string }{
		{"Deployment", "traefik", "spec.template.spec.tolerations[1].operator", "spec.controller.tolerations[1].operator"},
		{"Deployment", "traefik", "spec.template.spec.containers[0].resources.requests", "spec.controller.resources.requests"},
		{"Deployment", "traefik", "spec.template.spec.containers[0].resources.limits[a/b]", "spec.controller.resources.limits[a/b]"},
		{"Deployment", "traefik", "spec.template.spec.containers[0].image", "spec.controller.image"},
		{"Deployment", "traefik", "spec.template.spec.containers[0].args[3]", "spec.controller.extraArgs or spec.controller.config"},
		{"Deployment", "traefik", "spec.template.spec.nodeSelector", "spec.controller.nodeSelector"},
		{"Deployment", "traefik", "spec.template.spec.topologySpreadConstraints[0].topologyKey", "spec.controller.topologySpread[0].topologyKey"},
		{"Deployment", "traefik", "spec.template.spec.priorityClassName", "spec.controller.priorityClassName"},
		{"Deployment", "traefik", "spec.template.spec.volumes[2].secret.secretName", "spec.tls.defaultCertificate.secretName"},
		{"Deployment", "traefik", "spec.replicas", "spec.controller.replicas"},
		{"Deployment", "traefik", "spec.selector", ""},
		{"Deployment", "traefik", "spec.template.spec.nodeSelectorTerms", ""},
		{"Pod", "", "spec.tolerations[0]", "spec.controller.tolerations[0]"},
		{"HorizontalPodAutoscaler", "ingress-blog", "spec.maxReplicas", "spec.controller.autoscaling.maxReplicas"},
		{"HorizontalPodAutoscaler", "ingress-blog", "spec.metrics[0].resource.target", "spec.controller.autoscaling.targetCPUUtilizationPercentage"},
		{"ConfigMap", "nginx", "data[a]", "spec.controller.config[a]"},
		{"Service", "ingress-blog", "spec.ports[0].nodePort", "spec.exposure.nodePort.http"},
		{"Service", "ingress-blog", "spec.ports[1].nodePort", "spec.exposure.nodePort.https"},
		{"Service", "ingress-blog", "spec.LoadBalancerSourceRanges[2]", "spec.exposure.loadBalancer.allowedSourceRanges[2]"},
		{"Service", "internal-blog", "spec.loadBalancerSourceRanges[2]", "spec.exposure.loadBalancer.internal.allowedSourceRanges[2]"},
		{"Service", "ingress-blog", "metadata.annotations", "spec.exposure.loadBalancer.annotations"},
		{"Service", "ingress-blog", "spec.ports[0].name", ""},
		{"Service", "ingress-blog", "spec.externalTrafficPolicy", "spec.exposure.externalTrafficPolicy"},
		{"IngressClass", "blog", "metadata.name", "spec.ingressClass.name"},
		{"Secret", "a", "data", ""},
		{"Service", "a", "", ""},
	} {
		if got := status.FieldOf(c.kind, c.name, c.path); got != c.want {
			t.Errorf("%s %s %s comes from %q, want %q", c.kind, c.name, c.path, got, c.want)
		}
	}
}
