// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package assemble

import (
	"encoding/pem"
	"strings"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// certificates returns Mozilla's certificate authorities as PEM. They come from
// a pinned module and not from this machine, so that every machine builds the
// same image. An authority that Mozilla trusts only for certificates issued up
// to some date is left out: PEM cannot carry that limit.
func certificates() string {
	var all strings.Builder
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		all.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
	}
	return all.String()
}
