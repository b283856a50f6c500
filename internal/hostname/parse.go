// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	// maxName and maxLabel are how long names and their labels may be in ASCII.
	//
	// Source: RFC 1035, section 2.3.4; Kubernetes counts the "*." of a wildcard.
	maxName, maxLabel = 253, 63
	// maxText is how many bytes of UTF-8 a name of maxName has at most. Conversion
	// is not even tried with more.
	maxText = utf8.UTFMax * maxName
	// maxQuoted is how many bytes of a refused text its error repeats.
	maxQuoted = 80
)

// Parse reads a hostname such as blog.example.com, or a wildcard such as
// *.example.com. Names in Unicode become punycode and upper case becomes lower, so
// that all ways to write a name give the same one.
//
// The error says what is wrong with the text and what to write instead.
func Parse(text string) (Name, error) {
	domain, below := strings.CutPrefix(text, wildcard)

	for _, wrong := range []func(string) string{length, foreign, stars, characters} {
		if problem := wrong(text); problem != "" {
			return Name{}, refuse(text, problem)
		}
	}

	ascii, err := toASCII(domain)
	if err != nil {
		return Name{}, fmt.Errorf("hostname %s is not valid in IDNA: %w; write it in Unicode, as people read it, and without symbols", quote(text), err)
	}

	name := Name{text: ascii}
	if below {
		name.text = wildcard + ascii
	}

	// Conversion can bring about all that it does not itself refuse: full stops,
	// digits and nothing at all have many forms.
	for _, wrong := range []func(string) string{shape, labels, number} {
		if problem := wrong(ascii); problem != "" {
			return Name{}, refuse(text, problem)
		}
	}

	if len(name.text) > maxName {
		return Name{}, refuse(text, fmt.Sprintf("has %d characters in ASCII: the most are %d", len(name.text), maxName))
	}

	return name, nil
}

// toASCII converts a domain as clients do before they look it up.
//
// Source: UTS #46, with the options of the URL standard's "domain to ASCII", strict.
func toASCII(domain string) (string, error) {
	profile := idna.New(
		idna.MapForLookup(),
		idna.BidiRule(),
		idna.Transitional(false),
		// Two hyphens in third place are no punycode: many names have them.
		idna.CheckHyphens(false),
	)

	ascii, err := profile.ToASCII(domain)
	if err != nil {
		return "", err
	}

	// What is ASCII already stays as it is, or it was not what anyone looks up.
	if isASCII(domain) && !strings.EqualFold(domain, ascii) {
		return "", errNotCanonical
	}

	return ascii, nil
}

// errNotCanonical is the answer to punycode that no conversion results in.
var errNotCanonical = errors.New("its punycode is not canonical")

// length finds texts of no or of hopeless length.
func length(text string) string {
	switch {
	case text == "":
		return "is empty: write one such as blog.example.com or *.example.com"
	case len(text) > maxText:
		return fmt.Sprintf("is too long: the most are %d characters in ASCII", maxName)
	default:
		return ""
	}
}

// foreign finds what goes with hostnames elsewhere, and addresses.
func foreign(text string) string {
	_, err := netip.ParseAddr(text)

	switch {
	case err == nil, strings.HasPrefix(text, "["):
		return "is an IP address: write a name that resolves to it"
	case strings.Contains(text, "://"):
		return "has a scheme: write the hostname alone, without what is before and after it"
	case strings.ContainsAny(text, `/\?#`):
		return "has a path: write the hostname alone"
	case strings.Contains(text, "@"):
		return "has a user: write the hostname alone"
	case strings.Contains(text, ":"):
		return "has a port: write the hostname alone"
	default:
		return ""
	}
}

// stars finds wildcards that are not one whole label before a domain.
func stars(text string) string {
	switch {
	case text == "*" || text == wildcard:
		return "is every hostname: write a domain after it, as in *.example.com"
	case strings.Contains(strings.TrimPrefix(text, wildcard), "*"):
		return "has * elsewhere than as its whole first label: write *.example.com for all hostnames below example.com"
	default:
		return ""
	}
}

// characters finds ASCII that hostnames do not have. What else is wrong IDNA says.
func characters(text string) string {
	for _, r := range text {
		switch {
		case r == utf8.RuneError:
			return "is not valid UTF-8: write letters, digits, hyphens and dots"
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return "has a space or a control character: leave it out"
		case r == '_':
			return "has an underscore: hostnames of an Ingress have hyphens instead"
		case r < utf8.RuneSelf && !isAlphanumeric(r) && !strings.ContainsRune("-.*", r):
			return fmt.Sprintf("has %q: write letters, digits, hyphens and dots", r)
		}
	}

	return ""
}

// shape finds dots where none belongs.
func shape(domain string) string {
	switch {
	case strings.HasSuffix(domain, "."):
		return "ends in a dot: leave it out"
	case domain == "" || strings.HasPrefix(domain, ".") || strings.Contains(domain, ".."):
		return "has an empty label: write something before and after each dot"
	default:
		return ""
	}
}

// labels finds labels that are too long or not of letters, digits and hyphens.
func labels(domain string) string {
	for label := range strings.SplitSeq(domain, ".") {
		switch {
		case len(label) > maxLabel:
			return fmt.Sprintf("has a label of %d characters in ASCII: the most are %d", len(label), maxLabel)
		case strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-"):
			return fmt.Sprintf("has the label %q: one begins and ends in a letter or digit", label)
		case strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !isAlphanumeric(r) }):
			return fmt.Sprintf("has the label %q: write letters, digits and hyphens", label)
		}
	}

	return ""
}

// number finds names that clients take for an IPv4 address, well-formed or not.
//
// Source: the URL standard, "ends in a number".
func number(domain string) string {
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	digits, isHex := strings.CutPrefix(last, "0x")

	if strings.Trim(last, "0123456789") == "" || isHex && strings.Trim(digits, "0123456789abcdef") == "" {
		return fmt.Sprintf("ends in the number %s, as IP addresses do: write a name", last)
	}

	return ""
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// isAlphanumeric is whether a rune is an ASCII letter or digit.
func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func refuse(text, problem string) error {
	if text == "" {
		return fmt.Errorf("hostname %s", problem)
	}

	return fmt.Errorf("hostname %s %s", quote(text), problem)
}

// quote repeats a text, or its beginning.
func quote(text string) string {
	if len(text) <= maxQuoted {
		return strconv.Quote(text)
	}

	return strconv.Quote(strings.ToValidUTF8(text[:maxQuoted], "")) + "..."
}
