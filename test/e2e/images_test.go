// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// retag puts an image of the cluster onto its nodes under another reference.
func (c *cluster) retag(ctx context.Context, image, reference string) {
	GinkgoHelper()

	source, err := os.Open(filepath.Join(c.images, image+".tar"))
	Expect(err).NotTo(HaveOccurred())

	defer func() { Expect(source.Close()).To(Succeed()) }()

	path := filepath.Join(GinkgoT().TempDir(), "image.tar")
	target, err := os.Create(path)
	Expect(err).NotTo(HaveOccurred())

	from, to := tar.NewReader(source), tar.NewWriter(target)

	for {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}

		Expect(err).NotTo(HaveOccurred())

		// What the archive holds, and how it is called.
		if header.Name == "manifest.json" {
			content := renamed(from, reference)
			header.Size = int64(len(content))
			Expect(to.WriteHeader(header)).To(Succeed())
			Expect(to.Write(content)).To(Equal(len(content)))

			continue
		}

		Expect(to.WriteHeader(header)).To(Succeed())
		Expect(io.Copy(to, from)).To(Equal(header.Size))
	}

	Expect(to.Close()).To(Succeed())
	Expect(target.Close()).To(Succeed())
	c.run(ctx, "load-image", path)
}

// renamed is the manifest of an archive, as docker save writes it, with another
// reference of its image.
func renamed(manifest io.Reader, reference string) []byte {
	GinkgoHelper()

	var images []map[string]any
	Expect(json.NewDecoder(manifest).Decode(&images)).To(Succeed())
	Expect(images).To(HaveLen(1))

	images[0]["RepoTags"] = []string{reference}

	content, err := json.Marshal(images)
	Expect(err).NotTo(HaveOccurred())

	return content
}
