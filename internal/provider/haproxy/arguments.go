// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxy

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// logFlag is the flag for the log level.
const logFlag = "log"

// safeValue matches what the image's start script passes on as it is. It puts
// the arguments together in one variable, which a shell splits at white space
// and expands as patterns, so that "5s --namespace-whitelist=other" would be two.
//
// Source: fs/start.sh and fs/etc/s6-overlay/s6-rc.d/ingress-controller/run.
const safeValue = `^[-A-Za-z0-9._:]*$`

// syntax is how github.com/jessevdk/go-flags reads a command line: a flag of a
// boolean must have no value, one of a list is repeated.
func syntax() provider.Syntax {
	return provider.Syntax{
		Switches: []string{
			"disable-ingress-status-update", "disable-ipv6", "disable-quic",
			"disable-service-external-name", "disable-writing-only-if-reload",
		},
		Lists: []string{"namespace-whitelist"},
	}
}

// arguments are the flags that the operator sets.
//
// Source: type OSArgs in pkg/utils/flags.go, which has all of them at revision
// 0491475. That is later than v3.2.15: it has the --namespace-label-selector of pull
// request 857, which was opened ten days after that release. The file of v3.2.15
// itself could not be had.
func arguments(request provider.Request) provider.Arguments {
	t := request.Tenant
	own := tenant.Namespace(t)
	args := provider.Arguments{
		// Without a class it would take every Ingress that names none.
		"ingress.class": t.Name,
		// Its namespace is watched beside those that are listed, and without it
		// all namespaces are. So it is always there, and where nobody writes
		// Ingresses: what is not in the list is watched, and not served.
		//
		// Source: getWhitelistedNS in pkg/k8s/main.go, isRelevantNamespace in
		// pkg/store/store.go.
		"configmap":         own + "/" + workload,
		"http-bind-port":    strconv.Itoa(portHTTP),
		"https-bind-port":   strconv.Itoa(portHTTPS),
		"healthz-bind-port": strconv.Itoa(portHealth),
		"stats-bind-port":   strconv.Itoa(portMetrics),
		// HTTP/3 comes with a default certificate, and would be announced to clients
		// on a port that no Service has.
		//
		// Source: DisableQuic in pkg/utils/flags.go, with --disable-quic in
		// documentation/controller.md at revision 0491475, and older than
		// --disable-writing-only-if-reload, which came with v3.1.0.
		"disable-quic":                  "true",
		"disable-service-external-name": strconv.FormatBool(!tenant.AllowsExternalNames(t)),
		"disable-ingress-status-update": strconv.FormatBool(request.Standby),
		logFlag:                         provider.LogWord(t),
	}

	// Snippets are on unless they are off.
	if !tenant.AllowsSnippets(t) {
		args.Set("disable-config-snippets", "all")
	}

	// There is no flag for addresses. The Service is in the namespace of the
	// ConfigMap, which is watched.
	if !request.Standby {
		args.Set("publish-service", own+"/"+tenant.Name(t))
	}

	if t.Spec.TLS != nil && t.Spec.TLS.DefaultCertificate != nil {
		args.Set("default-ssl-certificate", own+"/"+t.Spec.TLS.DefaultCertificate.SecretName)
	}

	if !request.Namespaces.All {
		// An empty list would mean every namespace. The tenant's own has no
		// Ingresses.
		args.Set("namespace-whitelist", cmp.Or(strings.Join(request.Namespaces.Names, ","), own))
	}

	return args
}

// flags are those of the tenant's own: none that is permitted changes which
// Ingresses, namespaces, Services or Secrets are read, where it listens, or what
// the operator relies on.
func flags() provider.Flags {
	return provider.Flags{
		LogLevel: logFlag,
		Also:     checkValue,
		Permitted: []string{
			"cache-resync-period", "channel-size", "disable-ipv6", "disable-writing-only-if-reload",
			"http-bind-thread", "https-bind-thread", "initial-sync-period", "sync-period",
		},
		Instead: map[string]string{
			"default-ssl-certificate":       "spec.tls.defaultCertificate",
			"disable-config-snippets":       "spec.policy.snippets",
			"disable-service-external-name": "spec.policy.externalNameServices",
			"ingress.class":                 "spec.ingressClass.name",
			"namespace-blacklist":           "spec.namespaces",
			"namespace-label-selector":      "spec.namespaces",
			"namespace-whitelist":           "spec.namespaces",
		},
	}
}

// checkValue refuses a value that would not come through the image's start script
// as it is.
func checkValue(option provider.Option) error {
	if regexp.MustCompile(safeValue).MatchString(option.Value) {
		return nil
	}

	return provider.Refuse(v1alpha1.ReasonIsolationBroken,
		"%s: the value of flag --%s would pass through a shell; use letters, digits, \"-\", \".\", \"_\" and \":\" only",
		option.Field, option.Name)
}
