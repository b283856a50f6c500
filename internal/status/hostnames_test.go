// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestHostnamesClaimed(t *testing.T) {
	t.Parallel()

	held := status.Hostname{Name: "blog.example.com"}
	lost := status.Hostname{Name: "shop.example.com", HeldBy: "shop", HeldAs: "shop.example.com"}
	below := status.Hostname{Name: "a.video.example.com", HeldBy: "video", HeldAs: "*.video.example.com"}

	var many []status.Hostname
	for i := range 7 {
		name := fmt.Sprintf("%d.example.com", i)
		many = append(many, status.Hostname{Name: name, HeldBy: "b", HeldAs: name})
	}

	const way = " It gets each when the other tenant gives it up. Remove them from spec.hostnames, or from the other tenant's."

	for name, c := range map[string]struct {
		hostnames []status.Hostname
		want      answer
	}{
		"none":     {[]status.Hostname{}, answer{metav1.ConditionTrue, "NotClaimed", "The tenant claims no hostnames: spec.hostnames is omitted."}},
		"one held": {[]status.Hostname{held}, answer{metav1.ConditionTrue, "Claimed", "The tenant holds 1 hostname."}},
		"two held": {[]status.Hostname{held, {Name: "a.example.com"}}, answer{metav1.ConditionTrue, "Claimed", "The tenant holds 2 hostnames."}},
		"conflicts": {[]status.Hostname{lost, held, below}, answer{
			metav1.ConditionFalse, "HostnameConflict",
			"Of 3 hostnames, 2 are not the tenant's: a.video.example.com overlaps with *.video.example.com, held by IngressTenant video; " +
				"shop.example.com is held by IngressTenant shop." + way,
		}},
		"more than are named": {many, answer{
			metav1.ConditionFalse, "HostnameConflict",
			"Of 7 hostnames, 7 are not the tenant's: 0.example.com is held by IngressTenant b; 1.example.com is held by IngressTenant b; " +
				"2.example.com is held by IngressTenant b; 3.example.com is held by IngressTenant b; 4.example.com is held by IngressTenant b; and 2 more." + way,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			check(t, tenant(), serving(func(o *status.Observed) { o.Hostnames = c.hostnames }),
				map[string]answer{v1alpha1.ConditionHostnamesClaimed: c.want})
		})
	}
}

// The order of claims hangs on when each was first seen.
func TestHostnamesKeepTheirTime(t *testing.T) {
	t.Parallel()

	before := metav1.NewMicroTime(yesterday().Time)
	claims := tenant()
	claims.Status.Hostnames = []v1alpha1.HostnameStatus{
		{Name: "blog.example.com", State: v1alpha1.HostnameConflict, HeldBy: "shop", HeldAs: "*.example.com", ClaimedTime: &before},
		{Name: "gone.example.com", State: v1alpha1.HostnameHeld, ClaimedTime: &before},
	}

	now := metav1.NewMicroTime(today().Time)
	got := compute(t, claims, serving(func(o *status.Observed) {
		o.Hostnames = []status.Hostname{{Name: "new.example.com", HeldBy: "shop", HeldAs: "new.example.com"}, {Name: "blog.example.com"}}
	})).Hostnames
	want := []v1alpha1.HostnameStatus{
		{Name: "blog.example.com", State: v1alpha1.HostnameHeld, ClaimedTime: &before},
		{Name: "new.example.com", State: v1alpha1.HostnameConflict, HeldBy: "shop", HeldAs: "new.example.com", ClaimedTime: &now},
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hostnames (-want +got):\n%s", diff)
	}

	// What was looked at is recorded of a refused spec, too: others go by it.
	refusedSpec := compute(t, claims, status.Observed{Err: refused{"InvalidSpec", "no"}, Hostnames: []status.Hostname{{Name: "new.example.com"}}}).Hostnames
	if want := []v1alpha1.HostnameStatus{{Name: "new.example.com", State: v1alpha1.HostnameHeld, ClaimedTime: &now}}; !cmp.Equal(want, refusedSpec) {
		t.Errorf("hostnames of a refused spec: %v, want %v", refusedSpec, want)
	}

	// What was not looked at is not forgotten.
	if diff := cmp.Diff(claims.Status.Hostnames, compute(t, claims, status.Observed{Err: refused{"InvalidSpec", "no"}}).Hostnames); diff != "" {
		t.Errorf("hostnames that were not looked at (-want +got):\n%s", diff)
	}
}

// Who is next hangs on it, also where two claim within one second.
func TestClaimsOfOneSecondAreToldApart(t *testing.T) {
	t.Parallel()

	claims := serving(func(o *status.Observed) { o.Hostnames = []status.Hostname{{Name: "blog.example.com"}} })
	first := status.Compute(tenant(), claims, today()).Hostnames[0].ClaimedTime
	second := status.Compute(tenant(), claims, metav1.NewTime(today().Add(time.Millisecond))).Hostnames[0].ClaimedTime

	if !first.Before(second) {
		t.Errorf("claimed at %v and %v", first, second)
	}
}
