// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// podNamespace is where the kubelet tells a pod its namespace.
const podNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// OwnNamespace is the namespace for what the operator writes beside tenants' objects.
func (o *Options) OwnNamespace() (string, error) {
	if o.ClaimsNamespace != "" {
		return o.ClaimsNamespace, nil
	}

	namespace, err := os.ReadFile(podNamespace)
	if errors.Is(err, fs.ErrNotExist) {
		return "", errors.New("the operator does not run in a pod, so --claims-namespace has to name a namespace for what its admission policies look up, or --admission-policies=false has to do without them")
	}

	if err != nil {
		return "", fmt.Errorf("reading the namespace of the operator's pod: %w", err)
	}

	return strings.TrimSpace(string(namespace)), nil
}
