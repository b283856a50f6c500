// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// attempt is one thing that somebody tries. Exactly one of Create, Patch, Delete, Get
// and List is set.
type attempt struct {
	// What says what is tried.
	What string `json:"what"`
	// As is who tries it: see the actors.
	As string `json:"as"`
	// Stopped is who has to stop it.
	Stopped string `json:"stopped"`
	// First are objects that are there before, and go afterwards.
	First []object `json:"first"`
	// Create is an object that is created.
	Create object `json:"create"`
	// Patch is an object that With is merged into.
	Patch object `json:"patch"`
	With  object `json:"with"`
	// Delete, Get and List are objects that are deleted, read and listed.
	Delete object `json:"delete"`
	Get    object `json:"get"`
	List   object `json:"list"`
	// Sub is the subresource that it is about, if any, and Body what is sent to it.
	Sub  string `json:"sub"`
	Body object `json:"body"`
}

type object map[string]any

func (o object) unstructured() *unstructured.Unstructured {
	return (&unstructured.Unstructured{Object: o}).DeepCopy()
}

// readAttempts reads a file of attempts, which is a template.
func readAttempts(name string, values any) ([]attempt, error) {
	path := filepath.Join("testdata", name)

	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}

	parsed, err := template.New(name).Funcs(template.FuncMap{"ingress": ingress}).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, err
	}

	var filled bytes.Buffer
	if err := parsed.Execute(&filled, values); err != nil {
		return nil, err
	}

	var attempts []attempt
	if err := yaml.UnmarshalStrict(filled.Bytes(), &attempts); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}

	return attempts, nil
}

// ingress is the text of an Ingress in the attacker's namespace: a class and a host,
// each of which can be empty.
func ingress(name, class, host string) (string, error) {
	backend := object{"service": object{"name": "mallory", "port": object{"name": "http"}}}
	rule := object{"http": object{"paths": []object{{"path": "/", "pathType": "Prefix", "backend": backend}}}}

	if host != "" {
		rule["host"] = host
	}

	spec := object{"rules": []object{rule}}
	if class != "" {
		spec["ingressClassName"] = class
	}

	text, err := json.Marshal(object{
		"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
		"metadata": object{"name": name, "namespace": "mallory"}, "spec": spec,
	})

	return string(text), err
}

// try does what the attempt says, and returns the API server's answer. What got created
// is deleted by undo.
func (a attempt) try(ctx context.Context, as, admin client.Client) (undo func() error, answer error) {
	undo = func() error { return nil }

	switch {
	case a.Create != nil && a.Sub != "":
		return undo, as.SubResource(a.Sub).Create(ctx, a.Create.unstructured(), a.Body.unstructured())
	case a.Create != nil:
		created := a.Create.unstructured()
		answer = as.Create(ctx, created)

		return func() error { return remove(ctx, admin, created) }, answer
	case a.Patch != nil:
		return undo, a.patch(ctx, as)
	case a.Delete != nil:
		return undo, as.Delete(ctx, a.Delete.unstructured())
	case a.Get != nil:
		got := a.Get.unstructured()

		return undo, as.Get(ctx, client.ObjectKeyFromObject(got), got)
	case a.List != nil:
		list := &unstructured.UnstructuredList{Object: a.List}

		return undo, as.List(ctx, list, client.InNamespace(a.List.unstructured().GetNamespace()))
	default:
		return undo, fmt.Errorf("attempt %q does nothing", a.What)
	}
}

// remove deletes an object, and waits until it is gone.
func remove(ctx context.Context, admin client.Client, object *unstructured.Unstructured) error {
	if err := admin.Delete(ctx, object); err != nil {
		return client.IgnoreNotFound(err)
	}

	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		err := admin.Get(ctx, client.ObjectKeyFromObject(object), object)

		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}

func (a attempt) patch(ctx context.Context, as client.Client) error {
	text, err := json.Marshal(a.With)
	if err != nil {
		return err
	}

	patch := client.RawPatch(types.MergePatchType, text)
	if a.Sub != "" {
		return as.SubResource(a.Sub).Patch(ctx, a.Patch.unstructured(), patch)
	}

	return as.Patch(ctx, a.Patch.unstructured(), patch)
}

// Who stops attempts, beside policies, which go by their name without the number of a
// page. The operator does so by its word in a tenant's status, and writes nothing.
const (
	nobody     = "nobody"
	rights     = "rights"
	validation = "validation"
	byOperator = "operator"
)

var (
	policyDenied = regexp.MustCompile(`ValidatingAdmissionPolicy '([a-z0-9-]+)' with binding`)
	pageNumber   = regexp.MustCompile(`-[0-9]+$`)
)

// withoutPage is the name of a policy, or of its binding, without the number of a page.
func withoutPage(name string) string { return pageNumber.ReplaceAllString(name, "") }

// stoppedBy says who stopped an attempt, by the API server's answer to it.
func stoppedBy(answer error) (string, error) {
	policy := policyDenied.FindStringSubmatch(fmt.Sprint(answer))

	switch {
	case answer == nil:
		return nobody, nil
	case policy != nil:
		return withoutPage(policy[1]), nil
	case apierrors.IsForbidden(answer) && strings.Contains(answer.Error(), "cannot"):
		return rights, nil
	case apierrors.IsForbidden(answer) && strings.Contains(answer.Error(), "attempting to grant RBAC permissions not currently held"):
		return rights, nil
	case apierrors.IsInvalid(answer), apierrors.IsBadRequest(answer):
		return validation, nil
	default:
		return "", fmt.Errorf("neither permitted nor refused: %w", answer)
	}
}
