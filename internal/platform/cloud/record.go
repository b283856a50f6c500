// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxAsked bounds what a record repeats of the spec, in bytes: annotations of an
// object may be no longer than 256 KiB together.
const maxAsked = 8192

// Record is what a Service says of its own load balancer: what it was given
// that cannot be read off it. The cloud adds annotations of its own, and so do
// people, and those must not be taken for the tenant's.
type Record struct {
	// Platform and Scope are what the load balancer was created for.
	Platform v1alpha1.LoadBalancerPlatform `json:"platform"`
	Scope    v1alpha1.LoadBalancerScope    `json:"scope"`
	// Class and IP are whether the operator set the class and the address.
	Class bool `json:"class,omitempty"`
	IP    bool `json:"ip,omitempty"`
	// Annotations are the keys that the operator set, sorted.
	Annotations []string `json:"annotations,omitempty"`
	// Held are the keys and fields that say what the load balancer already was
	// when they were first asked for, and may be taken back.
	Held []string `json:"held,omitempty"`
	// Fixed is a hash of all that cannot be changed later. While it is the same,
	// a difference is somebody else's doing and is put right.
	Fixed string `json:"fixed"`
	// Asked is the block of the spec that this was made of, without its source
	// ranges, to tell how to go back to it; nil if it is too long to repeat.
	Asked *v1alpha1.LoadBalancerExposure `json:"asked,omitempty"`
}

// RecordOf returns the record of settings that were made of a block of the spec.
func RecordOf(s Settings, asked *v1alpha1.LoadBalancerExposure) Record {
	record := Record{
		Platform:    s.Platform,
		Scope:       s.Scope,
		Class:       s.Class != "",
		IP:          s.LoadBalancerIP != "",
		Annotations: slices.Sorted(maps.Keys(s.Annotations)),
		Held:        s.Held,
		Fixed:       s.fixed(),
	}

	if asked == nil {
		return record
	}

	asked = asked.DeepCopy()
	asked.AllowedSourceRanges = nil

	if asked.Internal != nil {
		asked.Internal.AllowedSourceRanges = nil
	}

	if encoded, err := json.Marshal(asked); err == nil && len(encoded) <= maxAsked {
		record.Asked = asked
	}

	return record
}

// String is the record as an annotation holds it.
func (r Record) String() string {
	// A record is made of strings, of which each has a JSON form.
	encoded, err := json.Marshal(r)
	if err != nil {
		return ""
	}

	return string(encoded)
}

// ParseRecord reads a record. A text that is none, such as one that somebody
// changed, is no record.
func ParseRecord(text string) (Record, bool) {
	record := Record{}
	if text == "" || json.Unmarshal([]byte(text), &record) != nil || record.Scope == "" {
		return Record{}, false
	}

	return record, true
}

// fixed is a hash of what the platform does not let change.
func (s Settings) fixed() string {
	profile := ProfileOf(s.Platform)
	kept := map[string]string{}

	for key, value := range s.Annotations {
		if profile.fixed(key) {
			kept[key] = value
		}
	}

	label := v1alpha1.LoadBalancerScope("")
	if s.Label {
		label = s.Scope
	}

	// Strings and a map of them always have a JSON form.
	encoded, err := json.Marshal([]any{s.Platform, label, s.Class, s.LoadBalancerIP, kept})
	if err != nil {
		return ""
	}

	sum := sha256.Sum256(encoded)

	return hex.EncodeToString(sum[:8])
}
