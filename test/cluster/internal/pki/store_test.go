// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package pki_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/netip"
	"os"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

func TestIssuedCertificateVerifies(t *testing.T) {
	store := open(t)
	request := pki.Request{
		CommonName:    "system:node:node-1",
		Organizations: []string{"system:nodes"},
		Server:        true,
		Client:        true,
		Names:         []string{"node-1"},
		Addresses:     []netip.Addr{netip.MustParseAddr("172.18.0.11")},
	}
	if err := store.Issue("ca", "kubelet", request); err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(store.Certificate("kubelet"), store.Key("kubelet"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(read(t, store.Certificate("ca")))
	for _, name := range []string{"node-1", "172.18.0.11"} {
		options := x509.VerifyOptions{
			Roots:     roots,
			DNSName:   name,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		if _, err := pair.Leaf.Verify(options); err != nil {
			t.Errorf("as %s: %v", name, err)
		}
	}
	if got := pair.Leaf.Subject; got.CommonName != "system:node:node-1" || len(got.Organization) != 1 || got.Organization[0] != "system:nodes" {
		t.Errorf("the subject is %v", got)
	}
}

func TestWhatExistsIsKept(t *testing.T) {
	store := open(t)
	steps := func() {
		for _, err := range []error{
			store.Authority("ca"),
			store.Issue("ca", "admin", pki.Request{CommonName: "admin", Client: true}),
			store.KeyPair("service-account"),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	contents := func() []byte {
		return bytes.Join([][]byte{
			read(t, store.Certificate("ca")), read(t, store.Certificate("admin")), read(t, store.Key("service-account")),
		}, nil)
	}
	steps()
	before := contents()
	steps()
	if !bytes.Equal(before, contents()) {
		t.Error("repeating the steps changed files")
	}
}

func TestKeysArePrivate(t *testing.T) {
	store := open(t)
	info, err := os.Stat(store.Key("ca"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %v", info.Mode().Perm())
	}
}

func open(t *testing.T) *pki.Store {
	t.Helper()
	store, err := pki.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Authority("ca"); err != nil {
		t.Fatal(err)
	}
	return store
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
