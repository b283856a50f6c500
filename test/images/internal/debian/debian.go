// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package debian takes programs and their shared libraries out of Debian
// packages, without installing them.
package debian

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/assemble"
)

// Fetch downloads those of the packages that are not in the folder yet, and
// returns the paths of all. It needs apt-get, and to be root where the machine
// has no package lists. A package that is there is not looked for in a newer
// version: empty the folder for that.
func Fetch(ctx context.Context, folder string, packages []string) ([]string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("folder for Debian packages: %w", err)
	}
	if _, missing := find(folder, packages); len(missing) > 0 {
		err := apt(ctx, folder, append([]string{"download"}, missing...))
		if err != nil {
			err = errors.Join(apt(ctx, folder, []string{"update"}), apt(ctx, folder, append([]string{"download"}, missing...)))
		}
		if err != nil {
			return nil, err
		}
	}
	found, missing := find(folder, packages)
	if len(missing) > 0 {
		return nil, fmt.Errorf("apt-get did not download %s", strings.Join(missing, ", "))
	}
	return found, nil
}

func find(folder string, packages []string) (found, missing []string) {
	for _, name := range packages {
		// The pattern is well-formed: names of packages hold no special character.
		matches, _ := filepath.Glob(filepath.Join(folder, name+"_*.deb"))
		if len(matches) == 0 {
			missing = append(missing, name)
			continue
		}
		found = append(found, matches[len(matches)-1])
	}
	return found, missing
}

func apt(ctx context.Context, folder string, args []string) error {
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"--quiet"}, args...)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(said))
	}
	return nil
}

// wanted are programs, shared libraries, and modules of Lua.
var wanted = regexp.MustCompile(`^(usr/)?(s?bin/|lib(64|32)?/([^/]+/)?[^/]+\.so(\.|$)|lib/[^/]+/lua/|share/lua/)`)

// Files are the programs, shared libraries and modules of Lua in a package.
func Files(ctx context.Context, archive string) ([]assemble.File, error) {
	content, err := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", archive).Output()
	if err != nil {
		return nil, fmt.Errorf("read %s: dpkg-deb: %w", archive, err)
	}
	files, err := read(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", archive, err)
	}
	return files, nil
}

func read(content io.Reader) ([]assemble.File, error) {
	var files []assemble.File
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		f := assemble.File{Name: strings.TrimPrefix(header.Name, "./"), Mode: header.Mode & 0o755}
		if !wanted.MatchString(f.Name) {
			continue
		}
		switch header.Typeflag {
		case tar.TypeSymlink:
			f.Link = header.Linkname
		case tar.TypeReg:
			text, err := io.ReadAll(archive)
			if err != nil {
				return nil, err
			}
			f.Open = assemble.Text(string(text))
		default:
			continue
		}
		files = append(files, f)
	}
}
