// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// fieldManager is the demo's field manager.
const fieldManager = "demo"

// cluster is the cluster that the demo runs in.
type cluster struct {
	client client.Client
}

func connect(kubeconfig string) (*cluster, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("reading kubeconfig %s: %w", kubeconfig, err)
	}

	scheme, err := manager.Scheme()
	if err != nil {
		return nil, err
	}

	c, err := client.New(config, client.Options{Scheme: scheme, FieldOwner: fieldManager})
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}

	return &cluster{client: c}, nil
}

// applyTenants applies the manifests of a folder and returns the names of the
// tenants in it.
func (c *cluster) applyTenants(ctx context.Context, folder string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("looking for samples in %s: %w", folder, err)
	}

	var names []string

	for _, file := range files {
		tenants, err := readTenants(file)
		if err != nil {
			return nil, err
		}

		for _, t := range tenants {
			if err := c.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(t), client.ForceOwnership); err != nil {
				return nil, fmt.Errorf("applying IngressTenant %s of %s: %w", t.GetName(), file, err)
			}

			names = append(names, t.GetName())
		}
	}

	if len(names) == 0 {
		return nil, errNoTenants
	}

	sayf("tenants applied: %s", strings.Join(names, ", "))

	return names, nil
}

// readTenants returns the IngressTenants of a file, which may hold other
// objects.
func readTenants(file string) ([]*unstructured.Unstructured, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading samples: %w", err)
	}

	var tenants []*unstructured.Unstructured

	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), len(content))

	for {
		object := &unstructured.Unstructured{}

		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return tenants, nil
		}

		if err != nil {
			return nil, fmt.Errorf("decoding %s: %w", file, err)
		}

		if object.GetKind() == "IngressTenant" {
			tenants = append(tenants, object)
		}
	}
}

// applyApp puts an application named like the tenant behind it.
func (c *cluster) applyApp(ctx context.Context, name string) error {
	app := apps.App{Namespace: name, Name: name}
	objects := append([]runtime.ApplyConfiguration{apps.Namespace(name, map[string]string{"team": name})}, app.Objects()...)

	for _, object := range append(objects, app.Ingress(name, host(name))) {
		if err := c.client.Apply(ctx, object, client.ForceOwnership); err != nil {
			return fmt.Errorf("applying application %s: %w", name, err)
		}
	}

	sayf("application %s applied: %s, class %s", name, host(name), name)

	return nil
}

// awaitTenants waits until every tenant is ready, says what is missing while
// that changes, and returns their addresses.
func (c *cluster) awaitTenants(ctx context.Context, names []string) (map[string]string, error) {
	addresses := make(map[string]string, len(names))
	said := map[string]string{}

	err := wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		for _, name := range names {
			if addresses[name] != "" {
				continue
			}

			t := &v1alpha1.IngressTenant{}
			if err := c.client.Get(ctx, client.ObjectKey{Name: name}, t); err != nil {
				return false, fmt.Errorf("reading IngressTenant %s: %w", name, err)
			}

			state := "not looked at by the operator yet"
			if ready := meta.FindStatusCondition(t.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
				state = ready.Reason + ": " + ready.Message
			}

			if state != said[name] {
				sayf("tenant %s: %s", name, state)
				said[name] = state
			}

			upToDate := t.Status.ObservedGeneration == t.Generation
			if upToDate && meta.IsStatusConditionTrue(t.Status.Conditions, v1alpha1.ConditionReady) && len(t.Status.Addresses) > 0 {
				addresses[name] = t.Status.Addresses[0].Value
			}
		}

		return len(addresses) == len(names), nil
	})
	if err != nil {
		return nil, fmt.Errorf("waiting for the tenants to be ready: %w", err)
	}

	return addresses, nil
}

func sayf(format string, args ...any) {
	fmt.Fprintf(os.Stdout, "demo: "+format+"\n", args...)
}
