// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package violation

import (
	"maps"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

// checkHosts asks whether the Ingress may have its hosts, or do without any.
func (s *subject) checkHosts() {
	own := s.own()
	hosts, unreadable := s.hosts()

	for _, host := range hosts {
		s.checkHost(own, host)
	}

	if own == nil {
		return
	}

	name := own.Claim.Tenant
	if len(unreadable) > 0 {
		s.say(name, "regular expressions in annotations that give it more hosts: "+strings.Join(unreadable, ", "))
	}

	if own.Claim.CatchAll {
		return
	}

	if s.Spec.DefaultBackend != nil {
		s.say(name, "a default backend, which spec.policy.catchAll does not permit")
	}

	for i := range s.Spec.Rules {
		if s.Spec.Rules[i].Host == "" {
			s.say(name, "a rule without a host, which spec.policy.catchAll does not permit")
		}
	}
}

// checkHost asks who holds a host. It concerns both: whose class has it, and who holds
// it.
func (s *subject) checkHost(own *admission.Entry, host hostname.Name) {
	mine := ""
	if own != nil {
		mine = own.Claim.Tenant
	}

	for _, holding := range s.holders.Conflicts(host, mine) {
		holder := s.byTenant[holding.Tenant]
		if holder == nil || s.serves(holder) {
			continue
		}

		s.say(holding.Tenant, "host "+host.String()+" is this tenant's, and the Ingress is not of its class and namespaces")

		if own != nil {
			s.say(mine, "host "+host.String()+" is held by IngressTenant "+holding.Tenant)
		}
	}

	if own == nil {
		return
	}

	switch {
	case admission.TooDeep(host.String()):
		s.say(mine, "host "+host.String()+" has more labels than can be checked")
	case own.Claim.LimitHostnames:
		if owner, held := s.holders.Owner(host); !held || owner != mine {
			s.say(mine, "host "+host.String()+" is not held by the tenant")
		}
	}
}

// hosts are the hosts of rules, certificates, and annotations that several
// implementations read; and those annotations of which it cannot be said.
func (s *subject) hosts() (hosts []hostname.Name, unreadable []string) {
	for _, host := range s.specHosts() {
		hosts = with(hosts, host)
	}

	for _, key := range slices.Sorted(maps.Keys(s.Annotations)) {
		readable := !strings.HasSuffix(key, admission.AliasRegexAnnotation)

		if strings.HasSuffix(key, admission.AliasAnnotation) {
			for alias := range strings.SplitSeq(s.Annotations[key], ",") {
				alias = strings.ToLower(strings.TrimSpace(alias))
				_, plain := asIs(alias)
				readable = readable && (alias == "" || plain)
				hosts = with(hosts, alias)
			}
		}

		if !readable {
			unreadable = append(unreadable, key)
		}
	}

	return hosts, unreadable
}

// specHosts are the hosts of rules and certificates.
func (s *subject) specHosts() []string {
	var hosts []string

	for i := range s.Spec.Rules {
		hosts = append(hosts, s.Spec.Rules[i].Host)
	}

	for i := range s.Spec.TLS {
		hosts = append(hosts, s.Spec.TLS[i].Hosts...)
	}

	return hosts
}

// asIs is the host that a text is, if it says which as it is.
func asIs(text string) (hostname.Name, bool) {
	name, err := hostname.Parse(text)

	return name, err == nil && name.String() == text
}

// with adds a host, if the text is one, once.
func with(hosts []hostname.Name, text string) []hostname.Name {
	name, plain := asIs(text)
	if !plain || slices.Contains(hosts, name) {
		return hosts
	}

	return append(hosts, name)
}
