// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package assemble

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// The accounts of every image: root owns the files, nonroot runs the program,
// nobody is there for programs that look it up.
const (
	passwd = "root:x:0:0:root:/root:/sbin/nologin\n" +
		"nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n" +
		"nonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin\n"
	group = "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n"
)

// File is one entry of a layer.
type File struct {
	// Name is the path in the image, without the leading slash.
	Name string
	// Mode holds the permissions, in octal as chmod takes them: tar's own
	// encoding of the sticky bit, not Go's.
	Mode int64
	// Owner is whom it belongs to. The zero value is root: a program must not be
	// able to change its own image, but for files that it writes by design.
	Owner Account
	// Link makes a symbolic link to this path.
	Link string
	// Open returns the content and its size in bytes; nil makes a folder, or the
	// link.
	Open func() (io.ReadCloser, int64, error)
}

// files lists what an image holds, parents before children.
func files(spec Spec) []File {
	all := []File{
		{Name: "etc", Mode: 0o755},
		{Name: "etc/group", Mode: 0o644, Open: Text(group)},
		{Name: "etc/passwd", Mode: 0o644, Open: Text(passwd)},
	}
	if spec.Certificates {
		all = append(all,
			File{Name: "etc/ssl", Mode: 0o755},
			File{Name: "etc/ssl/certs", Mode: 0o755},
			File{Name: certificatesPath, Mode: 0o644, Open: Text(certificates())},
		)
	}
	all = append(all,
		File{Name: "tmp", Mode: 0o1777},
		File{Name: strings.TrimPrefix(spec.Entrypoint, "/"), Mode: 0o755, Open: Disk(spec.Program)},
	)
	return withFolders(all, spec.Files)
}

// withFolders appends further files, each after the folders that it lies in. Of
// two entries of one name the first stays.
func withFolders(all, further []File) []File {
	there := map[string]bool{".": true}
	for _, f := range all {
		there[f.Name] = true
	}
	var add func(f File)
	add = func(f File) {
		if there[f.Name] {
			return
		}
		add(File{Name: path.Dir(f.Name), Mode: 0o755})
		there[f.Name] = true
		all = append(all, f)
	}
	for _, f := range further {
		add(f)
	}
	return all
}

// write adds the entry to an archive.
func (f File) write(to *tar.Writer) error {
	header := &tar.Header{
		Typeflag: tar.TypeDir,
		Name:     f.Name + "/",
		Mode:     f.Mode,
		Uid:      f.Owner.User,
		Gid:      f.Owner.Group,
		ModTime:  created(),
		Format:   tar.FormatUSTAR,
	}
	if f.Link != "" {
		header.Typeflag, header.Name, header.Linkname = tar.TypeSymlink, f.Name, f.Link
	}
	if f.Open == nil {
		return to.WriteHeader(header)
	}
	content, size, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	header.Typeflag, header.Name, header.Size = tar.TypeReg, f.Name, size
	if err := to.WriteHeader(header); err != nil {
		return err
	}
	if _, err := io.Copy(to, content); err != nil {
		return fmt.Errorf("copy %s: %w", f.Name, err)
	}
	return nil
}

// Text is content held in memory.
func Text(content string) func() (io.ReadCloser, int64, error) {
	return func() (io.ReadCloser, int64, error) {
		return io.NopCloser(strings.NewReader(content)), int64(len(content)), nil
	}
}

// Disk is the content of a file of this machine.
func Disk(name string) func() (io.ReadCloser, int64, error) {
	return func() (io.ReadCloser, int64, error) {
		opened, err := os.Open(name)
		if err != nil {
			return nil, 0, err
		}
		info, err := opened.Stat()
		if err != nil {
			_ = opened.Close()
			return nil, 0, err
		}
		return opened, info.Size(), nil
	}
}
