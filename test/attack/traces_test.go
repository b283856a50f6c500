// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// foundAsMore returns where among the objects of a tenant a text is more than a value: in
// part of another text, in a container but as the value of an argument, or with what
// ends a value in a file.
func (s *site) foundAsMore(ctx context.Context, name string, t trail) []string {
	GinkgoHelper()

	var found []string

	for _, kind := range []schema.GroupVersionKind{
		{Version: "v1", Kind: "ConfigMap"},
		{Version: "v1", Kind: "Service"},
		{Version: "v1", Kind: "ServiceAccount"},
		{Version: "v1", Kind: "Namespace"},
		{Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: "networking.k8s.io", Version: "v1", Kind: "IngressClass"},
		{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBinding"},
		{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"},
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		Expect(s.List(ctx, list, client.MatchingLabels{tenant.LabelTenant: name})).To(Succeed())

		for i := range list.Items {
			for _, where := range t.of(list.Items[i].Object, "") {
				found = append(found, kind.Kind+" "+list.Items[i].GetName()+where)
			}
		}
	}

	return found
}

// trail is what is looked for.
type trail struct {
	// text is what was put into a field, and mark the word in it that is nowhere else.
	text, mark string
	// ends are the characters that end a value in a file.
	ends string
}

// of returns the paths in a part of an object at which the text is more than a value.
func (t trail) of(part any, path string) []string {
	var found []string

	switch part := part.(type) {
	case map[string]any:
		for name, inner := range part {
			if path == ".metadata" && name == "managedFields" {
				continue // Names of the fields below, once more.
			}

			if !t.isValue(name, path) {
				found = append(found, path+"."+name)
			}

			found = append(found, t.of(inner, path+"."+name)...)
		}
	case []any:
		for i, inner := range part {
			found = append(found, t.of(inner, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case string:
		// What the operator notes is JSON.
		var note map[string]any
		if strings.HasPrefix(path, ".metadata.annotations."+v1alpha1.GroupVersion.Group) && json.Unmarshal([]byte(part), &note) == nil {
			return t.of(note, path)
		}

		if !t.isValue(part, path) {
			found = append(found, path+" as "+part)
		}
	}

	return found
}

var argument = regexp.MustCompile(`^--[a-zA-Z0-9.-]+=$`)

// isValue is whether what is at a path holds nothing of the text, or the text alone.
func (t trail) isValue(there, path string) bool {
	before, isLast := strings.CutSuffix(there, t.text)

	switch {
	case !strings.Contains(there, t.mark):
		return true
	case !isLast:
		return false
	case strings.HasPrefix(path, ".data"):
		return before == "" && !strings.ContainsAny(t.text, t.ends)
	case strings.Contains(path, "ontainers["):
		return strings.Contains(path, ".args[") && argument.MatchString(before)
	default:
		return before == ""
	}
}
