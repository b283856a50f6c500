// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// several stands for the class of those who hold a name below a domain, where they
// are more than one.
const several = "*"

// wildcardPrefix begins a hostname that stands for all names below a domain.
const wildcardPrefix = "*."

// Entry is what policies know of one tenant.
type Entry struct {
	// Class is the name of the tenant's class.
	Class string
	// Claim is what the class's Ingresses are held to.
	Claim Claim
	// ControllerValue is the class's controller value. It is empty where it is that of
	// all installations of the implementation, or the operator's own kind, which is
	// nobody else's anyway.
	ControllerValue string
	// Hostnames are what the tenant holds, in lower-case ASCII.
	Hostnames []string
}

// EntryOf is what policies know of a tenant that an implementation serves, by its spec
// and the hostnames that its status says it holds.
func EntryOf(t *v1alpha1.IngressTenant, implementation v1alpha1.ProviderName, requireConsent bool) Entry {
	entry := Entry{Class: tenant.ClassName(t), Claim: claimOf(t, implementation, requireConsent)}

	isolation, ours := t.Status.Isolation, v1alpha1.GroupVersion.Group+"/"
	if isolation != nil && isolation.ClassBinding == v1alpha1.BindingControllerValue && !strings.HasPrefix(t.Status.ControllerValue, ours) {
		entry.ControllerValue = t.Status.ControllerValue
	}

	for _, hostname := range t.Status.Hostnames {
		if hostname.State == v1alpha1.HostnameHeld {
			entry.Hostnames = append(entry.Hostnames, hostname.Name)
		}
	}

	return entry
}

// contents are the keys and values that say what entries claim.
func contents(entries []Entry) map[string]string {
	values := map[string]string{}

	for _, entry := range entries {
		values[classKey+entry.Class] = entry.Claim.text()

		if entry.ControllerValue != "" {
			values[valueKey+entry.ControllerValue] = entry.Class
		}

		for _, name := range entry.Hostnames {
			domain, wildcard := strings.CutPrefix(name, wildcardPrefix)
			if wildcard {
				values[wildcardKey+domain] = entry.Class
				// The wildcard is a name below its domain, too.
				mark(values, domain, entry.Class)
			} else {
				values[hostKey+name] = entry.Class
			}

			for _, above, more := strings.Cut(domain, "."); more; _, above, more = strings.Cut(above, ".") {
				mark(values, above, entry.Class)
			}
		}
	}

	return values
}

// mark records that a class has a name below a domain.
func mark(values map[string]string, domain, class string) {
	if known, marked := values[domainKey+domain]; marked && known != class {
		class = several
	}

	values[domainKey+domain] = class
}

// weight is how much room an entry takes in a table, in lines.
func (e Entry) weight() int {
	// A claim takes about as much as four names, and a name marks a domain or two.
	return 4 + 2*len(e.Hostnames)
}
