// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/assemble"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/catalog"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/compile"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/progress"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/repo"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/store"
)

// build writes the archives of the named images and prints where they are, one
// line as soon as each is done.
func build(ctx context.Context, o options, names []string, stdout io.Writer, printer *progress.Printer) (err error) {
	root, err := repo.Root(".")
	if err != nil {
		return err
	}
	images, err := catalog.All(root, o.references)
	if err != nil {
		return err
	}
	images, err = catalog.Select(images, names)
	if err != nil {
		return err
	}
	if o.out == "" {
		o.out = filepath.Join(root, ".cluster", "images")
	}
	archives, err := store.Open(ctx, o.out, func() {
		printer.Printf("waiting for another build in %s", o.out)
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archives.Close()) }()

	for _, image := range images {
		if err := buildOne(ctx, image, archives, printer); err != nil {
			return fmt.Errorf("image %s: %w", image.Name, err)
		}
		if _, err := fmt.Fprintln(stdout, image.Name, image.Reference, archives.Archive(image.Name)); err != nil {
			return fmt.Errorf("image %s: print where it is: %w", image.Name, err)
		}
	}
	return nil
}

func buildOne(ctx context.Context, image catalog.Image, archives *store.Store, printer *progress.Printer) error {
	program := archives.Program(image.Name)
	step := printer.Start(image.Name + ": compiling")
	if err := compile.Build(ctx, image.Program, program, step.Detail); err != nil {
		step.Done("failed")
		return err
	}
	beside, err := programs(ctx, image, archives, step.Detail)
	if err != nil {
		step.Done("failed")
		return err
	}
	step.Done("done")

	step = printer.Start(image.Name + ": assembling")
	files, err := further(ctx, image, archives.Packages())
	if err != nil {
		step.Done("failed")
		return err
	}
	assembled, err := assemble.Image(assemble.Spec{
		Program:      program,
		Entrypoint:   image.Entrypoint,
		Command:      image.Command,
		Account:      image.Account,
		Files:        owned(image, append(beside, files...)),
		Architecture: compile.Architecture,
		Certificates: image.Certificates,
		Ports:        image.Ports,
		Labels: map[string]string{
			"org.opencontainers.image.title":       image.Name,
			"org.opencontainers.image.description": image.About,
			"org.opencontainers.image.version":     image.Reference.TagStr(),
			"org.opencontainers.image.licenses":    image.Licence,
		},
	})
	if err != nil {
		step.Done("failed")
		return err
	}
	written, err := archives.Save(image.Name, image.Reference, assembled)
	switch {
	case err != nil:
		step.Done("failed")
		return err
	case written:
		step.Done("archive written")
	default:
		step.Done("archive is up to date")
	}
	return nil
}
