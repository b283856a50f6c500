// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package assemble_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/assemble"
)

// spec describes an image around a stand-in program written at the given time.
func spec(t *testing.T, content string, modified time.Time) assemble.Spec {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(program, modified, modified); err != nil {
		t.Fatal(err)
	}
	return assemble.Spec{
		Program:      program,
		Entrypoint:   "/manager",
		Architecture: "arm64",
		Ports:        []int{8080},
		Labels:       map[string]string{"org.opencontainers.image.title": "manager"},
	}
}

func image(t *testing.T, spec assemble.Spec) v1.Image {
	t.Helper()
	img, err := assemble.Image(spec)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func digest(t *testing.T, spec assemble.Spec) v1.Hash {
	t.Helper()
	d, err := image(t, spec).Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// entry is what a test asks of one file in a layer.
type entry struct {
	header  tar.Header
	content string
}

func entries(t *testing.T, img v1.Image) map[string]entry {
	t.Helper()
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 1 {
		t.Fatalf("the image has %d layers, want 1", len(layers))
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = content.Close() }()
	found := map[string]entry{}
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		found[header.Name] = entry{header: *header, content: string(body)}
	}
}

func TestImageRunsTheProgramAsNonRoot(t *testing.T) {
	config, err := image(t, spec(t, "program", time.Now())).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if got := config.Config.User; got != "65532:65532" {
		t.Errorf("user = %q, want 65532:65532", got)
	}
	if got := config.Config.Entrypoint; !slices.Equal(got, []string{"/manager"}) {
		t.Errorf("entrypoint = %q, want [/manager]", got)
	}
	if got := config.OS + "/" + config.Architecture; got != "linux/arm64" {
		t.Errorf("platform = %q, want linux/arm64", got)
	}
	if _, ok := config.Config.ExposedPorts["8080/tcp"]; !ok {
		t.Errorf("exposed ports = %v, want 8080/tcp", config.Config.ExposedPorts)
	}
	if got := config.Config.Labels["org.opencontainers.image.title"]; got != "manager" {
		t.Errorf("title label = %q, want manager", got)
	}
}

func TestImageRunsAsTheAccountThatItNames(t *testing.T) {
	account := assemble.Account{User: 101, Group: 82}
	with := spec(t, "program", time.Now())
	with.Account = account
	with.Files = []assemble.File{
		{Name: "etc/written/conf", Mode: 0o644, Owner: account, Open: assemble.Text("conf")},
		{Name: "var/written", Mode: 0o755, Owner: account},
		{Name: "etc/read", Mode: 0o644, Open: assemble.Text("read")},
	}
	img := image(t, with)
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if got := config.Config.User; got != "101:82" {
		t.Errorf("user = %q, want 101:82", got)
	}
	found := entries(t, img)
	for name, owner := range map[string]assemble.Account{
		"etc/written/conf": account,
		"var/written/":     account,
		"etc/written/":     {},
		"etc/read":         {},
		"manager":          {},
	} {
		got, ok := found[name]
		if !ok {
			t.Errorf("%s is missing", name)
			continue
		}
		if has := (assemble.Account{User: got.header.Uid, Group: got.header.Gid}); has != owner {
			t.Errorf("%s belongs to %s, want %s", name, has, owner)
		}
	}
}

func TestImageHoldsOnlyWhatTheProgramNeeds(t *testing.T) {
	found := entries(t, image(t, spec(t, "program", time.Now())))
	for name, mode := range map[string]int64{
		"etc/":       0o755,
		"etc/group":  0o644,
		"etc/passwd": 0o644,
		"tmp/":       0o1777,
		"manager":    0o755,
	} {
		got, ok := found[name]
		if !ok {
			t.Errorf("%s is missing", name)
			continue
		}
		if got.header.Mode != mode || got.header.Uid != 0 || got.header.Gid != 0 {
			t.Errorf("%s is %o %d:%d, want %o 0:0", name, got.header.Mode, got.header.Uid, got.header.Gid, mode)
		}
		if !got.header.ModTime.Equal(time.Unix(0, 0)) {
			t.Errorf("%s carries the time %s, want the epoch", name, got.header.ModTime)
		}
		delete(found, name)
	}
	for name := range found {
		t.Errorf("%s is there and should not be", name)
	}
}

func TestImageKnowsItsUserByName(t *testing.T) {
	found := entries(t, image(t, spec(t, "program", time.Now())))
	if got := found["etc/passwd"].content; !strings.Contains(got, "nonroot:x:65532:65532:") {
		t.Errorf("/etc/passwd does not name the user 65532:\n%s", got)
	}
	if got := found["etc/group"].content; !strings.Contains(got, "nonroot:x:65532:") {
		t.Errorf("/etc/group does not name the group 65532:\n%s", got)
	}
	if got := found["manager"].content; got != "program" {
		t.Errorf("/manager holds %q, want the program", got)
	}
}

func TestImageDigestFollowsContentAlone(t *testing.T) {
	first := digest(t, spec(t, "program", time.Unix(1_000_000, 0)))
	if later := digest(t, spec(t, "program", time.Unix(2_000_000, 0))); later != first {
		t.Errorf("the same program at another path and time gave %s, want %s", later, first)
	}
	if other := digest(t, spec(t, "another program", time.Unix(1_000_000, 0))); other == first {
		t.Error("another program gave the same digest")
	}
	labelled := spec(t, "program", time.Unix(1_000_000, 0))
	labelled.Labels = map[string]string{"org.opencontainers.image.title": "other"}
	if other := digest(t, labelled); other == first {
		t.Error("another label gave the same digest")
	}
}

func TestImageRefusesARelativeEntrypoint(t *testing.T) {
	for _, entrypoint := range []string{"", "manager", "/bin/../manager", "/manager/"} {
		bad := spec(t, "program", time.Now())
		bad.Entrypoint = entrypoint
		if _, err := assemble.Image(bad); err == nil {
			t.Errorf("entrypoint %q was accepted", entrypoint)
		}
	}
}

func TestImageNamesAMissingProgram(t *testing.T) {
	missing := spec(t, "program", time.Now())
	missing.Program = filepath.Join(t.TempDir(), "nowhere")
	if _, err := assemble.Image(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v, want one that says that the program does not exist", err)
	}
}

func TestImageHoldsFurtherFilesInTheirFolders(t *testing.T) {
	with := spec(t, "program", time.Now())
	with.Command = []string{"/bin/init", "--", "/start.sh"}
	with.Files = []assemble.File{
		{Name: "bin/init", Mode: 0o755, Open: assemble.Text("init")},
		{Name: "bin/sh", Mode: 0o777, Link: "/bin/busybox"},
		{Name: "etc/templates/a.tmpl", Mode: 0o644, Open: assemble.Text("a")},
		{Name: "manager", Mode: 0o644, Open: assemble.Text("another")},
	}
	img := image(t, with)
	found := entries(t, img)

	for name, kind := range map[string]byte{
		"bin/": tar.TypeDir, "bin/init": tar.TypeReg, "bin/sh": tar.TypeSymlink,
		"etc/": tar.TypeDir, "etc/templates/": tar.TypeDir, "etc/templates/a.tmpl": tar.TypeReg,
	} {
		if got, ok := found[name]; !ok || got.header.Typeflag != kind {
			t.Errorf("%s is there %v, of type %c, want %c", name, ok, got.header.Typeflag, kind)
		}
	}
	if got := found["bin/sh"].header.Linkname; got != "/bin/busybox" {
		t.Errorf("/bin/sh leads to %q, want /bin/busybox", got)
	}
	if got := found["manager"].content; got != "program" {
		t.Errorf("/manager holds %q: a further file took the program's place", got)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if got := config.Config.Entrypoint; !slices.Equal(got, with.Command) {
		t.Errorf("entrypoint = %q, want %q", got, with.Command)
	}
}
