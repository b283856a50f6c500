// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// adopts is whether an annotation takes what exists, under its own name or under
// another.
func (p Profile) adopts(adopt *Adopt, key string) bool {
	key, _ = p.means(key, "")

	return key != "" && slices.Contains([]string{adopt.Key, adopt.IPv4, adopt.IPv6}, key)
}

// wrong is what is wrong with what a tenant wants to adopt; empty if nothing is.
func (a *Adopt) wrong(value string) string {
	parts := []string{value}
	if slices.Contains([]AdoptForm{FormAddresses, FormFamilies, FormIPv4, FormIDs}, a.Form) {
		parts = strings.Split(value, ",")
	}

	one := a.addressWrong
	if a.Form == FormID || a.Form == FormIDs {
		one = idWrong
	}

	families := map[bool]string{}

	for _, part := range parts {
		part = strings.TrimSpace(part)

		if wrong := one(part); wrong != "" {
			return fmt.Sprintf("%s; the platform takes %s", wrong, a.What)
		}

		if a.Form != FormFamilies {
			continue
		}

		// The part was parsed above.
		is6 := strings.Contains(part, ":")
		if other := families[is6]; other != "" {
			return fmt.Sprintf("%s and %s are of one family; the platform takes %s", other, part, a.What)
		}

		families[is6] = part
	}

	return ""
}

func (a *Adopt) addressWrong(text string) string {
	address, err := netip.ParseAddr(text)

	switch {
	case err != nil:
		return fmt.Sprintf("%q is no IP address", text)
	case address.Is4In6():
		return fmt.Sprintf("%s is an IPv4 address that is written as an IPv6 one: write %s", text, address.Unmap())
	case address.IsUnspecified() || address.IsLoopback() || address.IsLinkLocalUnicast() || address.IsMulticast():
		return fmt.Sprintf("no load balancer has the address %s", text)
	case a.Form == FormIPv4 && address.Is6():
		return fmt.Sprintf("%s is no IPv4 address", text)
	default:
		return ""
	}
}

func idWrong(text string) string {
	_, err := netip.ParseAddr(text)

	switch {
	case err == nil:
		return text + " is an IP address and no id"
	case text == "" || strings.ContainsAny(text, ", /"):
		return fmt.Sprintf("%q is no id", text)
	default:
		return ""
	}
}
