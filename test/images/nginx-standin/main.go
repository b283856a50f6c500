// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command nginx-standin stands where nginx is in the image of ingress-nginx, so
// that the project's controller can run where nginx with the modules that it needs
// is not to be had.
//
// It is not nginx, and pretends nothing: no request of a client is accepted, and no
// port of a client is opened. No configuration is tried either: any that can be read
// is a good one.
//
// What it does is what the controller asks of its own nginx. It stays until it is
// told to quit; it has a file with its process id, and is told to reload by it; and
// on the port of 127.0.0.1 that the configuration gives to the controller it answers
// whether it has backends, and takes backends and names of servers. It keeps them
// for tests to read, apart from the certificates, which hold private keys.
//
//	nginx-standin [-c FILE]             stays until SIGQUIT, SIGTERM or SIGINT; SIGHUP reloads
//	nginx-standin [-c FILE] -t          says that the file can be read
//	nginx-standin [-c FILE] -s SIGNAL   sends the running one quit, stop or reload
//	nginx-standin -v, -V                says what it is
//	nginx-standin show                  prints the configuration that the controller wrote
//	nginx-standin show backends         prints the backends that it was given, as JSON
//	nginx-standin show servers          prints, as JSON, the names of the servers that it
//	                                    was given, each with the id of its certificate, or -1
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// defaultConfiguration is where the controller writes.
const defaultConfiguration = "/etc/nginx/nginx.conf"

// about is all that there is to say for a version.
const about = "nginx-standin: not nginx; serves nothing; for tests only"

func main() {
	os.Exit(exitCode())
}

// exitCode is 0 for what went well, 1 for what did not.
func exitCode() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTERM, os.Interrupt)
	err := run(context.Background(), os.Args[1:], signals, os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(os.Stderr, "nginx-standin:", err)
		return 1
	}
	return 0
}

// run does what the arguments say. As a server it returns when a signal says so, or
// when ctx ends.
func run(ctx context.Context, args []string, signals <-chan os.Signal, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("nginx-standin", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("c", defaultConfiguration, "configuration `file`")
	tests := flags.Bool("t", false, "read the configuration, and exit")
	tells := flags.String("s", "", "`signal` for the running one: quit, stop or reload")
	short := flags.Bool("v", false, "say what this is")
	long := flags.Bool("V", false, "say what this is")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *short || *long {
		_, err := fmt.Fprintln(stderr, about)
		return err
	}

	conf, err := readConfiguration(*path)
	switch {
	case err != nil:
		return err
	case flags.Arg(0) == "show":
		return show(ctx, conf, flags.Args()[1:], stdout)
	case flags.NArg() > 0:
		return fmt.Errorf("there is no command %q", flags.Args())
	case *tests:
		_, err := fmt.Fprintf(stderr, "nginx-standin: %s can be read; nothing else was tested\n", *path)
		return err
	case *tells != "":
		return tell(conf, *tells)
	default:
		return serve(ctx, *path, signals, slog.New(slog.NewTextHandler(stderr, nil)))
	}
}
