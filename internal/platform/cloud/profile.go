// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Profile is what a platform's load balancers understand.
type Profile struct {
	// Platform is whose they are.
	Platform v1alpha1.LoadBalancerPlatform
	// Sources are where this was read. Every key has the first as its source
	// unless it says otherwise.
	Sources []string
	// External and Internal are how the platform is asked for either.
	External, Internal Scheme
	// Keys are annotations that the platform knows and something is to be said
	// about. Others are passed on as they are.
	Keys []Key
	// FixedPrefix begins the keys of which the platform reads none again, but
	// for those in Keys that are not Fixed. Empty if it has no such rule.
	FixedPrefix string
	// Classes are the load balancer classes for which the keys hold, where they
	// do not hold for every class. The empty one is the cluster's default.
	Classes []string
	// SourceRanges is whether the platform honours a Service's source ranges.
	// Where it does not, SourceRangesHint says what to use instead.
	SourceRanges     bool
	SourceRangesHint string
	// ProxyProtocol is the annotation that has the load balancer send the PROXY
	// protocol; nil where none is known.
	ProxyProtocol *Annotation
	// Certificate is how a certificate is named; nil where the platform has none
	// or the key takes something else, and CertificateHint says so.
	Certificate     *Certificate
	CertificateHint string
	// ClientAddress says whether the controller sees the client's address.
	ClientAddress string
	// Billing says what creating a load balancer costs at once; empty where
	// nothing is known.
	Billing string
}

// Scheme is how a platform is asked for one scope.
type Scheme struct {
	// Rules are what the annotations must say, set unless a tenant says so
	// itself.
	Rules []Rule
	// Defaults are set unless the tenant sets them otherwise.
	Defaults []Annotation
	// Class is the load balancer class unless the tenant names one; empty for
	// the cluster's default.
	Class string
	// Classes are the classes that ask for this scope by themselves, so that the
	// rules need not be set. No other scope may name them.
	Classes []string
	// Required are keys without which the platform has no such load balancer,
	// and that only the tenant knows the value of.
	Required []Required
	// Label is whether Services are told apart by label.
	Label bool
	// Adopt is how an address or a load balancer that exists is named; nil where
	// the platform does not document it.
	Adopt *Adopt
}

// Annotation is an annotation of a Service.
type Annotation struct {
	Key, Value string
	// With limits a default to Services that have one of these values at a key.
	With *With
	// Source is where it was read, if not where the profile was.
	Source string
}

// With is a condition on another annotation.
type With struct {
	Key    string
	Values []string
}

// Rule is what an annotation must say for a scope.
type Rule struct {
	Key string
	// Value is set where the tenant does not; nothing is set where it is empty.
	Value string
	// Field is the field of a JSON object that Value and Also are about; empty
	// for the annotation as a whole.
	Field string
	// Set is what is set instead of Value where Field is given.
	Set string
	// Also are further values that ask for the same.
	Also []string
	// Unless is a key with which the platform does not look at this one.
	Unless string
}

// Required is a key that only the tenant knows the value of.
type Required struct {
	Key, What string
	// Class limits it to a load balancer class; empty for all.
	Class string
	// Own is whether the internal load balancer of two needs one of its own: the
	// external one's would make it external.
	Own bool
}

// Key is an annotation that a platform knows.
type Key struct {
	Name string
	// Values are the values that it takes; any if nil.
	Values []string
	// Default is what its absence means; empty if nothing in particular.
	Default string
	// Fixed is whether a later change has no effect, or replaces the load
	// balancer and with it the address.
	Fixed bool
	// Means is the key that this is another name for; nil if it is none. Where
	// both are there, the platform reads the other one.
	Means *Alias
	// With limits it to Services with one of these values at another key; the
	// platform does not read it with others.
	With *With
	// Source is where it was read, if not where the profile was.
	Source string
}

// Alias is what a key with another name says in terms of the usual one.
type Alias struct {
	// Key is the usual name.
	Key string
	// Values are those that are written otherwise there, by the value here.
	Values map[string]string
}

// Certificate is how a platform is told of a certificate at its load balancer.
type Certificate struct {
	// ID and Ports are the keys. Each port is written with PortPrefix before it,
	// and they are separated by commas.
	ID, Ports, PortPrefix string
	// Rules are what else must be said.
	Rules []Rule
	// Classes are the load balancer classes for which this holds; all if nil.
	Classes []string
}

// Adopt is how a platform is told of an address or a load balancer that exists.
type Adopt struct {
	// What is what it takes, for messages and documentation.
	What string
	// Form is how that is written.
	Form AdoptForm
	// IPv4 and IPv6 are the keys for an address of each family where they
	// differ; otherwise Key is.
	Key, IPv4, IPv6 string
	// Field is whether it is the Service's spec.loadBalancerIP instead.
	Field bool
	// Also are annotations that go with it.
	Also []Annotation
	// Drops are defaults that it makes meaningless.
	Drops []string
	// Excludes are keys that must not be there with it.
	Excludes []string
	// Source is where it was read, if not where the profile was.
	Source string
}

// AdoptForm is how what exists is written.
type AdoptForm int

// The values of AdoptForm.
const (
	// FormAddress is one IP address.
	FormAddress AdoptForm = iota
	// FormAddresses are IP addresses.
	FormAddresses
	// FormFamilies are IP addresses, one of each family at most.
	FormFamilies
	// FormIPv4 are IPv4 addresses.
	FormIPv4
	// FormID is one id.
	FormID
	// FormIDs are ids.
	FormIDs
)

// Profiles returns the profiles of all platforms, in the API's order.
func Profiles() []Profile {
	return []Profile{
		ucloud(), aws(), gcp(), azure(), alibaba(), tencent(), huawei(), openstack(),
		oracle(), digitalocean(), metallb(), cilium(), none(),
	}
}

// ProfileOf returns the profile of a platform, that of None for an empty one.
func ProfileOf(platform v1alpha1.LoadBalancerPlatform) Profile {
	for _, profile := range Profiles() {
		if profile.Platform == platform {
			return profile
		}
	}

	return none()
}

// Scheme returns how the platform is asked for a scope.
func (p Profile) Scheme(scope v1alpha1.LoadBalancerScope) Scheme {
	if scope == v1alpha1.ScopeInternal {
		return p.Internal
	}

	return p.External
}

// fixed is whether the platform does not act on a change of a key.
func (p Profile) fixed(key string) bool {
	if at := p.at(key); at >= 0 {
		return p.Keys[at].Fixed
	}

	return p.FixedPrefix != "" && strings.HasPrefix(key, p.FixedPrefix)
}

// same is whether two sets of annotations say the same of what a key is about.
func (p Profile) same(key string, one, other map[string]string) bool {
	subject, _ := p.means(key, "")
	oneSays, oneThere := p.says(subject, one)
	otherSays, otherThere := p.says(subject, other)

	return oneThere == otherThere && oneSays == otherSays
}

// says is what annotations say of a key, by itself or by one that means it, and
// false where that is what they say without it.
func (p Profile) says(subject string, annotations map[string]string) (string, bool) {
	value, there := annotations[subject]

	for _, key := range p.Keys {
		if former, said := annotations[key.Name]; said && !there && key.Means != nil && key.Means.Key == subject {
			_, value = p.means(key.Name, former)
			there = true
		}
	}

	if !there || p.ignored(subject, annotations) {
		return "", false
	}

	if at := p.at(subject); at >= 0 && value == p.Keys[at].Default {
		return "", false
	}

	return compact(value), true
}

// means is the key and the value that say the same as an annotation does, where
// it is another name for them.
func (p Profile) means(key, value string) (string, string) {
	at := p.at(key)
	if at < 0 || p.Keys[at].Means == nil {
		return key, value
	}

	alias := p.Keys[at].Means

	return alias.Key, cmp.Or(alias.Values[value], value)
}

// ignored is whether the platform does not look at a key beside the others.
func (p Profile) ignored(key string, annotations map[string]string) bool {
	for _, rule := range slices.Concat(p.External.Rules, p.Internal.Rules) {
		if _, there := annotations[rule.Unless]; there && rule.Unless != "" && rule.Key == key {
			return true
		}
	}

	at := p.at(key)
	if at < 0 || p.Keys[at].With == nil {
		return false
	}

	with := p.Keys[at].With
	value := annotations[with.Key]

	if of := p.at(with.Key); value == "" && of >= 0 {
		value = p.Keys[of].Default
	}

	return !slices.Contains(with.Values, value)
}

// compact is a JSON object in its shortest form, its fields sorted, and any other
// text as it is.
func compact(text string) string {
	object := map[string]any{}
	if json.Unmarshal([]byte(text), &object) != nil || object == nil {
		return text
	}

	encoded, err := json.Marshal(object)
	if err != nil {
		return text
	}

	return string(encoded)
}

// certifies is whether a key tells the load balancer to end TLS.
func (p Profile) certifies(key string) bool {
	return p.Certificate != nil && (key == p.Certificate.ID || key == p.Certificate.Ports)
}

func (p Profile) at(key string) int {
	return slices.IndexFunc(p.Keys, func(k Key) bool { return k.Name == key })
}

// fixed are keys that take any value and cannot be changed.
func fixed(names ...string) []Key {
	keys := make([]Key, 0, len(names))
	for _, name := range names {
		keys = append(keys, Key{Name: name, Fixed: true})
	}

	return keys
}

// none sets nothing of its own.
func none() Profile {
	return Profile{
		Platform:        v1alpha1.PlatformNone,
		SourceRanges:    true,
		CertificateHint: "without a platform the operator does not know its keys; set them in annotations",
		ClientAddress:   "not known",
	}
}
