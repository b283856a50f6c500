// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// labels checks labels that are looked for.
func (c *checker) labels(path *field.Path, labels map[string]v1alpha1.LabelValue) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		c.labelKey(path.Key(key), key)
		c.labelValue(path.Key(key), string(labels[key]))
	}
}

// namespaceName refuses to look for a namespace by a name that none can have. The
// API server sets the label to the name.
func (c *checker) namespaceName(path *field.Path, labels map[string]v1alpha1.LabelValue) {
	name, asked := labels[corev1.LabelMetadataName]
	if problems := validation.IsDNS1123Label(string(name)); asked && len(problems) > 0 {
		c.refusef(path.Key(corev1.LabelMetadataName), "no namespace is named %q: %s", name, strings.Join(problems, "; "))
	}
}

func (c *checker) labelKey(path *field.Path, key string) {
	if problems := validation.IsQualifiedName(key); len(problems) > 0 {
		c.refusef(path, "%q is no name that Kubernetes takes: %s", key, strings.Join(problems, "; "))
	}
}

func (c *checker) labelValue(path *field.Path, value string) {
	if problems := validation.IsValidLabelValue(value); len(problems) > 0 {
		c.refusef(path, "no label has the value %q: %s", value, strings.Join(problems, "; "))
	}
}

func (c *checker) tolerations(path *field.Path, tolerations []corev1.Toleration) {
	for i, toleration := range tolerations {
		at := path.Index(i)

		if toleration.Key != "" {
			c.labelKey(at.Child("key"), toleration.Key)
		}

		switch toleration.Operator {
		case "", corev1.TolerationOpEqual:
			c.labelValue(at.Child("value"), toleration.Value)

			if toleration.Key == "" {
				c.refusef(at.Child("operator"), "without a key it must be Exists, which tolerates every taint; name a key, or write Exists")
			}
		case corev1.TolerationOpExists:
			if toleration.Value != "" {
				c.refusef(at.Child("value"), "with operator Exists every value is tolerated; omit it, or set operator to Equal")
			}
		case corev1.TolerationOpLt, corev1.TolerationOpGt:
			c.refusef(at.Child("operator"), "%s is not what every cluster takes; write Equal or Exists", toleration.Operator)
		default:
			c.refusef(at.Child("operator"), "%q is unknown; write Equal or Exists", toleration.Operator)
		}
	}
}
