// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestDefaultHolder(t *testing.T) {
	t.Parallel()

	// wanting is a tenant that asks to be the default, created on a day of May.
	wanting := func(name string, day int) v1alpha1.IngressTenant {
		return v1alpha1.IngressTenant{
			ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.Date(2026, time.May, day, 8, 0, 0, 0, time.UTC)},
			Spec:       v1alpha1.IngressTenantSpec{IngressClass: &v1alpha1.IngressClassSpec{Default: v1alpha1.Enabled}},
		}
	}
	with := func(uid types.UID, t v1alpha1.IngressTenant) v1alpha1.IngressTenant {
		t.UID = uid

		return t
	}
	content := wanting("archive", 1)
	content.Spec.IngressClass.Default = v1alpha1.Disabled

	leaving := wanting("archive", 1)
	leaving.DeletionTimestamp = new(metav1.Date(2026, time.May, 9, 8, 0, 0, 0, time.UTC))

	class := func(name, isDefault string, owners ...metav1.OwnerReference) networkingv1.IngressClass {
		return networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{
			Name: name, OwnerReferences: owners,
			Annotations: map[string]string{tenant.AnnotationDefaultClass: isDefault},
		}}
	}
	owner := func(apiVersion, kind string, controller bool) metav1.OwnerReference {
		return metav1.OwnerReference{APIVersion: apiVersion, Kind: kind, Name: "shop", UID: "shop", Controller: &controller}
	}
	const own = "ingresstenant.io/v1alpha1"

	for name, test := range map[string]struct {
		tenants []v1alpha1.IngressTenant
		classes []networkingv1.IngressClass
		want    string
	}{
		"nobody else":                       {nil, nil, ""},
		"itself":                            {[]v1alpha1.IngressTenant{wanting("blog", 5)}, nil, ""},
		"a younger tenant":                  {[]v1alpha1.IngressTenant{wanting("archive", 6), wanting("blog", 5)}, nil, ""},
		"an older tenant":                   {[]v1alpha1.IngressTenant{wanting("blog", 5), wanting("shop", 4)}, nil, "IngressTenant shop"},
		"the oldest of several":             {[]v1alpha1.IngressTenant{wanting("shop", 4), wanting("video", 3), wanting("archive", 6)}, nil, "IngressTenant video"},
		"an equally old one, first by name": {[]v1alpha1.IngressTenant{wanting("archive", 5)}, nil, "IngressTenant archive"},
		"an equally old one, last by name":  {[]v1alpha1.IngressTenant{wanting("shop", 5)}, nil, ""},
		"an older tenant that does not ask": {[]v1alpha1.IngressTenant{content}, nil, ""},
		"an older tenant that is deleted":   {[]v1alpha1.IngressTenant{leaving}, nil, ""},
		"a class of somebody":               {nil, []networkingv1.IngressClass{class("nginx", "true")}, "IngressClass nginx"},
		"a class of somebody, not default":  {nil, []networkingv1.IngressClass{class("nginx", "false")}, ""},
		"a class comes before an older tenant": {
			[]v1alpha1.IngressTenant{wanting("shop", 4)},
			[]networkingv1.IngressClass{class("nginx", "true")},
			"IngressClass nginx",
		},
		// Of these the tenant is weighed, not the class.
		"an older tenant's class": {
			[]v1alpha1.IngressTenant{with("shop", wanting("shop", 4))},
			[]networkingv1.IngressClass{class("shop", "true", owner(own, "IngressTenant", true))},
			"IngressTenant shop",
		},
		"a younger tenant's class": {
			[]v1alpha1.IngressTenant{with("shop", wanting("shop", 6))},
			[]networkingv1.IngressClass{class("shop", "true", owner(own, "IngressTenant", true))},
			"",
		},
		"the class of an older tenant that is deleted": {
			[]v1alpha1.IngressTenant{with("shop", leaving)},
			[]networkingv1.IngressClass{class("shop", "true", owner(own, "IngressTenant", true))},
			"IngressTenant archive",
		},
		"its own class": {
			[]v1alpha1.IngressTenant{with("blog", wanting("blog", 5))},
			[]networkingv1.IngressClass{class("blog", "true", metav1.OwnerReference{
				APIVersion: own, Kind: "IngressTenant", Name: "blog", UID: "blog", Controller: new(true),
			})},
			"",
		},
		// Somebody marked it by hand, or its tenant has only just stopped asking.
		"the class of a tenant that does not ask": {
			[]v1alpha1.IngressTenant{with("shop", content)},
			[]networkingv1.IngressClass{class("shop", "true", owner(own, "IngressTenant", true))},
			"IngressClass shop",
		},
		"the class of a tenant that is gone":     {nil, []networkingv1.IngressClass{class("shop", "true", owner(own, "IngressTenant", true))}, "IngressClass shop"},
		"a class that a tenant does not control": {nil, []networkingv1.IngressClass{class("shop", "true", owner(own, "IngressTenant", false))}, "IngressClass shop"},
		"a class of another kind of owner":       {nil, []networkingv1.IngressClass{class("shop", "true", owner(own, "Other", true))}, "IngressClass shop"},
		"a class of another API's tenant":        {nil, []networkingv1.IngressClass{class("shop", "true", owner("example.com/v1", "IngressTenant", true))}, "IngressClass shop"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			blog := with("blog", wanting("blog", 5))
			if got := defaultHolder(&blog, test.tenants, test.classes); got != test.want {
				t.Errorf("the default class is held by %q, want %q", got, test.want)
			}
		})
	}
}

// Of all tenants that ask, exactly one holds the default, whoever looks.
func TestDefaultHolderIsOne(t *testing.T) {
	t.Parallel()

	var tenants []v1alpha1.IngressTenant

	for name, day := range map[string]int{"archive": 3, "blog": 2, "news": 2, "shop": 3, "video": 2} {
		tenants = append(tenants, v1alpha1.IngressTenant{
			ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.Date(2026, time.May, day, 8, 0, 0, 0, time.UTC)},
			Spec:       v1alpha1.IngressTenantSpec{IngressClass: &v1alpha1.IngressClassSpec{Default: v1alpha1.Enabled}},
		})
	}

	for i := range tenants {
		want := "IngressTenant blog"
		if tenants[i].Name == "blog" {
			want = ""
		}

		if got := defaultHolder(&tenants[i], tenants, nil); got != want {
			t.Errorf("for %s the default class is held by %q, want %q", tenants[i].Name, got, want)
		}
	}
}
