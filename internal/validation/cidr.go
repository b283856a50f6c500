// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"net/netip"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// mapped is how many bits come before the IPv4 address in an IPv6 address that
// stands for it.
const mapped = 96

func (c *checker) ranges(path *field.Path, ranges []v1alpha1.CIDR) {
	for i, cidr := range ranges {
		c.cidr(path.Index(i), string(cidr))
	}
}

// cidr refuses a range that the API server, a controller or a load balancer may
// refuse, or read otherwise than it is meant.
func (c *checker) cidr(path *field.Path, text string) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		if prefix, err = netip.ParsePrefix(withoutZeros(text)); err != nil {
			c.refusef(path, "%q is no address range; write it in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32", text)

			return
		}

		c.refusef(path, "%s has leading zeros, which some programs read as octal numbers; write %s", text, usual(prefix).Masked())

		return
	}

	if plain := usual(prefix); plain != prefix {
		c.refusef(path, "%s is an IPv4 range that is written as an IPv6 one; write %s", text, plain.Masked())

		return
	}

	switch {
	case prefix.Addr().Is4In6():
		c.refusef(path, "%s mixes IPv4 and IPv6; write an IPv4 range, such as 10.0.0.0/8", text)
	case prefix != prefix.Masked():
		c.refusef(path, "%s has host bits set; write %s, or %s for that address alone",
			text, prefix.Masked(), netip.PrefixFrom(prefix.Addr(), prefix.Addr().BitLen()))
	}
}

// usual is an IPv4 range as such, where it is written as an IPv6 one.
func usual(prefix netip.Prefix) netip.Prefix {
	if !prefix.Addr().Is4In6() || prefix.Bits() < mapped {
		return prefix
	}

	return netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mapped)
}

// withoutZeros is a range without leading zeros in its decimal numbers.
func withoutZeros(text string) string {
	address, bits, _ := strings.Cut(text, "/")
	if !strings.Contains(address, ":") {
		address = trimZeros(address)
	} else if at := strings.LastIndex(address, ":"); strings.Contains(address[at:], ".") {
		address = address[:at+1] + trimZeros(address[at+1:])
	}

	return address + "/" + trimZeros(bits)
}

func trimZeros(numbers string) string {
	return regexp.MustCompile(`\b0+([0-9])`).ReplaceAllString(numbers, "$1")
}

// sourceRanges checks the annotation that is a former name of a field.
func (c *checker) sourceRanges(path *field.Path, value string) {
	path = path.Key(corev1.AnnotationLoadBalancerSourceRangesKey)

	if strings.TrimSpace(value) == "" {
		return
	}

	for cidr := range strings.SplitSeq(value, ",") {
		c.cidr(path, strings.TrimSpace(cidr))
	}
}
