// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"slices"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/catalog"
)

func TestIngressNGINXHasAStandInWhereTheControllerLooksForNginx(t *testing.T) {
	images := all(t, nil)
	at := slices.IndexFunc(images, func(image catalog.Image) bool { return image.Name == "ingress-nginx" })
	if at < 0 {
		t.Fatal("the image is not in the catalog")
	}
	image := images[at]

	// The arguments that the operator renders begin with the program.
	if want := []string{"/usr/bin/dumb-init", "--"}; !slices.Equal(image.Command, want) {
		t.Errorf("the image runs %q, want %q", image.Command, want)
	}
	if image.Entrypoint != "/nginx-ingress-controller" {
		t.Errorf("the controller is %s", image.Entrypoint)
	}
	target, ok := image.Links["/usr/bin/nginx"]
	if !ok {
		t.Fatal("/usr/bin/nginx is not a link")
	}
	if got := image.Further[target]; got.Package != "./nginx-standin" {
		t.Errorf("/usr/bin/nginx is %s from %q, want the stand-in", target, got.Package)
	}
	if _, ok := image.Further["/wait-shutdown"]; !ok {
		t.Error("the program that the operator's pods run before they stop is missing")
	}
	if !slices.Contains(image.Owned, "/etc/nginx/nginx.conf") {
		t.Error("the controller may not write its configuration")
	}
}
