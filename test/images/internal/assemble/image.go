// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package assemble makes container images out of programs, without a container
// daemon: one layer with the program and the few files it needs.
package assemble

import (
	"fmt"
	"maps"
	"path"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// Account is a user and its group. They are numbers, because a kubelet cannot tell
// whether a name is root when a pod sets runAsNonRoot.
type Account struct {
	User, Group int
}

// String is the account as USER:GROUP.
func (a Account) String() string { return fmt.Sprintf("%d:%d", a.User, a.Group) }

// nonroot runs every image that names no account of its own.
func nonroot() Account { return Account{User: 65532, Group: 65532} }

// certificatesPath is where the Go standard library looks first.
const certificatesPath = "etc/ssl/certs/ca-certificates.crt"

// created is the time on everything in an image. A fixed one makes equal content
// give an equal digest.
func created() time.Time { return time.Unix(0, 0).UTC() }

// Spec says what goes into an image.
type Spec struct {
	// Program is the path of a static Linux executable on this machine.
	Program string
	// Entrypoint is where the program lies in the image, as an absolute path.
	Entrypoint string
	// Command is what the image runs; nil is the program alone.
	Command []string
	// Account runs the image; the zero value stands for 65532:65532.
	Account Account
	// Files are further files, for a program that is not enough by itself.
	Files []File
	// Architecture is the program's, in Go's spelling.
	Architecture string
	// Certificates adds Mozilla's certificate authorities, for programs that
	// open TLS connections to the outside.
	Certificates bool
	// Ports are the TCP ports that the program listens on by default.
	Ports []int
	// Labels are put on the image.
	Labels map[string]string
}

// Image returns the image that spec describes. Equal specs with equal programs
// give images with equal digests, on any machine and at any time. The program
// is read again whenever a layer is read: it must not change meanwhile.
func Image(spec Spec) (v1.Image, error) {
	if !path.IsAbs(spec.Entrypoint) || path.Clean(spec.Entrypoint) != spec.Entrypoint {
		return nil, fmt.Errorf("entrypoint %q is not a clean absolute path", spec.Entrypoint)
	}
	contents, err := newLayer(files(spec))
	if err != nil {
		return nil, fmt.Errorf("assemble the layer for %s: %w", spec.Entrypoint, err)
	}
	image, err := mutate.ConfigFile(empty.Image, config(spec))
	if err != nil {
		return nil, fmt.Errorf("configure the image for %s: %w", spec.Entrypoint, err)
	}
	image, err = mutate.Append(image, mutate.Addendum{
		Layer: contents,
		History: v1.History{
			Created:   v1.Time{Time: created()},
			CreatedBy: "test/images",
			Comment:   "static program at " + spec.Entrypoint,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("append the layer for %s: %w", spec.Entrypoint, err)
	}
	return image, nil
}

func config(spec Spec) *v1.ConfigFile {
	env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	if spec.Certificates {
		env = append(env, "SSL_CERT_FILE=/"+certificatesPath)
	}
	ports := map[string]struct{}{}
	for _, port := range spec.Ports {
		ports[fmt.Sprintf("%d/tcp", port)] = struct{}{}
	}
	command := spec.Command
	if command == nil {
		command = []string{spec.Entrypoint}
	}
	account := spec.Account
	if account == (Account{}) {
		account = nonroot()
	}
	return &v1.ConfigFile{
		OS:           "linux",
		Architecture: spec.Architecture,
		Created:      v1.Time{Time: created()},
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint:   command,
			User:         account.String(),
			WorkingDir:   "/",
			Env:          env,
			ExposedPorts: ports,
			Labels:       maps.Clone(spec.Labels),
		},
	}
}
