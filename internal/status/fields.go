// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"regexp"
	"strings"
)

// origin is where a field of a tenant's object comes from.
type origin struct {
	// kind and path are the object's and the field's. The path is the begin of a
	// regular expression: what is in parentheses, and what follows, is the same in
	// the tenant.
	kind, path string
	// field is the tenant's field.
	field string
}

// FieldOf is the field of a tenant's spec that a field of one of its objects comes
// from, as the API server names both; empty where it comes from none. Of Services,
// the name tells which of two load balancers it is about.
func FieldOf(kind, name, path string) string {
	// Pods are as the Deployment's template has them.
	path = strings.TrimPrefix(path, "spec.template.")
	if kind == "Deployment" && strings.HasPrefix(path, "spec.") {
		if field := fieldOf("Pod", path); field != "" {
			return field
		}
	}

	field := fieldOf(kind, path)
	if kind == "Service" && strings.HasPrefix(name, "internal-") {
		field = strings.Replace(field, "spec.exposure.loadBalancer.", "spec.exposure.loadBalancer.internal.", 1)
	}

	return field
}

func fieldOf(kind, path string) string {
	for _, each := range origins() {
		if each.kind != kind {
			continue
		}

		pattern := regexp.MustCompile(`^` + each.path + `(?:$|[.\[])`)
		if match := pattern.FindString(path); match != "" {
			rest := path[len(strings.TrimRight(match, ".[")):]
			if !carries(each.field) {
				rest = ""
			}

			return each.field + rest
		}
	}

	return ""
}

// carries is whether what follows in the path of an object's field, such as an
// index, is the same in the tenant's.
func carries(field string) bool {
	return !strings.Contains(field, " or ") && !strings.HasSuffix(field, "Name") && !strings.HasSuffix(field, "Percentage")
}

// origins are the fields of a tenant's objects that come from its spec.
func origins() []origin {
	return []origin{
		{"Pod", `spec\.containers\[0\]\.resources`, "spec.controller.resources"},
		{"Pod", `spec\.containers\[0\]\.image`, "spec.controller.image"},
		{"Pod", `spec\.containers\[0\]\.args`, "spec.controller.extraArgs or spec.controller.config"},
		{"Pod", `spec\.tolerations`, "spec.controller.tolerations"},
		{"Pod", `spec\.nodeSelector`, "spec.controller.nodeSelector"},
		{"Pod", `spec\.topologySpreadConstraints`, "spec.controller.topologySpread"},
		{"Pod", `spec\.priorityClassName`, "spec.controller.priorityClassName"},
		{"Pod", `spec\.volumes\[\d+\]\.secret\.secretName`, "spec.tls.defaultCertificate.secretName"},
		{"Deployment", `spec\.replicas`, "spec.controller.replicas"},

		{"HorizontalPodAutoscaler", `spec\.minReplicas`, "spec.controller.autoscaling.minReplicas"},
		{"HorizontalPodAutoscaler", `spec\.maxReplicas`, "spec.controller.autoscaling.maxReplicas"},
		{"HorizontalPodAutoscaler", `spec\.metrics`, "spec.controller.autoscaling.targetCPUUtilizationPercentage"},

		{"ConfigMap", `data`, "spec.controller.config"},

		{"Service", `spec\.ports\[0\]\.nodePort`, "spec.exposure.nodePort.http"},
		{"Service", `spec\.ports\[1\]\.nodePort`, "spec.exposure.nodePort.https"},
		{"Service", `spec\.[lL]oadBalancerSourceRanges`, "spec.exposure.loadBalancer.allowedSourceRanges"},
		{"Service", `spec\.loadBalancerClass`, "spec.exposure.loadBalancer.class"},
		{"Service", `spec\.loadBalancerIP`, "spec.exposure.loadBalancer.adopt.address"},
		{"Service", `spec\.externalTrafficPolicy`, "spec.exposure.externalTrafficPolicy"},
		{"Service", `spec\.type`, "spec.exposure.type"},
		{"Service", `metadata\.annotations`, "spec.exposure.loadBalancer.annotations"},

		{"IngressClass", `metadata\.name`, "spec.ingressClass.name"},
		{"RoleBinding", `metadata\.namespace`, "spec.namespaces"},
	}
}
