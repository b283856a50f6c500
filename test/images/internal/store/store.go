// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package store keeps compiled programs and image archives in one folder, and
// rewrites an archive only when the image in it changed.
package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// lockRetry is how often a store that another process holds is tried again.
const lockRetry = 250 * time.Millisecond

// Store is a folder of image archives, held by this process until Close.
type Store struct {
	dir  string
	lock *flock.Flock
}

// Open creates dir where needed and locks it, so that two builds never write
// the same program. If another process holds it, waiting is called once and Open
// waits until that process is done or ctx ends.
func Open(ctx context.Context, dir string, waiting func()) (*Store, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the image folder %q: %w", dir, err)
	}
	if err := os.MkdirAll(filepath.Join(abs, "programs"), 0o755); err != nil {
		return nil, fmt.Errorf("open the image folder: %w", err)
	}
	lock := flock.New(filepath.Join(abs, ".lock"))
	locked, err := lock.TryLock()
	if err == nil && !locked {
		waiting()
		_, err = lock.TryLockContext(ctx, lockRetry)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the image folder %s: %w", abs, err)
	}
	return &Store{dir: abs, lock: lock}, nil
}

// Close lets other processes use the folder.
func (s *Store) Close() error {
	return s.lock.Unlock()
}

// Program is the path where the program of the named image is kept between
// builds, for the Go command to see whether it is up to date.
func (s *Store) Program(image string) string {
	return filepath.Join(s.dir, "programs", image)
}

// Packages is the folder where Debian packages are kept between builds.
func (s *Store) Packages() string {
	return filepath.Join(s.dir, "packages")
}

// Archive is the path of the named image's archive.
func (s *Store) Archive(image string) string {
	return filepath.Join(s.dir, image+".tar")
}

// Save writes img, tagged with tag, as the archive of the named image, in the
// format of `docker save`. It reports whether it wrote: an archive that holds
// this image under this tag already is left alone. An archive is replaced as a
// whole or not at all, also when the process is interrupted.
func (s *Store) Save(image string, tag name.Tag, img v1.Image) (written bool, err error) {
	archive := s.Archive(image)
	same, err := holds(archive, tag, img)
	if err != nil || same {
		return false, err
	}
	temporary, err := os.CreateTemp(s.dir, "."+image+".tar.*")
	if err != nil {
		return false, fmt.Errorf("write %s: %w", archive, err)
	}
	defer func() {
		if err != nil {
			_ = temporary.Close()
			_ = os.Remove(temporary.Name())
		}
	}()
	if err := tarball.Write(tag, img, temporary); err != nil {
		return false, fmt.Errorf("write %s: %w", archive, err)
	}
	// CreateTemp lets the owner alone read; an archive is for everybody.
	if err := temporary.Chmod(0o644); err != nil {
		return false, fmt.Errorf("write %s: %w", archive, err)
	}
	if err := temporary.Close(); err != nil {
		return false, fmt.Errorf("write %s: %w", archive, err)
	}
	if err := os.Rename(temporary.Name(), archive); err != nil {
		return false, fmt.Errorf("write %s: %w", archive, err)
	}
	return true, nil
}

// holds says whether the archive has img under tag. The digest of an image's
// configuration covers its layers, so that nothing but the configuration is
// read. An archive that is missing, has another tag, or cannot be read does not
// hold the image: it is about to be replaced.
func holds(archive string, tag name.Tag, img v1.Image) (bool, error) {
	want, err := img.ConfigName()
	if err != nil {
		return false, fmt.Errorf("digest of the image %s: %w", tag, err)
	}
	old, err := tarball.ImageFromPath(archive, &tag)
	if err != nil {
		return false, nil //nolint:nilerr // an unreadable archive is replaced
	}
	have, err := old.ConfigName()
	return err == nil && have == want, nil
}
