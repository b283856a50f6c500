// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
)

func quoted(text string) string { return fmt.Sprintf("%q", text) }

// Every platform of the API has a profile.
func TestProfiles(t *testing.T) {
	t.Parallel()

	want := []v1alpha1.LoadBalancerPlatform{
		v1alpha1.PlatformUCloud, v1alpha1.PlatformAWS, v1alpha1.PlatformGCP, v1alpha1.PlatformAzure,
		v1alpha1.PlatformAlibaba, v1alpha1.PlatformTencent, v1alpha1.PlatformHuawei, v1alpha1.PlatformOpenStack,
		v1alpha1.PlatformOracle, v1alpha1.PlatformDigitalOcean, v1alpha1.PlatformMetalLB, v1alpha1.PlatformCilium, v1alpha1.PlatformNone,
	}

	var got []v1alpha1.LoadBalancerPlatform
	for _, profile := range cloud.Profiles() {
		got = append(got, profile.Platform)
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
}

// A profile says where each of its keys is from, names legal keys, and sets
// only what it takes itself.
func TestProfilesAreSound(t *testing.T) {
	t.Parallel()

	for _, profile := range cloud.Profiles() {
		t.Run(string(profile.Platform), func(t *testing.T) {
			t.Parallel()

			if profile.Platform != v1alpha1.PlatformNone && len(profile.Sources) == 0 {
				t.Error("it has no source")
			}

			if profile.ClientAddress == "" {
				t.Error("it does not say whether the controller sees the client's address")
			}

			if profile.Certificate == nil && profile.CertificateHint == "" {
				t.Error("it has no certificate and does not say why")
			}

			if !profile.SourceRanges && profile.SourceRangesHint == "" {
				t.Error("it has no source ranges and does not say what instead")
			}

			known := map[string]cloud.Key{}
			for _, key := range profile.Keys {
				if _, twice := known[key.Name]; twice {
					t.Errorf("key %s is there twice", key.Name)
				}

				known[key.Name] = key

				if key.Default != "" && key.Values != nil && !slices.Contains(key.Values, key.Default) {
					t.Errorf("the default %s of key %s is none of its values", key.Default, key.Name)
				}
			}

			for key, values := range set(profile) {
				if problems := validation.IsQualifiedName(key); len(problems) > 0 {
					t.Errorf("key %s: %v", key, problems)
				}

				for _, value := range values {
					if takes := known[key].Values; takes != nil && !slices.Contains(takes, value) {
						t.Errorf("%s is set to %s, which it does not take", key, value)
					}
				}
			}

			// What asks for a scope or for something that exists cannot be changed
			// in place on any platform.
			for _, scheme := range []cloud.Scheme{profile.External, profile.Internal} {
				for _, rule := range scheme.Rules {
					checkFixed(t, profile, known, rule.Key)
				}

				if scheme.Adopt != nil && scheme.Adopt.Key != "" {
					checkFixed(t, profile, known, scheme.Adopt.Key)
				}
			}
		})
	}
}

func checkFixed(t *testing.T, profile cloud.Profile, known map[string]cloud.Key, key string) {
	t.Helper()

	if !known[key].Fixed && (profile.FixedPrefix == "" || !strings.HasPrefix(key, profile.FixedPrefix)) {
		t.Errorf("key %s is not fixed", key)
	}
}

// set are all annotations that a profile sets, and to what.
func set(profile cloud.Profile) map[string][]string {
	found := map[string][]string{}
	add := func(key, value string) {
		if key != "" && value != "" {
			found[key] = append(found[key], value)
		}
	}

	for _, scheme := range []cloud.Scheme{profile.External, profile.Internal} {
		for _, rule := range scheme.Rules {
			if rule.Field == "" {
				add(rule.Key, rule.Value)
			}
		}

		for _, standard := range scheme.Defaults {
			add(standard.Key, standard.Value)
		}
	}

	if profile.ProxyProtocol != nil {
		add(profile.ProxyProtocol.Key, profile.ProxyProtocol.Value)
	}

	if profile.Certificate != nil {
		for _, rule := range profile.Certificate.Rules {
			add(rule.Key, rule.Value)
		}
	}

	return found
}

// All of UCloud's keys are read once, but for the bandwidth.
func TestKeysOfUCloud(t *testing.T) {
	t.Parallel()

	changeable := map[string]bool{}

	for _, key := range cloud.ProfileOf(v1alpha1.PlatformUCloud).Keys {
		if !key.Fixed {
			changeable[key.Name] = true
		}
	}

	if diff := cmp.Diff([]string{ucloud + "eip-bandwidth"}, slices.Sorted(maps.Keys(changeable))); diff != "" {
		t.Errorf("keys that can be changed (-want +got):\n%s", diff)
	}
}
