// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

const (
	// maxAnnotations is what the annotations of a Service may be long together, in
	// bytes, so that the operator's own still fit below the API server's limit of
	// 256 KiB.
	maxAnnotations = 240 << 10

	// maxConfig is the same for a ConfigMap, whose limit is 1 MiB.
	maxConfig = 960 << 10
)

// line checks a text that is to be on one line.
func (c *checker) line(path *field.Path, text string) {
	c.characters(path, text, "")
}

// text checks a text that may have several lines.
func (c *checker) text(path *field.Path, text string) {
	c.characters(path, text, "\t\r\n")
}

// characters refuses control characters, which no container runtime takes in an
// argument and no controller or cloud in a setting.
func (c *checker) characters(path *field.Path, text, allowed string) {
	at := strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
	if at >= 0 {
		c.refusef(path, "there is a control character (%q) after %d bytes; remove it", []rune(text[at:])[0], at)
	}
}

func (c *checker) annotations(path *field.Path, annotations map[string]v1alpha1.AnnotationValue) {
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		// Of annotations, Kubernetes takes keys in upper case as well.
		c.labelKey(path.Key(key), strings.ToLower(key))
		c.text(path.Key(key), string(annotations[key]))
	}

	if value, there := annotations[corev1.AnnotationLoadBalancerSourceRangesKey]; there {
		c.sourceRanges(path, string(value))
	}
}

// annotationsSize sees that annotations fit into one Service.
func (c *checker) annotationsSize(path *field.Path, all ...map[string]v1alpha1.AnnotationValue) {
	merged := map[string]v1alpha1.AnnotationValue{}
	for _, annotations := range all {
		maps.Copy(merged, annotations)
	}

	if size := sizeOf(merged); size > maxAnnotations {
		c.refusef(path, "they are %d bytes together, and a Service takes no more than %d; shorten them", size, maxAnnotations)
	}
}

func (c *checker) config(path *field.Path, config map[string]v1alpha1.ConfigValue) {
	for _, key := range slices.Sorted(maps.Keys(config)) {
		c.text(path.Key(key), string(config[key]))
	}

	if size := sizeOf(config); size > maxConfig {
		c.refusef(path, "its entries are %d bytes together, and there is room for %d; shorten them", size, maxConfig)
	}
}

func sizeOf[V ~string](entries map[string]V) int {
	size := 0
	for key, value := range entries {
		size += len(key) + len(value)
	}

	return size
}
