// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command rights compares what the operator and tenants' controllers may do with what
// they did, by the audit logs of the API servers that they ran with. It fails if a
// right was neither used nor is explained, if somebody asked for one in vain whom the
// explanations do not name, and if an explanation has become untrue. `make e2e` runs it
// on the logs of all scenarios.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	manifests := flag.String("roles", filepath.Join("config", "rbac"), "the folder of the roles")
	explanations := flag.String("explanations", filepath.Join("test", "rights", "explanations.yaml"), "the file that explains rights which were not used, or not given")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: rights [flags] AUDIT-LOG...\n")
		flag.PrintDefaults()
	}
	flag.Parse()

	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}

	if err := run(os.Stdout, *manifests, *explanations, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "rights:", err)
		os.Exit(1)
	}
}
