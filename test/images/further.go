// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/assemble"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/catalog"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/compile"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/debian"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/store"
)

// programs compiles what an image has beside its program.
func programs(ctx context.Context, image catalog.Image, archives *store.Store, report func(line string)) ([]assemble.File, error) {
	var files []assemble.File

	for _, path := range slices.Sorted(maps.Keys(image.Further)) {
		kept := archives.Program(image.Name + strings.ReplaceAll(path, "/", "-"))
		if err := compile.Build(ctx, image.Further[path], kept, report); err != nil {
			return nil, err
		}
		files = append(files, assemble.File{Name: strings.TrimPrefix(path, "/"), Mode: 0o755, Open: assemble.Disk(kept)})
	}

	return files, nil
}

// owned gives files to the image's account, and adds the folders that are its own.
func owned(image catalog.Image, files []assemble.File) []assemble.File {
	for _, path := range image.Owned {
		name := strings.TrimPrefix(path, "/")
		at := slices.IndexFunc(files, func(f assemble.File) bool { return f.Name == name })
		if at < 0 {
			at = len(files)
			files = append(files, assemble.File{Name: name, Mode: 0o755})
		}
		files[at].Owner = image.Account
	}

	return files
}

// further are the files that an image has beside its program. Debian packages
// are kept in the given folder.
func further(ctx context.Context, image catalog.Image, packages string) ([]assemble.File, error) {
	var files []assemble.File

	for _, link := range slices.Sorted(maps.Keys(image.Links)) {
		files = append(files, assemble.File{Name: strings.TrimPrefix(link, "/"), Mode: 0o777, Link: image.Links[link]})
	}

	archives, err := debian.Fetch(ctx, packages, image.Packages)
	if err != nil {
		return nil, err
	}
	for _, archive := range archives {
		found, err := debian.Files(ctx, archive)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}

	if image.Tree.Module == "" {
		return files, nil
	}
	found, err := tree(ctx, image)
	return append(files, found...), err
}

// tree are the files of an image that come with a module.
func tree(ctx context.Context, image catalog.Image) ([]assemble.File, error) {
	dir, err := compile.ModuleDir(ctx, image.Program.Module, image.Tree.Module)
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, image.Tree.Folder)
	var files []assemble.File
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil || slices.Contains(image.Tree.Except, name) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f := assemble.File{Name: filepath.ToSlash(name), Mode: 0o644, Open: assemble.Text(string(text))}
		// The module proxy keeps no permissions.
		if strings.HasPrefix(string(text), "#!") {
			f.Mode = 0o755
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("files of %s: %w", image.Tree.Module, err)
	}
	return files, nil
}
