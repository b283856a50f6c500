// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// options are the flags of both commands.
type options struct {
	// out is the folder for the archives; empty means the default.
	out string
	// references replaces the references of the named images.
	references map[string]string
}

// flagSet returns flags that fill the options.
func (o *options) flagSet(stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("images", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.out, "out", "", "`folder` for the archives (default .cluster/images in the repository)")
	flags.Func("ref", "`NAME=REFERENCE`: tag the named image differently; may be repeated", func(value string) error {
		image, reference, ok := strings.Cut(value, "=")
		if !ok {
			return fmt.Errorf("%q is not of the form NAME=REFERENCE", value)
		}
		o.references[image] = reference
		return nil
	})
	return flags
}
