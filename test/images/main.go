// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command images builds the container images that the local cluster needs, as
// archives that `ctr images import` and `docker load` take. It needs the Go
// command and no container daemon.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/progress"
)

const usage = `Usage:
  images build [--out DIR] [--ref NAME=REFERENCE]... NAME...
  images list [--ref NAME=REFERENCE]...

build compiles each named image's program and writes DIR/NAME.tar. It prints one
line per image on standard output: NAME REFERENCE ARCHIVE. The name all stands
for every image. An archive is rewritten only if the image in it changed.

list prints every image's name, reference and purpose.

Flags:
`

// errUsage marks a command line that cannot be understood; the reason has been
// printed already.
var errUsage = errors.New("usage")

func main() {
	os.Exit(exitCode())
}

// exitCode runs the program: 0 is success, 1 a failure, 2 a wrong command line.
func exitCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, progress.New(os.Stderr))
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	default:
		_, _ = fmt.Fprintln(os.Stderr, "images:", err)
		return 1
	}
}

// run executes the command that args name, for the repository around the
// working directory.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, printer *progress.Printer) error {
	if len(args) == 0 {
		args = []string{""}
	}
	o := options{references: map[string]string{}}
	flags := o.flagSet(stderr)
	switch args[0] {
	case "build", "list":
		if err := flags.Parse(args[1:]); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return errUsage
		}
	case "-h", "-help", "--help", "help":
		flags.Usage()
		return flag.ErrHelp
	default:
		_, _ = fmt.Fprintf(stderr, "images: there is no command %q\n\n", args[0])
		flags.Usage()
		return errUsage
	}
	if args[0] == "list" {
		return list(o, flags.Args(), stdout)
	}
	return build(ctx, o, flags.Args(), stdout, printer)
}
