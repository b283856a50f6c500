// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxName is the length of an image's name without tag and digest.
const maxName = 255

// image refuses a reference that no container runtime takes. The grammar is
// that of github.com/distribution/reference.
func (c *checker) image(path *field.Path, reference string) {
	const example = "write one such as registry.example.com/mirror/traefik:v3.7.20"

	name, digest, pinned := strings.Cut(reference, "@")
	if pinned && !regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$`).MatchString(digest) {
		c.refusef(path, "%q is no digest of an image; after @ it must be sha256: and 64 digits and letters a to f", digest)

		return
	}

	// A colon before the last slash is that of a port.
	if at := strings.LastIndex(name, ":"); at > strings.LastIndex(name, "/") {
		tag := name[at+1:]
		name = name[:at]

		if !regexp.MustCompile(`^\w[\w.-]{0,127}$`).MatchString(tag) {
			c.refusef(path, "%q is no tag of an image; a tag is at most 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two", tag)

			return
		}
	}

	switch {
	case repository(name) != strings.ToLower(repository(name)):
		c.refusef(path, "%q has capital letters in the name of the repository, which must be in lower case", reference)
	case len(name) > maxName || !regexp.MustCompile(namePattern).MatchString(name):
		c.refusef(path, "%q is no image reference; %s", reference, example)
	case !pinned && name == reference && regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(name):
		c.refusef(path, "%q is the id of an image and not its name; %s", reference, example)
	}
}

// namePattern is a host with or without a port, and the path of a repository.
const namePattern = `^(([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*(:[0-9]+)?/)?` +
	`[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`

// repository is a name without its host.
func repository(name string) string {
	if _, path, found := strings.Cut(name, "/"); found {
		return path
	}

	return name
}
