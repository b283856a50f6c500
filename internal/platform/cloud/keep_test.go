// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
)

const scopeLabel = "example.com/scope"

// created is the Service that is created with settings.
func created(s cloud.Settings) cloud.Live {
	return applied(cloud.Live{}, s)
}

// applied is the Service after settings were applied to it: what the operator
// set before and no longer does is gone, and the rest is left alone.
func applied(live cloud.Live, s cloud.Settings) cloud.Live {
	after := cloud.Live{
		Class: live.Class, Annotations: maps.Clone(live.Annotations), LoadBalancerIP: live.LoadBalancerIP,
		Addresses: live.Addresses, Plain: s.Plain,
	}

	if after.Annotations == nil {
		after.Annotations = map[string]string{}
	}

	if live.Record != nil {
		for _, key := range live.Record.Annotations {
			delete(after.Annotations, key)
		}

		if live.Record.IP {
			after.LoadBalancerIP = ""
		}
	}

	maps.Copy(after.Annotations, s.Annotations)

	if s.Class != "" {
		after.Class = s.Class
	}

	if s.LoadBalancerIP != "" {
		after.LoadBalancerIP = s.LoadBalancerIP
	}

	if s.Label {
		after.Label = string(s.Scope)
	}

	record := cloud.RecordOf(s, nil)
	after.Record = &record

	return after
}

// settings are any that a platform, with or without its profile being named,
// is asked for with its own keys.
func settings() *rapid.Generator[cloud.Settings] {
	return rapid.Custom(func(t *rapid.T) cloud.Settings {
		profile := rapid.SampledFrom(cloud.Profiles()).Draw(t, "profile")

		return settingsFor(t, profile)
	})
}

func settingsFor(t *rapid.T, profile cloud.Profile) cloud.Settings {
	s := cloud.Settings{
		Platform:    rapid.SampledFrom([]v1alpha1.LoadBalancerPlatform{profile.Platform, v1alpha1.PlatformNone}).Draw(t, "platform"),
		Scope:       rapid.SampledFrom([]v1alpha1.LoadBalancerScope{v1alpha1.ScopeExternal, v1alpha1.ScopeInternal}).Draw(t, "scope"),
		Annotations: map[string]string{},
	}

	s.Class = rapid.SampledFrom(append([]string{"", profile.Scheme(s.Scope).Class}, profile.Classes...)).Draw(t, "class")
	s.Label = s.Platform == profile.Platform && profile.Scheme(s.Scope).Label

	for _, key := range profile.Keys {
		if !rapid.Bool().Draw(t, key.Name) {
			continue
		}

		values := key.Values
		if values == nil {
			values = []string{"a", "192.0.2.1"}
			if strings.HasSuffix(key.Name, "autocreate") {
				values = []string{"a", `{"type":"inner","a":1}`, `{ "a": 1, "type": "inner" }`}
			}
		}

		s.Annotations[key.Name] = rapid.SampledFrom(values).Draw(t, key.Name+" value")
	}

	return s
}

// pair are two settings of one platform.
func pair(t *rapid.T) (cloud.Settings, cloud.Settings) {
	profile := rapid.SampledFrom(cloud.Profiles()).Draw(t, "profile")

	return settingsFor(t, profile), settingsFor(t, profile)
}

// The way back is as the way there: what differs one way differs the other way.
func TestDifferencesAreSymmetric(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		a, b := pair(t)

		_, there := cloud.Keep(created(a), b, scopeLabel)
		_, back := cloud.Keep(created(b), a, scopeLabel)

		for i := range back {
			back[i].Live, back[i].Asked = back[i].Asked, back[i].Live
		}

		if diff := cmp.Diff(there, back); diff != "" {
			t.Errorf("from %+v to %+v (-there +back):\n%s", a, b, diff)
		}
	})
}

// What could be changed in place can be changed back in place, also where the
// load balancer has addresses and a class that nobody asked for.
func TestWhatIsAppliedInPlaceIsTakenBackInPlace(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		a, b := pair(t)
		live := created(a)

		// One that asked for something else would not have got this address.
		if !slices.Contains(slices.Collect(maps.Values(a.Annotations)), "a") {
			live.Addresses = rapid.SampledFrom([][]string{nil, {"192.0.2.1"}}).Draw(t, "addresses")
		}

		if a.Class == "" {
			live.Class = rapid.SampledFrom([]string{"", b.Class}).Draw(t, "class of the cluster")
		}

		kept, differences := cloud.Keep(live, b, scopeLabel)
		if len(differences) > 0 {
			return
		}

		live = applied(live, kept)

		// A restart of the operator in between asks for the same once more.
		kept, differences = cloud.Keep(live, b, scopeLabel)
		if len(differences) > 0 {
			t.Fatalf("%+v is applied and differs: %+v", b, differences)
		}

		live = applied(live, kept)

		if kept, differences = cloud.Keep(live, a, scopeLabel); len(differences) > 0 {
			t.Fatalf("from %+v to %+v in place, and back: %+v", a, b, differences)
		}

		if live.Class != "" && kept.Class != "" && kept.Class != live.Class {
			t.Errorf("class %s becomes %s", live.Class, kept.Class)
		}
	})
}

// A value that means the same as its absence is none, whether the platform is
// named before, after or both times.
func TestDefaultsAreNoDifference(t *testing.T) {
	t.Parallel()

	for _, profile := range cloud.Profiles() {
		for _, key := range profile.Keys {
			if !key.Fixed || key.Default == "" {
				continue
			}

			for _, platforms := range [][2]v1alpha1.LoadBalancerPlatform{
				{profile.Platform, profile.Platform}, {v1alpha1.PlatformNone, profile.Platform}, {profile.Platform, v1alpha1.PlatformNone},
			} {
				absent := cloud.Settings{Platform: platforms[0], Scope: v1alpha1.ScopeExternal, Annotations: map[string]string{}}
				said := cloud.Settings{Platform: platforms[1], Scope: v1alpha1.ScopeExternal, Annotations: map[string]string{key.Name: key.Default}}

				for _, way := range [][2]cloud.Settings{{absent, said}, {said, absent}} {
					kept, differences := cloud.Keep(created(way[0]), way[1], scopeLabel)
					if len(differences) > 0 {
						t.Errorf("from %+v to %+v: %+v", way[0], way[1], differences)
					}

					if diff := cmp.Diff(way[1].Annotations, kept.Annotations); diff != "" {
						t.Errorf("annotations (-asked +kept):\n%s", diff)
					}
				}
			}
		}
	}
}

// Settings that mean the same in other words are no difference.
func TestOtherWordsAreNoDifference(t *testing.T) {
	t.Parallel()

	const (
		gcp = "networking.gke.io/load-balancer-type"
		old = "cloud.google.com/load-balancer-type"
	)

	for name, c := range map[string]struct {
		platform v1alpha1.LoadBalancerPlatform
		one, two notes
		differ   []string
	}{
		"AWS, the deprecated key for internal":       {"AWS", notes{aws + "internal": "true"}, notes{aws + "scheme": "internal"}, nil},
		"AWS, the deprecated key for external":       {"AWS", notes{aws + "internal": "false"}, notes{aws + "scheme": "internet-facing"}, nil},
		"AWS, the deprecated key beside the new one": {"AWS", notes{aws + "scheme": "internal"}, notes{aws + "scheme": "internal", aws + "internal": "true"}, nil},
		"AWS, the deprecated key and another scope": {
			"AWS", notes{aws + "internal": "true"}, notes{aws + "scheme": "internet-facing"}, []string{aws + "internal", aws + "scheme"},
		},
		"GCP, the deprecated key":            {"GCP", notes{old: "internal"}, notes{gcp: "Internal"}, nil},
		"GCP, the deprecated key and none":   {"GCP", notes{old: "Internal"}, notes{}, []string{old}},
		"GCP, the deprecated key, both ways": {"GCP", notes{old: "Internal"}, notes{old: "internal", gcp: "Internal"}, nil},
		"Alibaba, the former key": {
			"Alibaba", notes{"service.beta.kubernetes.io/alicloud-loadbalancer-address-type": "intranet"}, notes{ali + "address-type": "intranet"}, nil,
		},
		"Alibaba, the former key of the default": {
			"Alibaba", notes{"service.beta.kubernetes.io/alicloud-loadbalancer-address-type": "internet"}, notes{}, nil,
		},
		"MetalLB, the deprecated pool": {"MetalLB", notes{"metallb.universe.tf/address-pool": "a"}, notes{pool: "a"}, nil},
		"MetalLB, another pool": {
			"MetalLB", notes{"metallb.universe.tf/address-pool": "a"}, notes{pool: "b"}, []string{pool, "metallb.universe.tf/address-pool"},
		},
		"Huawei, JSON with other spaces": {
			"Huawei", notes{create: `{"type":"inner","a":[1]}`}, notes{create: "{ \"a\": [ 1 ],\n\"type\": \"inner\" }"}, nil,
		},
		"Huawei, what is not read beside an id": {
			"Huawei", notes{"kubernetes.io/elb.id": "a"}, notes{"kubernetes.io/elb.id": "a", create: `{"type":"inner"}`}, nil,
		},
		"Oracle, the key of the other kind": {
			"Oracle",
			notes{"service.beta.kubernetes.io/oci-load-balancer-internal": "true"},
			notes{"service.beta.kubernetes.io/oci-load-balancer-internal": "true", "oci-network-load-balancer.oraclecloud.com/internal": "true"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, platforms := range [][2]v1alpha1.LoadBalancerPlatform{{c.platform, c.platform}, {"None", c.platform}, {c.platform, "None"}} {
				for _, way := range [][2]notes{{c.one, c.two}, {c.two, c.one}} {
					live := created(cloud.Settings{Platform: platforms[0], Scope: v1alpha1.ScopeExternal, Annotations: way[0]})
					_, differences := cloud.Keep(live, cloud.Settings{Platform: platforms[1], Scope: v1alpha1.ScopeExternal, Annotations: way[1]}, scopeLabel)

					var keys []string
					for _, difference := range differences {
						keys = append(keys, difference.Key)
					}

					if !slices.Equal(keys, c.differ) {
						t.Errorf("platform %s to %s, %v to %v: %+v, want %v", platforms[0], platforms[1], way[0], way[1], differences, c.differ)
					}
				}
			}
		})
	}
}

// A Service whose record somebody removed gets the record that it had: what it says
// otherwise still tells what it was created with.
func TestALostRecordIsWrittenAgain(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		s := settings().Draw(t, "settings")
		live := created(s)
		live.Record = nil
		live.Addresses = rapid.SampledFrom([][]string{nil, {"192.0.2.1"}}).Draw(t, "addresses")

		kept, differences := cloud.Keep(live, s, scopeLabel)
		if len(differences) > 0 {
			t.Fatalf("%+v differs from itself without its record: %+v", s, differences)
		}

		if diff := cmp.Diff(cloud.RecordOf(s, nil), cloud.RecordOf(kept, nil)); diff != "" {
			t.Errorf("record (-before +after):\n%s", diff)
		}
	})
}

// A load balancer that nobody wants any more and that lost its record keeps all that
// it has: what the operator no longer repeats, it would take away.
func TestARemovedLoadBalancerKeepsWhatItHasWithoutItsRecord(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		s := settings().Draw(t, "settings")
		live := created(s)
		before := live
		live.Record = nil
		live.Annotations = maps.Clone(live.Annotations)
		live.Annotations["ingresstenant.io/desired-hash"] = "a"

		kept := cloud.KeepAll(live)

		if diff := cmp.Diff(before.Annotations, kept.Annotations); diff != "" {
			t.Errorf("annotations (-before +kept):\n%s", diff)
		}

		if kept.Class != before.Class || kept.LoadBalancerIP != before.LoadBalancerIP || kept.Label != (before.Label != "") {
			t.Errorf("kept %+v of %+v", kept, before)
		}
	})
}

// Keeping is deterministic and keeps to what was asked where nothing differs.
func TestNothingDiffersFromItself(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		s := settings().Draw(t, "settings")

		kept, differences := cloud.Keep(created(s), s, scopeLabel)
		if len(differences) > 0 {
			t.Errorf("%+v differs from itself: %+v", s, differences)
		}

		if diff := cmp.Diff(s, kept); diff != "" {
			t.Errorf("settings (-asked +kept):\n%s", diff)
		}
	})
}
