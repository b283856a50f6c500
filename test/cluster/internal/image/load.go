// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package image

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/cri"
)

// Load imports an archive into the container runtime that listens on the socket,
// where pods find it. It reports false if every image of it was there already.
func Load(ctx context.Context, socket, archive string, images []Image) (loaded bool, err error) {
	runtime, err := cri.Connect(socket)
	if err != nil {
		return false, err
	}
	defer runtime.Close() //nolint:errcheck // the connection ends with the process in any case

	present, err := allPresent(ctx, runtime, images)
	if err != nil || present {
		return false, err
	}
	command := exec.CommandContext(ctx, "ctr", "--address", socket, "--namespace", "k8s.io", "images", "import", archive)
	if out, err := command.CombinedOutput(); err != nil {
		return false, fmt.Errorf("importing %s: %w\n%s", archive, err, strings.TrimSpace(string(out)))
	}
	present, err = allPresent(ctx, runtime, images)
	if err != nil {
		return false, err
	}
	if !present {
		return false, fmt.Errorf("importing %s: the container runtime does not show all of its images afterwards: is the archive for this architecture?", archive)
	}
	return true, nil
}

func allPresent(ctx context.Context, runtime *cri.Client, images []Image) (bool, error) {
	for _, image := range images {
		id, err := runtime.ImageID(ctx, image.Reference)
		if err != nil {
			return false, err
		}
		if id == "" || (image.ID != "" && id != image.ID) {
			return false, nil
		}
	}
	return true, nil
}
