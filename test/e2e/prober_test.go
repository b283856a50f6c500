// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// prober asks URLs from a machine of the cluster's network.
type prober struct {
	c      *cluster
	binary string
}

// newProber builds the prober. It is static, because the machines of the
// cluster promise no libraries.
func (c *cluster) newProber(ctx context.Context) *prober {
	GinkgoHelper()

	binary := filepath.Join(GinkgoT().TempDir(), "prober")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./prober")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")

	out, err := build.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "building the prober: %s", out)

	return &prober{c: c, binary: binary}
}

// ask asks a URL for a host from a machine.
func (p *prober) ask(ctx context.Context, machine, host, url string) answer {
	GinkgoHelper()

	return p.askFrom(ctx, position{machine: machine}, host, url)
}

// askFrom asks a URL for a host from one of a machine's addresses, the system's
// choice if it is empty.
func (p *prober) askFrom(ctx context.Context, from position, host, url string) answer {
	GinkgoHelper()

	var outcome struct {
		Status int
		Body   string
		Error  string
	}

	out := p.c.run(ctx, "exec", "--node", from.machine, "--", p.binary, "-host", host, "-from", from.address, url)
	Expect(json.NewDecoder(strings.NewReader(out)).Decode(&outcome)).To(Succeed(), "the prober printed %q", out)

	return answer{Status: outcome.Status, Error: outcome.Error, echo: readEcho([]byte(outcome.Body))}
}
