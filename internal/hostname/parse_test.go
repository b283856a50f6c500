// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname_test

import (
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

func parse(tb testing.TB, text string) hostname.Name {
	tb.Helper()

	name, err := hostname.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}

	return name
}

// repeat is a domain of n characters, in labels of 49.
func repeat(n int) string {
	text := strings.Repeat(strings.Repeat("a", 49)+".", 6)[:n-1]

	return text + "b"
}

func TestParse(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ text, want string }{
		"a hostname":                   {"blog.example.com", "blog.example.com"},
		"a wildcard":                   {"*.example.com", "*.example.com"},
		"upper case":                   {"Blog.EXAMPLE.com", "blog.example.com"},
		"one label":                    {"localhost", "localhost"},
		"a wildcard of one label":      {"*.com", "*.com"},
		"digits":                       {"0.1a.3.example1", "0.1a.3.example1"},
		"a last label with digits":     {"example.1a", "example.1a"},
		"hyphens":                      {"r3---sn-apo3.ab--cd.example.com", "r3---sn-apo3.ab--cd.example.com"},
		"Unicode":                      {"Bücher.example", "xn--bcher-kva.example"},
		"Unicode in upper case":        {"BÜCHER.EXAMPLE", "xn--bcher-kva.example"},
		"Unicode that is decomposed":   {"Bu\u0308cher.example", "xn--bcher-kva.example"},
		"punycode":                     {"xn--bcher-kva.example", "xn--bcher-kva.example"},
		"punycode in upper case":       {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
		"a wildcard in Unicode":        {"*.bücher.example", "*.xn--bcher-kva.example"},
		"sharp s is kept":              {"straße.example", "xn--strae-oqa.example"},
		"full width":                   {"ｂｌｏｇ．example", "blog.example"},
		"an ideographic full stop":     {"例え。jp", "xn--r8jz45g.jp"},
		"a soft hyphen":                {"bl\u00adog.example", "blog.example"},
		"right to left":                {"אבג.example", "xn--4dbcd.example"},
		"a label of 63":                {strings.Repeat("a", 63) + ".example", strings.Repeat("a", 63) + ".example"},
		"253 characters":               {repeat(253), repeat(253)},
		"a wildcard of 253 characters": {"*." + repeat(251), "*." + repeat(251)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := parse(t, test.text).String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()

	const (
		address  = " is an IP address: write a name that resolves to it"
		star     = " has * elsewhere than as its whole first label: write *.example.com for all hostnames below example.com"
		emptyTag = " has an empty label: write something before and after each dot"
		idna     = "; write it in Unicode, as people read it, and without symbols"
	)

	for name, test := range map[string]struct{ text, want string }{
		"nothing":                    {"", `hostname is empty: write one such as blog.example.com or *.example.com`},
		"a trailing dot":             {"example.com.", `hostname "example.com." ends in a dot: leave it out`},
		"another trailing dot":       {"example.com。", `hostname "example.com。" ends in a dot: leave it out`},
		"a dot alone":                {".", `hostname "." ends in a dot: leave it out`},
		"a leading dot":              {".example.com", `hostname ".example.com"` + emptyTag},
		"an empty label":             {"a..example.com", `hostname "a..example.com"` + emptyTag},
		"an empty label below":       {"*..example.com", `hostname "*..example.com"` + emptyTag},
		"a label of nothing visible": {"\u00ad.example.com", `hostname "\u00ad.example.com"` + emptyTag},
		"a label of 64":              {strings.Repeat("a", 64) + ".example", `hostname "` + strings.Repeat("a", 64) + `.example" has a label of 64 characters in ASCII: the most are 63`},
		"a label of 64 as punycode":  {strings.Repeat("ü", 58) + ".example", `hostname "` + strings.Repeat("ü", 40) + `"... has a label of 64 characters in ASCII: the most are 63`},
		"254 characters":             {repeat(254), `hostname "` + repeat(254)[:80] + `"... has 254 characters in ASCII: the most are 253`},
		"a wildcard of 254":          {"*." + repeat(252), `hostname "*.` + repeat(252)[:78] + `"... has 254 characters in ASCII: the most are 253`},
		"a book":                     {strings.Repeat("a", 1013), `hostname "` + strings.Repeat("a", 80) + `"... is too long: the most are 253 characters in ASCII`},
		"an IPv4 address":            {"192.0.2.1", `hostname "192.0.2.1"` + address},
		"an IPv6 address":            {"2001:db8::1", `hostname "2001:db8::1"` + address},
		"an IPv6 address in a URL":   {"[2001:db8::1]:80", `hostname "[2001:db8::1]:80"` + address},
		"an IPv6 address of a link":  {"fe80::1%eth0", `hostname "fe80::1%eth0"` + address},
		"an octal IPv4 address":      {"0300.0.02.01", `hostname "0300.0.02.01" ends in the number 01, as IP addresses do: write a name`},
		"a hexadecimal IPv4 address": {"0XC0000201", `hostname "0XC0000201" ends in the number 0xc0000201, as IP addresses do: write a name`},
		"no hexadecimal digit":       {"a.0x", `hostname "a.0x" ends in the number 0x, as IP addresses do: write a name`},
		"an IPv4 address full width": {"１９２.0.2.１", `hostname "１９２.0.2.１" ends in the number 1, as IP addresses do: write a name`},
		"a wildcard of addresses":    {"*.2.1", `hostname "*.2.1" ends in the number 1, as IP addresses do: write a name`},
		"a number":                   {"80", `hostname "80" ends in the number 80, as IP addresses do: write a name`},
		"a scheme":                   {"https://example.com", `hostname "https://example.com" has a scheme: write the hostname alone, without what is before and after it`},
		"a port":                     {"example.com:80", `hostname "example.com:80" has a port: write the hostname alone`},
		"a path":                     {"example.com/blog", `hostname "example.com/blog" has a path: write the hostname alone`},
		"a query":                    {"example.com?q", `hostname "example.com?q" has a path: write the hostname alone`},
		"a user":                     {"me@example.com", `hostname "me@example.com" has a user: write the hostname alone`},
		"a path by conversion":       {"℀.example.com", `hostname "℀.example.com" is not valid in IDNA: idna: disallowed rune U+2100` + idna},
		"a space":                    {"my blog.example.com", `hostname "my blog.example.com" has a space or a control character: leave it out`},
		"a trailing space":           {"example.com ", `hostname "example.com " has a space or a control character: leave it out`},
		"an ideographic space":       {"a\u3000.example.com", `hostname "a\u3000.example.com" has a space or a control character: leave it out`},
		"a line":                     {"example.com\n", `hostname "example.com\n" has a space or a control character: leave it out`},
		"an underscore":              {"my_blog.example.com", `hostname "my_blog.example.com" has an underscore: hostnames of an Ingress have hyphens instead`},
		"punctuation":                {"a,b.example.com", `hostname "a,b.example.com" has ',': write letters, digits, hyphens and dots`},
		"no UTF-8":                   {"a\xff.example.com", `hostname "a\xff.example.com" is not valid UTF-8: write letters, digits, hyphens and dots`},
		"a leading hyphen":           {"-a.example.com", `hostname "-a.example.com" has the label "-a": one begins and ends in a letter or digit`},
		"a trailing hyphen":          {"*.a-.com", `hostname "*.a-.com" has the label "a-": one begins and ends in a letter or digit`},
		"a star":                     {"*", `hostname "*" is every hostname: write a domain after it, as in *.example.com`},
		"a star and a dot":           {"*.", `hostname "*." is every hostname: write a domain after it, as in *.example.com`},
		"a star in a label":          {"a*.example.com", `hostname "a*.example.com"` + star},
		"two stars in a label":       {"**.example.com", `hostname "**.example.com"` + star},
		"a star that begins a label": {"*a.example.com", `hostname "*a.example.com"` + star},
		"two stars":                  {"*.*.example.com", `hostname "*.*.example.com"` + star},
		"a star in the middle":       {"a.*.example.com", `hostname "a.*.example.com"` + star},
		"a star full width":          {"＊.example.com", `hostname "＊.example.com" is not valid in IDNA: idna: disallowed rune U+FF0A` + idna},
		"a symbol":                   {"a\u2028b.example", `hostname "a\u2028b.example" has a space or a control character: leave it out`},
		"no punycode":                {"xn--99999999.example", `hostname "xn--99999999.example" is not valid in IDNA: idna: invalid label "99999999"` + idna},
		"punycode of nothing":        {"xn--.example", `hostname "xn--.example" is not valid in IDNA: its punycode is not canonical` + idna},
		"punycode of ASCII":          {"xn--abc-.example", `hostname "xn--abc-.example" is not valid in IDNA: idna: invalid label "abc-"` + idna},
		"punycode of upper case":     {"xn--bcher-2pa.example", `hostname "xn--bcher-2pa.example" is not valid in IDNA: idna: invalid label "bÜcher"` + idna},
		"punycode in Unicode":        {"xn--bücher.example", `hostname "xn--bücher.example" is not valid in IDNA: idna: invalid label "bücher"` + idna},
		"both directions":            {"אa.example", `hostname "אa.example" is not valid in IDNA: idna: invalid label "אa.example"` + idna},
		"a joiner that joins nobody": {"a\u200db.example", `hostname "a\u200db.example" is not valid in IDNA: idna: invalid label "a\u200db"` + idna},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := hostname.Parse(test.text)
			if err == nil {
				t.Fatalf("got %s", got)
			}

			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}

			if got != (hostname.Name{}) {
				t.Errorf("got %s beside the error", got)
			}
		})
	}
}

func TestWaysToWriteANameAreOne(t *testing.T) {
	t.Parallel()

	for _, text := range []string{"BÜCHER.EXAMPLE", "xn--bcher-kva.example", "Xn--Bcher-Kva.example", "bu\u0308cher。example"} {
		if parse(t, text) != parse(t, "Bücher.example") {
			t.Errorf("%s is another name", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"blog.example.com", "*.example.com", "Bücher.example", "xn--bcher-kva.example", "192.0.2.1", "[::1]:80", "a..b", "*", "*.*.a",
		"https://a.example/", "a_b", "xn--.a", "xn--abc-.a", "１.２", "אבג.example", "a\u200db", "\u00ad", "＊.a", "0x7f", "-a-", "r3---a.b",
	} {
		f.Add(text)
	}

	labels := regexp.MustCompile(`^(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$`)

	f.Fuzz(func(t *testing.T, text string) {
		name, err := hostname.Parse(text)
		if err != nil {
			if err.Error() == "" || name != (hostname.Name{}) {
				t.Errorf("%q is refused with %q and read as %s", text, err, name)
			}

			return
		}

		if again := parse(t, name.String()); again != name {
			t.Errorf("%q is %s, which is %s", text, name, again)
		}

		if !name.Covers(name) {
			t.Errorf("%q does not cover itself", name)
		}

		legal := validation.IsDNS1123Subdomain
		if strings.HasPrefix(name.String(), "*") {
			legal = validation.IsWildcardDNS1123Subdomain
		}

		if problems := legal(name.String()); len(problems) > 0 || !labels.MatchString(name.String()) {
			t.Errorf("%q is %s: %q", text, name, problems)
		}
	})
}
