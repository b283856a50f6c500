// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// The fields of a Service that differences name beside annotations.
const (
	FieldClass = "spec.loadBalancerClass"
	FieldIP    = "spec.loadBalancerIP"
)

// Live is what a Service of type LoadBalancer that is there says to its load
// balancer.
type Live struct {
	Class          string
	Annotations    map[string]string
	LoadBalancerIP string
	// Label is the label that tells its scope, if it has one.
	Label string
	// Plain are the ports without TLS behind the load balancer, sorted.
	Plain []int32
	// Addresses are those that it was assigned.
	Addresses []string
	// Record is what it says of itself; nil where somebody removed or damaged it.
	Record *Record
}

// Difference is something that a cloud cannot change of a load balancer that is
// there.
type Difference struct {
	// Key is the annotation, the label or the field.
	Key string
	// Live and Asked are its values; empty if it is not set.
	Live, Asked string
}

// Keep returns what can be applied to a Service that is there without its load
// balancer being replaced, and what of the wanted settings that leaves out.
// What is left out keeps its live value.
func Keep(live Live, wanted Settings, labelKey string) (Settings, []Difference) {
	k := keeper{live: live}
	if live.Record != nil {
		k.record = *live.Record
	}

	wanted.Held = k.record.Held

	// The class cannot be taken away again, although the load balancer would be
	// the same without it.
	if wanted.Class == "" && k.held(FieldClass) {
		wanted.Class = live.Class
	}

	if live.Record != nil && live.Record.Fixed == wanted.fixed() {
		return wanted, nil
	}

	k.wanted, k.kept = wanted, wanted
	k.kept.Annotations = maps.Clone(wanted.Annotations)
	k.kept.Held = nil

	k.keepClass()
	k.keepIP()
	k.keepLabel(labelKey)
	k.keepAnnotations()

	return k.kept, k.differences
}

// Restore returns what is applied to a Service that lost its record, although
// nothing else was asked for since it was as wanted: what differs is somebody
// else's doing. A class that is there cannot be taken away, whoever set it.
func Restore(live Live, wanted Settings) Settings {
	if wanted.Class == "" && live.Class != "" {
		wanted.Class, wanted.Held = live.Class, []string{FieldClass}
	}

	return wanted
}

// KeepAll returns the settings of a Service that is there and no longer wanted,
// as they are. Of one that lost its record nobody knows what the operator set, and
// whatever it did not repeat would be taken away.
func KeepAll(live Live) Settings {
	kept := Settings{Platform: v1alpha1.PlatformNone, Scope: v1alpha1.ScopeInternal, Plain: live.Plain, Annotations: map[string]string{}}
	if live.Record == nil {
		kept.Class, kept.LoadBalancerIP = live.Class, live.LoadBalancerIP

		for key, value := range live.Annotations {
			if domain, _, _ := strings.Cut(key, "/"); domain != v1alpha1.GroupVersion.Group && domain != "kubectl.kubernetes.io" {
				kept.Annotations[key] = value
			}
		}

		if kept.Label = live.Label != ""; kept.Label {
			kept.Scope = v1alpha1.LoadBalancerScope(live.Label)
		}

		return kept
	}

	kept.Platform, kept.Scope = live.Record.Platform, live.Record.Scope
	kept.Label = live.Label != ""

	if live.Record.Class {
		kept.Class = live.Class
	}

	if live.Record.IP {
		kept.LoadBalancerIP = live.LoadBalancerIP
	}

	for _, key := range live.Record.Annotations {
		if value, there := live.Annotations[key]; there {
			kept.Annotations[key] = value
		}
	}

	return kept
}

// keeper finds the differences. What the operator did not set itself is not set
// by it to be kept either: it stays because nobody touches it.
type keeper struct {
	live        Live
	record      Record
	wanted      Settings
	kept        Settings
	differences []Difference
}

func (k *keeper) differ(key, live, asked string) {
	k.differences = append(k.differences, Difference{Key: key, Live: live, Asked: asked})
}

// held is whether the load balancer got the value of a key from the cloud or the
// cluster, before anybody asked for it. To no longer ask for it changes nothing.
func (k *keeper) held(key string) bool {
	return slices.Contains(k.record.Held, key)
}

// hold remembers that a value that is asked for was there before. Without a record
// nobody knows that: the operator itself may have set it, and then to take it back
// is a change of the load balancer.
func (k *keeper) hold(key string) {
	if k.live.Record != nil {
		k.kept.Held = append(k.kept.Held, key)
	}
}

// keepClass keeps the class, which Kubernetes does not let change. One that the
// cluster added by itself is no difference to none.
func (k *keeper) keepClass() {
	if k.wanted.Class == "" && !k.record.Class {
		return
	}

	if k.live.Class == k.wanted.Class {
		if k.held(FieldClass) || !k.record.Class {
			k.hold(FieldClass)
		}

		return
	}

	k.differ(FieldClass, k.live.Class, k.wanted.Class)
	k.kept.Class = ""

	if k.record.Class {
		k.kept.Class = k.live.Class
	}
}

func (k *keeper) keepIP() {
	asked := k.wanted.LoadBalancerIP

	switch {
	case k.has(asked):
		if k.held(FieldIP) || !k.record.IP {
			k.hold(FieldIP)
		}

		return
	case k.live.LoadBalancerIP == asked, asked == "" && (!k.record.IP || k.held(FieldIP) && k.has(k.live.LoadBalancerIP)):
		return
	}

	k.differ(FieldIP, k.live.LoadBalancerIP, k.wanted.LoadBalancerIP)
	k.kept.LoadBalancerIP = ""

	if k.record.IP {
		k.kept.LoadBalancerIP = k.live.LoadBalancerIP
	}
}

// keepLabel keeps the label by which a platform chooses the address.
func (k *keeper) keepLabel(key string) {
	asked := ""
	if k.wanted.Label {
		asked = string(k.wanted.Scope)
	}

	if k.live.Label == asked {
		return
	}

	k.differ(key, k.live.Label, asked)
	k.kept.Label = k.live.Label != ""

	if k.kept.Label {
		k.kept.Scope = v1alpha1.LoadBalancerScope(k.live.Label)
	}
}

func (k *keeper) keepAnnotations() {
	keys := slices.Concat(k.record.Annotations, slices.Collect(maps.Keys(k.wanted.Annotations)))

	slices.Sort(keys)

	for _, key := range slices.Compact(keys) {
		if !k.fixed(key) || k.keepsAddress(key) || k.means(key) {
			continue
		}

		live, there := k.live.Annotations[key]

		k.differ(key, live, k.wanted.Annotations[key])
		delete(k.kept.Annotations, key)

		if there && slices.Contains(k.record.Annotations, key) {
			k.kept.Annotations[key] = live
		}

		// A port that is to have its TLS ended by the load balancer has to stay
		// as it is with the annotations that say so.
		if slices.ContainsFunc(k.profiles(), func(p Profile) bool { return p.certifies(key) }) {
			k.kept.Plain = k.live.Plain
		}
	}
}

// profiles are the one that the load balancer was created for and the one that is
// asked for. Either may be the one that tells what the cloud does.
func (k *keeper) profiles() []Profile {
	return []Profile{ProfileOf(cmp.Or(k.record.Platform, v1alpha1.PlatformNone)), ProfileOf(k.wanted.Platform)}
}

func (k *keeper) fixed(key string) bool {
	return slices.ContainsFunc(k.profiles(), func(p Profile) bool { return p.fixed(key) })
}

// means is whether the load balancer already is what a key would say.
func (k *keeper) means(key string) bool {
	asked := k.annotated()

	return slices.ContainsFunc(k.profiles(), func(p Profile) bool { return p.same(key, k.live.Annotations, asked) })
}

// keepsAddress is whether a key asks for the addresses that are there, or no
// longer asks for those that were there before anybody did.
func (k *keeper) keepsAddress(key string) bool {
	live, there := k.live.Annotations[key]

	value, wanted := k.wanted.Annotations[key]
	if !wanted {
		return k.held(key) && k.has(live)
	}

	if !k.has(value) {
		return false
	}

	if k.held(key) || !there || !slices.Contains(k.record.Annotations, key) {
		k.hold(key)
	}

	return true
}

// annotated are the annotations of the Service if everything were as asked for:
// those of others stay.
func (k *keeper) annotated() map[string]string {
	all := maps.Clone(k.live.Annotations)
	if all == nil {
		all = map[string]string{}
	}

	for _, key := range k.record.Annotations {
		delete(all, key)
	}

	maps.Copy(all, k.wanted.Annotations)

	return all
}

// has is whether what is asked for are the addresses that are there already:
// to hold on to those changes nothing.
func (k *keeper) has(asked string) bool {
	if asked == "" {
		return false
	}

	for text := range strings.SplitSeq(asked, ",") {
		address, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil || !slices.ContainsFunc(k.live.Addresses, func(have string) bool {
			parsed, err := netip.ParseAddr(have)

			return err == nil && parsed == address
		}) {
			return false
		}
	}

	return true
}
