// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/catalog"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/repo"
)

// list prints every image as a table.
func list(o options, args []string, stdout io.Writer) error {
	if len(args) > 0 {
		return fmt.Errorf("list takes no names, got %q", args)
	}
	root, err := repo.Root(".")
	if err != nil {
		return err
	}
	images, err := catalog.All(root, o.references)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	// The table keeps everything until Flush, which has the errors.
	_, _ = fmt.Fprintln(table, "NAME\tREFERENCE\tWHAT")
	for _, image := range images {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", image.Name, image.Reference, image.About)
	}
	return table.Flush()
}
