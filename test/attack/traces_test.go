// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// foundAsMore returns where among a tenant's objects a text is more than a value: in
// part of another text, in a container but as the value of an argument, or with an end
// of a line or of a directive in a file.
func (s *site) foundAsMore(ctx context.Context, p place, text string) []string {
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
		Expect(s.List(ctx, list, client.MatchingLabels{tenant.LabelTenant: p.tenant()})).To(Succeed())

		for i := range list.Items {
			for _, where := range traces(list.Items[i].Object, "", text) {
				found = append(found, kind.Kind+" "+list.Items[i].GetName()+where)
			}
		}
	}

	return found
}

// marks are the words of which each text has one.
var marks = regexp.MustCompile("smuggled")

// traces returns the paths at which a text is more than a value.
func traces(part any, path, text string) []string {
	var found []string

	switch part := part.(type) {
	case map[string]any:
		for name, inner := range part {
			if path == ".metadata" && name == "managedFields" {
				continue // Names of the fields below, once more.
			}

			if !isValue(name, path, text) {
				found = append(found, path+"."+name)
			}

			found = append(found, traces(inner, path+"."+name, text)...)
		}
	case []any:
		for i, inner := range part {
			found = append(found, traces(inner, fmt.Sprintf("%s[%d]", path, i), text)...)
		}
	case string:
		if !isValue(part, path, text) {
			found = append(found, path+" as "+part)
		}
	}

	return found
}

var argument = regexp.MustCompile(`^--[a-zA-Z0-9.-]+=$`)

// isValue is whether what is at a path holds nothing of a text, or the text alone.
func isValue(there, path, text string) bool {
	before, isLast := strings.CutSuffix(there, text)

	switch {
	case !marks.MatchString(there):
		return true
	case !isLast:
		return false
	case strings.HasPrefix(path, ".data"):
		return before == "" && !strings.ContainsAny(text, "\n;")
	case strings.Contains(path, "ontainers["):
		return strings.Contains(path, ".args[") && argument.MatchString(before)
	default:
		return before == ""
	}
}
