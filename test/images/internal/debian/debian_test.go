// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package debian

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestReadTakesWhatRuns(t *testing.T) {
	var content bytes.Buffer
	archive := tar.NewWriter(&content)
	for _, header := range []tar.Header{
		{Name: "./usr/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "./usr/sbin/haproxy", Typeflag: tar.TypeReg, Mode: 0o4755},
		{Name: "./bin/busybox", Typeflag: tar.TypeReg, Mode: 0o755},
		{Name: "./lib64/ld-linux-x86-64.so.2", Typeflag: tar.TypeSymlink, Linkname: "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"},
		{Name: "./usr/lib/aarch64-linux-gnu/libssl.so.3", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "./usr/lib/x86_64-linux-gnu/lua/5.3/lpeg.so", Typeflag: tar.TypeSymlink, Linkname: "../../liblua5.3-lpeg.so.2"},
		{Name: "./usr/share/lua/5.3/json.lua", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "./usr/lib/x86_64-linux-gnu/gconv/BIG5.so", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "./etc/haproxy/haproxy.cfg", Typeflag: tar.TypeReg, Mode: 0o644},
		{Name: "./usr/share/doc/haproxy/copyright", Typeflag: tar.TypeReg, Mode: 0o644},
	} {
		if err := archive.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}

	files, err := read(&content)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		if f.Mode&^0o755 != 0 {
			t.Errorf("%s keeps the mode %o: nothing in an image gains rights", f.Name, f.Mode)
		}
		if (f.Link == "") == (f.Open == nil) {
			t.Errorf("%s is neither a file nor a link", f.Name)
		}
	}
	want := []string{
		"usr/sbin/haproxy", "bin/busybox", "lib64/ld-linux-x86-64.so.2", "usr/lib/aarch64-linux-gnu/libssl.so.3",
		"usr/lib/x86_64-linux-gnu/lua/5.3/lpeg.so", "usr/share/lua/5.3/json.lua",
	}
	if !slices.Equal(names, want) {
		t.Errorf("took %q, want %q", names, want)
	}
}

func TestFetchAsksForNothingThatIsThere(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "haproxy_2.6.12-1+deb12u4_amd64.deb")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", "")
	found, err := Fetch(t.Context(), folder, []string{"haproxy"})
	if err != nil || !slices.Equal(found, []string{path}) {
		t.Errorf("Fetch = %q, %v; want what is in the folder", found, err)
	}
	if _, err := Fetch(t.Context(), folder, []string{"haproxy", "dumb-init"}); err == nil {
		t.Error("a package that is not there was found without apt-get")
	}
}
