// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"encoding/json"
	"reflect"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// LoadBalancerChange is what a tenant asks of a load balancer that is there and
// that the cloud cannot change. Until its Service is deleted, which is for
// people to do, the load balancer stays as it is.
type LoadBalancerChange struct {
	// Namespace and Name are its Service's.
	Namespace, Name string
	// Removed is whether the tenant no longer asks for it; then there are no
	// differences.
	Removed bool
	// Differences are what would change.
	Differences []cloud.Difference
	// Billing says what creating one costs at once, where that is known.
	Billing string
	// Revert is the merge patch of the tenant that takes the change back; empty
	// where the operator does not know what the spec was.
	Revert string
}

// LoadBalancerChanges returns the changes that wait, and refuses what the
// tenant's platform cannot do.
func LoadBalancerChanges(in Input) ([]LoadBalancerChange, error) {
	all, err := balancers(in)
	if err != nil {
		return nil, err
	}

	var changes []LoadBalancerChange

	for _, b := range all {
		if !b.keeps() {
			continue
		}

		change := LoadBalancerChange{
			Namespace:   tenant.Namespace(in.Tenant),
			Name:        b.name,
			Removed:     b.removed,
			Differences: b.differences,
		}

		if change.Revert, err = revert(in.Tenant, b); err != nil {
			return nil, err
		}

		if block := Exposure(in.Tenant).LoadBalancer; block != nil && !b.removed {
			change.Billing = cloud.ProfileOf(block.Platform).Billing
		}

		changes = append(changes, change)
	}

	return changes, nil
}

// revert is the merge patch that makes the tenant ask again for what the load
// balancer was created with. Source ranges can be changed, and stay.
func revert(t *v1alpha1.IngressTenant, b balancer) (string, error) {
	record, ok := recordOf(b.live)
	if !ok || record.Asked == nil {
		return "", nil
	}

	now := Exposure(t)
	before := v1alpha1.ExposureSpec{
		Type:                  v1alpha1.ExposureLoadBalancer,
		ExternalTrafficPolicy: now.ExternalTrafficPolicy,
		ClientAddress:         now.ClientAddress,
		LoadBalancer:          withRanges(record.Asked.DeepCopy(), now.LoadBalancer),
	}

	from, err := fieldsOf(t.Spec.Exposure)
	if err != nil {
		return "", err
	}

	to, err := fieldsOf(before)
	if err != nil {
		return "", err
	}

	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"exposure": mergePatch(from, to)}})

	return string(patch), err
}

// withRanges is the block as it was, with the source ranges that it has now.
func withRanges(was, now *v1alpha1.LoadBalancerExposure) *v1alpha1.LoadBalancerExposure {
	if now != nil {
		was.AllowedSourceRanges = now.AllowedSourceRanges

		if was.Internal != nil && now.Internal != nil {
			was.Internal.AllowedSourceRanges = now.Internal.AllowedSourceRanges
		}
	}

	if reflect.ValueOf(*was).IsZero() {
		return nil
	}

	return was
}

// fieldsOf are the fields that a value sets, as JSON has them.
func fieldsOf(value any) (map[string]any, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}

	set := map[string]any{}
	err = json.Unmarshal(encoded, &set)

	return set, err
}

// mergePatch is the JSON merge patch from one object to another.
func mergePatch(from, to map[string]any) map[string]any {
	patch := map[string]any{}

	for key := range from {
		if _, stays := to[key]; !stays {
			patch[key] = nil
		}
	}

	for key, value := range to {
		before, was := from[key].(map[string]any)
		after, is := value.(map[string]any)

		switch {
		case was && is:
			if inner := mergePatch(before, after); len(inner) > 0 {
				patch[key] = inner
			}
		case !reflect.DeepEqual(from[key], value):
			patch[key] = value
		}
	}

	return patch
}
