// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package catalog lists the images that the local cluster needs.
package catalog

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/assemble"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/compile"
)

// Image is one image: what it is called, what runs in it, and where that comes
// from.
type Image struct {
	// Name is the short name used on the command line and for the archive.
	Name string
	// Reference is the tag under which a container runtime knows the image.
	Reference name.Tag
	// About is one line for people.
	About string
	// Program is the main package to compile.
	Program compile.Program
	// Entrypoint is the program's path in the image.
	Entrypoint string
	// Command is what the image runs; nil is the program alone.
	Command []string
	// Further are programs beside that one, path in the image to program.
	Further map[string]compile.Program
	// Account runs the image; the zero value stands for 65532:65532.
	Account assemble.Account
	// Owned are the files and folders, as absolute paths, that belong to the
	// account, because the program writes there. Those that nothing else brings
	// are empty folders.
	Owned []string
	// Packages are Debian packages whose programs and shared libraries the
	// program needs beside it.
	Packages []string
	// Links are symbolic links, path to target, both absolute.
	Links map[string]string
	// Tree is the folder of a module whose files lie in the image's root.
	Tree Tree
	// Certificates says that the program opens TLS connections to the outside.
	Certificates bool
	// Ports are the TCP ports that the program listens on by default.
	Ports []int
	// Licence is the SPDX expression that covers the program's own code.
	Licence string
}

// Tree is a folder with files in a module that the program's module requires.
type Tree struct {
	// Module is the module's path; empty where there is no tree.
	Module string
	// Folder is the folder in the module.
	Folder string
	// Except are files of the folder that stay out.
	Except []string
}

// TraefikVersion is the release that traefik/go.mod pins.
const TraefikVersion = "3.7.9"

// HAProxyIngressVersion is the release that haproxyingress/go.mod pins.
const HAProxyIngressVersion = "0.16.1"

// IngressNGINXVersion is the version that ingressnginx/go.mod pins, without its v:
// the source as it was on 2024-07-08, with the notes of v1.11.0 in it. The module
// proxy has no release.
const IngressNGINXVersion = "0.0.0-20240708192948-52c50467d67d"

// defaults maps every image's name to its reference, unless a caller asks for
// another one.
func defaults() map[string]string {
	return map[string]string{
		"operator": "ingresstenant.io/ingress-tenant-operator:dev",
		"traefik":  "ingresstenant.io/traefik:v" + TraefikVersion,
		"echo":     "ingresstenant.io/echo:dev",

		"haproxy-ingress": "ingresstenant.io/haproxy-ingress:v" + HAProxyIngressVersion,
		"ingress-nginx":   "ingresstenant.io/ingress-nginx:v" + IngressNGINXVersion,
	}
}

// All returns every image, in the order in which they are worth building: the
// quick ones first. The sources are looked for under root, the repository's
// absolute path. References replaces the reference of the named images; one that
// is not a name or not a full reference with a tag is an error.
func All(root string, references map[string]string) ([]Image, error) {
	tags := map[string]name.Tag{}
	merged := defaults()
	for image, reference := range references {
		if _, ok := merged[image]; !ok {
			return nil, unknown(image)
		}
		merged[image] = reference
	}
	for image, reference := range merged {
		tag, err := name.NewTag(reference, name.StrictValidation)
		if err != nil {
			return nil, fmt.Errorf("reference of the image %s must look like registry.example.com/name:tag: %w", image, err)
		}
		tags[image] = tag
	}
	here := filepath.Join(root, "test", "images")
	return []Image{
		{
			Name:      "echo",
			Reference: tags["echo"],
			About:     "HTTP server that answers with the request it saw; the applications behind the tests' Ingresses",
			Program: compile.Program{
				Module:  here,
				Package: "./echo",
			},
			Entrypoint: "/echo",
			Ports:      []int{8080},
			Licence:    "Apache-2.0",
		},
		{
			Name:      "operator",
			Reference: tags["operator"],
			About:     "the operator, from the repository's root package",
			Program: compile.Program{
				Module:  root,
				Package: ".",
				Stamps:  map[string]string{"main.version": tags["operator"].TagStr()},
			},
			Entrypoint:   "/manager",
			Certificates: true,
			Licence:      "Apache-2.0",
		},
		{
			Name:      "traefik",
			Reference: tags["traefik"],
			About:     "Traefik " + TraefikVersion + " without its dashboard, for tests only",
			Program: compile.Program{
				Module:  filepath.Join(here, "traefik"),
				Package: "github.com/traefik/traefik/v3/cmd/traefik",
				Stamps:  map[string]string{"github.com/traefik/traefik/v3/pkg/version.Version": TraefikVersion},
			},
			Entrypoint:   "/traefik",
			Certificates: true,
			Licence:      "MIT",
		},
		haproxyIngress(here, tags["haproxy-ingress"]),
		ingressNGINX(here, tags["ingress-nginx"]),
	}, nil
}

// haproxyIngress is laid out as the project's own image is: the controller
// starts HAProxy as a further process, and an init process reaps it.
func haproxyIngress(here string, reference name.Tag) Image {
	const (
		module   = "github.com/jcmoraisjr/haproxy-ingress"
		program  = "/haproxy-ingress-controller"
		toolbox  = "/bin/busybox"
		packages = "haproxy dumb-init busybox-static lua-json lua-lpeg " +
			// What haproxy and lua-lpeg are linked with, and those in turn.
			"libc6 libcap2 libcrypt1 libgcc-s1 libgcrypt20 libgpg-error0 liblua5.3-0 liblz4-1 liblzma5 " +
			"libopentracing-c-wrapper0 libopentracing1 libpcre2-8-0 libssl3 libstdc++6 libsystemd0 libzstd1"
	)

	return Image{
		Name:      "haproxy-ingress",
		Reference: reference,
		About:     "haproxy-ingress " + HAProxyIngressVersion + " with Debian's HAProxy, for tests only",
		Program: compile.Program{
			Module:  filepath.Join(here, "haproxyingress"),
			Package: module + "/pkg",
			Stamps:  map[string]string{module + "/pkg/version.RELEASE": "v" + HAProxyIngressVersion},
		},
		Entrypoint: program,
		Command:    []string{"/usr/bin/dumb-init", "--", "/start.sh"},
		Packages:   strings.Fields(packages),
		Links: map[string]string{
			"/bin/sh": toolbox, "/bin/cat": toolbox, "/bin/cp": toolbox, "/bin/cut": toolbox,
		},
		Tree:    Tree{Module: module, Folder: "rootfs", Except: []string{"Dockerfile"}},
		Licence: "Apache-2.0",
	}
}

// ingressNGINX is laid out as the project's own image is, apart from nginx: its
// modules for Lua are not to be had here, and nginx-standin stands in its place. It
// is called nginx, because the controller looks for a process of that name. The
// project's /wait-shutdown runs bash and pkill.
func ingressNGINX(here string, reference name.Tag) Image {
	const (
		module   = "k8s.io/ingress-nginx"
		program  = "/nginx-ingress-controller"
		packages = "dumb-init bash-static procps " +
			// What dumb-init and procps are linked with, and those in turn.
			"libc6 libcap2 libgcrypt20 libgpg-error0 liblz4-1 liblzma5 libproc2-0 libsystemd0 libzstd1"
	)

	source := filepath.Join(here, "ingressnginx")

	return Image{
		Name:      "ingress-nginx",
		Reference: reference,
		About:     "controller of ingress-nginx with a stand-in for nginx that serves nothing, for tests only",
		Program: compile.Program{
			Module:  source,
			Package: module + "/cmd/nginx",
			Stamps:  map[string]string{module + "/version.RELEASE": "v" + IngressNGINXVersion},
		},
		Entrypoint: program,
		Command:    []string{"/usr/bin/dumb-init", "--"},
		Further: map[string]compile.Program{
			"/usr/bin/nginx-standin": {Module: here, Package: "./nginx-standin"},
			"/wait-shutdown":         {Module: source, Package: module + "/cmd/waitshutdown"},
		},
		// The project's www-data.
		Account: assemble.Account{User: 101, Group: 82},
		Owned: []string{
			"/etc/nginx/nginx.conf", "/tmp/nginx",
			"/etc/ingress-controller/auth", "/etc/ingress-controller/geoip",
			"/etc/ingress-controller/ssl", "/etc/ingress-controller/telemetry",
		},
		Packages: strings.Fields(packages),
		Links:    map[string]string{"/bin/bash": "/bin/bash-static", "/usr/bin/nginx": "/usr/bin/nginx-standin"},
		Tree: Tree{Module: module, Folder: "rootfs", Except: []string{
			".dockerignore", ".gitignore", "Dockerfile", "Dockerfile-chroot", "chroot.sh", "nginx-chroot-wrapper.sh",
		}},
		Licence: "Apache-2.0",
	}
}

// Select returns the images with the given names, in the order of images. The
// name "all" stands for every one.
func Select(images []Image, names []string) ([]Image, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("name the images to build: %s", choices())
	}
	wanted := map[string]bool{}
	for _, asked := range names {
		if _, ok := defaults()[asked]; !ok && asked != "all" {
			return nil, unknown(asked)
		}
		wanted[asked] = true
	}
	return slices.DeleteFunc(slices.Clone(images), func(image Image) bool {
		return !wanted["all"] && !wanted[image.Name]
	}), nil
}

func unknown(image string) error {
	return fmt.Errorf("there is no image %q: choose from %s", image, choices())
}

func choices() string {
	return strings.Join(append(slices.Sorted(maps.Keys(defaults())), "all"), ", ")
}
