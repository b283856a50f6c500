// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
)

// table is what was tried, and who stopped it.
type table struct {
	rows  []row
	notes []string
}

type row struct {
	attempt

	by, message string
	lost        int
}

func (t *table) add(a attempt, by, message string, lost int) {
	t.rows = append(t.rows, row{attempt: a, by: by, message: message, lost: lost})
}

func (t *table) notef(format string, values ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, values...))
}

// print prints the table, and how many attempts succeeded.
func (t *table) print() error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "\nAS\tTRIES TO\tSTOPPED BY\tREQUESTS OF THE VICTIM LOST SO FAR")

	succeeded := 0

	for _, r := range t.rows {
		if r.by == nobody {
			succeeded++
		}

		fmt.Fprintf(out, "%s\t%s\t%s\t%d\n", r.As, r.What, r.by, r.lost)
	}

	fmt.Fprintf(out, "\n%d attempts, %d succeeded\n%s\n", len(t.rows), succeeded, strings.Join(t.notes, "\n"))

	return out.Flush()
}
