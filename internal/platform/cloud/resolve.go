// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Request is one load balancer that a tenant asks for.
type Request struct {
	// Platform is whose it is; None if empty.
	Platform v1alpha1.LoadBalancerPlatform
	// Scope is External or Internal.
	Scope v1alpha1.LoadBalancerScope
	// Class is the load balancer class that the tenant names, if any.
	Class string
	// Annotations are the tenant's own.
	Annotations map[string]string
	// Inherited are the keys of those that are there for another load balancer.
	Inherited []string
	// Told is whether the tenant's class or annotations are about this load
	// balancer in particular.
	Told bool
	// SourceRanges is whether the tenant allows some clients only.
	SourceRanges bool
	// ProxyProtocol is whether the controller expects the PROXY protocol.
	ProxyProtocol bool
	// Certificate is the one at the load balancer, if any.
	Certificate *v1alpha1.LoadBalancerCertificate
	// Address is what exists already and is to be used, if anything.
	Address string
}

// Settings are what a Service says to its load balancer.
type Settings struct {
	// Platform and Scope are what they are for.
	Platform v1alpha1.LoadBalancerPlatform
	Scope    v1alpha1.LoadBalancerScope
	// Class is the load balancer class, empty for the cluster's default.
	Class string
	// Annotations are all those of the Service that are for the load balancer.
	Annotations map[string]string
	// LoadBalancerIP is the Service's field of that name.
	LoadBalancerIP string
	// Label is whether the Service is labelled with its scope.
	Label bool
	// Plain are the ports whose connections arrive without TLS, because the load
	// balancer ends it; sorted.
	Plain []int32
	// Held are the keys and fields that say what the load balancer already was
	// when they were first asked for; only Keep finds any.
	Held []string
}

// Resolve returns what a Service says to the platform's load balancer to get
// what is asked for. It refuses with a *RefusedError what the platform cannot
// do, or is not known to do.
func Resolve(r Request) (Settings, error) {
	profile := ProfileOf(cmp.Or(r.Platform, v1alpha1.PlatformNone))
	b := builder{
		Request: r,
		profile: profile,
		scheme:  profile.Scheme(r.Scope),
		settings: Settings{
			Platform: profile.Platform, Scope: r.Scope, Class: r.Class, Annotations: maps.Clone(r.Annotations),
		},
	}

	if b.settings.Annotations == nil {
		b.settings.Annotations = map[string]string{}
	}

	b.settings.Class = cmp.Or(r.Class, b.scheme.Class)
	b.settings.Label = b.scheme.Label

	for _, step := range []func() error{
		b.checkScope, b.checkClass, b.checkValues, b.checkSourceRanges,
		b.adopt, b.addScheme, b.addCertificate, b.checkRequired, b.addDefaults,
	} {
		if err := step(); err != nil {
			return Settings{}, err
		}
	}

	return b.settings, nil
}

// builder puts settings together. What the tenant sets is there from the start.
type builder struct {
	Request

	profile  Profile
	scheme   Scheme
	settings Settings
}

// checkScope refuses to take for internal what nobody told to be.
func (b *builder) checkScope() error {
	if b.profile.Platform != v1alpha1.PlatformNone || b.Scope != v1alpha1.ScopeInternal || b.Told {
		return nil
	}

	return refuse("scope", "without a platform the operator does not know how to ask for an internal load balancer, and would expose the tenant to the internet; "+
		"set platform, or the annotations or class that ask for it")
}

func (b *builder) checkClass() error {
	if known := b.profile.Classes; known != nil && !slices.Contains(known, b.Class) {
		return refuse("class", "%s: the operator knows the keys of platform %s for load balancer class %s only; name one of these, or set platform to None and the annotations yourself",
			b.Class, b.profile.Platform, strings.Join(slices.DeleteFunc(slices.Clone(known), func(s string) bool { return s == "" }), ", "))
	}

	other := b.profile.Internal
	if b.Scope == v1alpha1.ScopeInternal {
		other = b.profile.External
	}

	if b.Class != "" && slices.Contains(other.Classes, b.Class) {
		return refuse("class", "%s is for the other scope, but %s is asked for; omit class, or change scope", b.Class, b.Scope)
	}

	return nil
}

// checkValues refuses values that the platform does not take.
func (b *builder) checkValues() error {
	for _, key := range slices.Sorted(maps.Keys(b.Annotations)) {
		if adopt := b.scheme.Adopt; adopt != nil && b.profile.adopts(adopt, key) {
			if wrong := adopt.wrong(b.Annotations[key]); wrong != "" {
				return refuse("annotations", "%s: %s", key, wrong)
			}
		}

		at := b.profile.at(key)
		if at < 0 || b.profile.Keys[at].Values == nil {
			continue
		}

		if values := b.profile.Keys[at].Values; !slices.Contains(values, b.Annotations[key]) {
			return refuse("annotations", "%s is %q, and platform %s takes only %s there", key, b.Annotations[key], b.profile.Platform, strings.Join(values, ", "))
		}
	}

	return nil
}

// checkSourceRanges refuses an allow list that nobody would enforce.
func (b *builder) checkSourceRanges() error {
	if !b.SourceRanges || b.profile.SourceRanges {
		return nil
	}

	return refuse("allowedSourceRanges", "on platform %s every client would get through: %s", b.profile.Platform, b.profile.SourceRangesHint)
}

// adopt names what exists already.
func (b *builder) adopt() error {
	if b.Address == "" {
		return nil
	}

	adopt := b.scheme.Adopt
	if adopt == nil {
		return refuse("adopt.address", "platform %s documents no key for it with scope %s; the platforms that do are %s",
			b.profile.Platform, b.Scope, platforms(func(p Profile) bool { return p.Scheme(b.Scope).Adopt != nil }))
	}

	if wrong := adopt.wrong(b.Address); wrong != "" {
		return refuse("adopt.address", "%s", wrong)
	}

	for _, exclusive := range adopt.Excludes {
		if _, there := b.Annotations[exclusive]; there {
			return refuse("annotations", "%s creates what adopt.address says exists; remove one of the two", exclusive)
		}
	}

	if adopt.Field {
		b.settings.LoadBalancerIP = b.Address

		return nil
	}

	if err := b.own(adopt.key(b.Address), b.Address, "adopt.address"); err != nil {
		return err
	}

	for _, also := range adopt.Also {
		b.preset(also.Key, also.Value)
	}

	return nil
}

// key is the annotation that takes what exists; none where it is a field.
func (a *Adopt) key(address string) string {
	if a.IPv4 == "" {
		return a.Key
	}

	if parsed, err := netip.ParseAddr(address); err == nil && parsed.Is6() {
		return a.IPv6
	}

	return a.IPv4
}

// addScheme asks for the scope. A class may do that by itself, and then only
// what contradicts it is looked at.
func (b *builder) addScheme() error {
	byClass := b.Class != "" && slices.Contains(b.scheme.Classes, b.Class)

	for _, rule := range b.scheme.Rules {
		if err := b.follow(rule, describe(b.profile.Platform, b.Scope), !byClass); err != nil {
			return err
		}
	}

	return nil
}

// follow sees that an annotation says what a rule wants.
func (b *builder) follow(rule Rule, why string, set bool) error {
	if _, irrelevant := b.settings.Annotations[rule.Unless]; irrelevant && rule.Unless != "" {
		return nil
	}

	value, there := b.Annotations[rule.Key]

	switch {
	case there && !rule.permits(value):
		return contradiction(rule.Key, value, rule.wants(), why)
	case !there && set && rule.Field == "":
		b.preset(rule.Key, rule.Value)
	case !there && set:
		b.preset(rule.Key, rule.Set)
	}

	return nil
}

// permits is whether a value of the annotation says what the rule wants.
func (r Rule) permits(value string) bool {
	if r.Field != "" {
		object := map[string]any{}
		if json.Unmarshal([]byte(value), &object) != nil {
			return false
		}

		text, ok := object[r.Field].(string)

		return ok && text == r.Value
	}

	return r.Value != "" && value == r.Value || slices.Contains(r.Also, value)
}

// wants is what the rule wants, in words.
func (r Rule) wants() string {
	switch {
	case r.Field != "":
		return "a JSON object with " + r.Field + " " + r.Value
	case r.Value != "":
		return r.Value
	case len(r.Also) > 0:
		return strings.Join(r.Also, " or ")
	default:
		return "no such annotation"
	}
}

// addCertificate names the certificate at the load balancer.
func (b *builder) addCertificate() error {
	if b.Certificate == nil {
		return nil
	}

	certificate := b.profile.Certificate
	if certificate == nil {
		return refuse("certificate", "on platform %s there is none to name: %s; have the controller end TLS, or use one of %s",
			b.profile.Platform, b.profile.CertificateHint, platforms(func(p Profile) bool { return p.Certificate != nil }))
	}

	if certificate.Classes != nil && !slices.Contains(certificate.Classes, b.settings.Class) {
		return refuse("certificate", "the operator does not know its keys for load balancer class %s of platform %s; omit class, or set the annotations yourself",
			b.settings.Class, b.profile.Platform)
	}

	ports := slices.Sorted(slices.Values(b.Certificate.Ports))
	if err := b.own(certificate.ID, b.Certificate.ID, "certificate.id"); err != nil {
		return err
	}

	if err := b.own(certificate.Ports, list(ports, certificate.PortPrefix), "certificate.ports"); err != nil {
		return err
	}

	for _, rule := range certificate.Rules {
		if err := b.follow(rule, "a certificate", true); err != nil {
			return err
		}
	}

	b.settings.Plain = ports

	return nil
}

// checkRequired refuses what only the tenant can say and does not. Of what
// exists already nothing has to be said.
func (b *builder) checkRequired() error {
	if b.adopting() {
		return nil
	}

	for _, required := range b.scheme.Required {
		_, there := b.Annotations[required.Key]
		if required.Own && slices.Contains(b.Inherited, required.Key) {
			there = false
		}

		if there || required.Class != "" && required.Class != b.settings.Class {
			continue
		}

		return refuse("annotations", "%s needs %s: %s", describe(b.profile.Platform, b.Scope), required.Key, required.What)
	}

	return nil
}

func (b *builder) adopting() bool {
	if b.scheme.Adopt == nil {
		return false
	}

	_, named := b.Annotations[b.scheme.Adopt.Key]

	return b.Address != "" || named
}

// addDefaults sets what the tenant leaves open.
func (b *builder) addDefaults() error {
	for _, standard := range b.scheme.Defaults {
		if with := standard.With; with != nil && !slices.Contains(with.Values, b.Annotations[with.Key]) {
			continue
		}

		if b.adopting() && slices.Contains(b.scheme.Adopt.Drops, standard.Key) {
			continue
		}

		b.preset(standard.Key, standard.Value)
	}

	if proxy := b.profile.ProxyProtocol; proxy != nil && b.ProxyProtocol {
		b.preset(proxy.Key, proxy.Value)
	}

	return nil
}

// preset sets an annotation that is not there yet, if there is anything to set.
func (b *builder) preset(key, value string) {
	if _, there := b.settings.Annotations[key]; !there && value != "" {
		b.settings.Annotations[key] = value
	}
}

// own sets an annotation that the tenant asks for by a field, and must not ask
// for otherwise by itself.
func (b *builder) own(key, value, field string) error {
	if own, there := b.Annotations[key]; there && own != value {
		return contradiction(key, own, value, field)
	}

	b.settings.Annotations[key] = value

	return nil
}

// list writes ports with a prefix before each.
func list(ports []int32, prefix string) string {
	texts := make([]string, 0, len(ports))
	for _, port := range ports {
		texts = append(texts, prefix+strconv.Itoa(int(port)))
	}

	return strings.Join(texts, ",")
}
