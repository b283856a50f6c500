// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// injection is what is put into the fields of IngressTenants.
type injection struct {
	// Texts are put into each field.
	Texts []string `json:"texts"`
	// Specs are what the fields are in, by the begin of their names.
	Specs map[string]map[string]any `json:"specs"`
	// Options are what implementations take from their tenants.
	Options map[v1alpha1.ProviderName]struct {
		// Key is one of spec.controller.config.
		Key string `json:"key"`
		// Argument is one of spec.controller.extraArgs, without its value.
		Argument string `json:"argument"`
		// Spec is what the specs of its tenants need.
		Spec map[string]any `json:"spec"`
		// Ends are the characters that end a value in the configuration that the
		// implementation writes.
		Ends string `json:"ends"`
	} `json:"options"`
}

// place is where a text is put.
type place struct {
	// provider is the implementation of the tenant.
	provider v1alpha1.ProviderName
	at       field
	// before is what is written before the text.
	before string
	// spec is the spec without it.
	spec map[string]any
	// ends are the characters that would end it in a file.
	ends string
}

// What a text has become that neither the API server nor the operator refused.
const kept = "operator, which keeps it one value"

// readInjection returns the texts, and all places for them.
func readInjection() ([]string, []place, error) {
	path := filepath.Join("testdata", "injection.yaml")

	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}

	var read injection
	if err := yaml.UnmarshalStrict(text, &read); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}

	fields, err := stringFields()
	if err != nil {
		return nil, nil, err
	}

	var places []place

	for _, at := range fields {
		if at.isOption() {
			continue // By implementation, below.
		}

		places = append(places, place{provider: v1alpha1.ProviderTraefik, at: at, spec: read.specFor(at)})
	}

	for _, provider := range slices.Sorted(maps.Keys(read.Options)) {
		option := read.Options[provider]
		spec := merge(option.Spec, map[string]any{"controller": map[string]any{"config": map[string]any{option.Key: "a"}}})
		at := func(before string, name ...string) place {
			return place{provider: provider, at: append(field{"controller"}, name...), before: before, spec: spec, ends: option.Ends}
		}

		places = append(places,
			at("", "config", key), at("", "config", value), at("", "extraArgs", item),
			at("--", "extraArgs", item), at(option.Argument, "extraArgs", item))
	}

	return read.Texts, places, nil
}

// specFor is the spec that a field is in.
func (i injection) specFor(at field) map[string]any {
	begin := ""

	for name := range i.Specs {
		if strings.HasPrefix(at.String(), name) && len(name) > len(begin) {
			begin = name
		}
	}

	return i.Specs[begin]
}

// describeInjection tries each text at each place, as somebody who may write
// IngressTenants. The API server is asked first, for a new tenant; what it takes is
// given to a tenant that is there, if it can be, whose objects tell what became of it.
func describeInjection(s *site, texts []string, places []place, report *table) {
	Describe("through the fields of IngressTenants", func() {
		for number, p := range places {
			It("is no more than a value in "+p.String(), func(ctx SpecContext) {
				s.tenantFor(ctx, p)

				stopped := map[string]bool{}

				for i, text := range texts {
					by, message := s.inject(ctx, p, text, number*len(texts)+i)
					Expect(by).NotTo(Equal(nobody), "%q: %s", text, message)

					stopped[by] = true
				}

				report.add(attempt{As: "author", What: fmt.Sprintf("put %d texts into %s", len(texts), p)},
					strings.Join(slices.Sorted(maps.Keys(stopped)), "; "), "", s.traffic.Result().Failed)
			}, bounded)
		}
	})
}

// isOption is whether the field holds options of implementations.
func (f field) isOption() bool {
	return f[0] == "controller" && (f[1] == "config" || f[1] == "extraArgs")
}

// String is the place as it is written.
func (p place) String() string {
	name := "spec." + p.at.String()
	if p.at.isOption() {
		name += " of " + string(p.provider)
	}

	if p.before != "" {
		name += ", after " + p.before
	}

	return name
}

// tenant is the name of the tenant that texts are given to.
func (p place) tenant() string { return "injection-" + strings.ToLower(string(p.provider)) }

// tenantFor gives the place's tenant a spec that is accepted, so that it is the text
// alone which can be refused. Its pods find no node.
func (s *site) tenantFor(ctx context.Context, p place) {
	GinkgoHelper()

	found := &v1alpha1.IngressTenant{}

	err := s.Get(ctx, client.ObjectKey{Name: p.tenant()}, found)
	if apierrors.IsNotFound(err) {
		s.apply(ctx, apps.Namespace(p.tenant(), nil))
		Expect(s.Create(ctx, p.object(p.tenant(), p.whole("")).unstructured())).To(Succeed())

		s.made = append(s.made, p.tenant())
	} else {
		Expect(err).NotTo(HaveOccurred())
		Expect(s.replaceSpec(ctx, s, p, p.whole(""))).To(Succeed())
	}

	Expect(s.refused(ctx, p.tenant())).To(BeEmpty(), "without the text")
}

// whole is the spec of the place's tenant, with a text or, where that is empty, without.
func (p place) whole(text string) map[string]any {
	spec := merge(map[string]any{
		"controller":     map[string]any{"provider": string(p.provider), "replicas": int64(1), "nodeSelector": map[string]any{"attack": "nowhere"}},
		"namespaces":     map[string]any{"names": []any{p.tenant()}},
		"deletionPolicy": "Force",
	}, p.spec)

	if text == "" {
		return spec
	}

	changed, _ := p.at.with(spec, p.before+text).(map[string]any)

	return changed
}

// merge is a spec with the fields of another one; null takes one away.
func merge(into, from map[string]any) map[string]any {
	merged := map[string]any{}
	maps.Copy(merged, into)

	for name, theirs := range from {
		inner, isObject := theirs.(map[string]any)
		ours, both := merged[name].(map[string]any)

		switch {
		case theirs == nil:
			delete(merged, name)
		case isObject && both:
			merged[name] = merge(ours, inner)
		default:
			merged[name] = theirs
		}
	}

	return merged
}

func (p place) object(name string, spec map[string]any) object {
	return object{"apiVersion": v1alpha1.GroupVersion.String(), "kind": "IngressTenant", "metadata": map[string]any{"name": name}, "spec": spec}
}

func (s *site) replaceSpec(ctx context.Context, as client.Client, p place, spec map[string]any) error {
	GinkgoHelper()

	text, err := json.Marshal([]map[string]any{{"op": "replace", "path": "/spec", "value": spec}})
	Expect(err).NotTo(HaveOccurred())

	return as.Patch(ctx, &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: p.tenant()}}, client.RawPatch(types.JSONPatchType, text))
}

// marked is the word that each text has.
const marked = "smuggled"

// inject puts a text at a place, and returns who stopped it from being more than a
// value. The number makes the text another one than those before.
func (s *site) inject(ctx context.Context, p place, text string, number int) (string, string) {
	GinkgoHelper()

	name, mark := p.tenant(), fmt.Sprintf("%s%d", marked, number)
	text = strings.ReplaceAll(text, marked, mark)
	anew := p.object(fmt.Sprintf("injection-%d", number), p.whole(text)).unstructured()
	answer := client.NewDryRunClient(s.actors["author"]).Create(ctx, anew.DeepCopy())

	switch {
	case answer != nil:
	case p.needsNew():
		name = anew.GetName()
		s.made = append(s.made, name)

		answer = s.actors["author"].Create(ctx, anew)
		defer func() { Expect(client.IgnoreNotFound(s.Delete(ctx, anew))).To(Succeed()) }()
	default:
		answer = s.replaceSpec(ctx, s.actors["author"], p, p.whole(text))
	}

	if answer != nil {
		by, err := stoppedBy(answer)
		Expect(err).NotTo(HaveOccurred())
		Expect(p.isAbout(answer)).To(BeTrue(), "something else is refused: %v", answer)

		return by, answer.Error()
	}

	if message := s.refused(ctx, name); message != "" {
		return byOperator, message
	}

	if where := s.foundAsMore(ctx, name, trail{text: text, mark: mark, ends: p.ends}); len(where) > 0 {
		return nobody, "found in " + strings.Join(where, ", ")
	}

	return kept, ""
}

// needsNew is whether the place counts for new tenants only: a load balancer that is
// there keeps what it has.
func (p place) needsNew() bool { return strings.HasPrefix(p.at.String(), "exposure.loadBalancer.") }

// isAbout is whether the API server complains about the place.
func (p place) isAbout(answer error) bool {
	name, _, _ := strings.Cut(strings.Split(p.at.String(), item)[0], "{")

	return strings.Contains(answer.Error(), "spec."+name)
}

// refused returns what the operator says against the present spec of a tenant; empty if
// it says nothing.
func (s *site) refused(ctx context.Context, name string) string {
	GinkgoHelper()

	t := &v1alpha1.IngressTenant{}

	Eventually(func() error {
		if err := s.Get(ctx, client.ObjectKey{Name: name}, t); err != nil {
			return err
		}

		found := apimeta.FindStatusCondition(t.Status.Conditions, v1alpha1.ConditionAccepted)
		if found == nil || found.ObservedGeneration != t.Generation {
			return errors.New("the operator has not looked at it")
		}

		return nil
	}).WithContext(ctx).WithPolling(50 * time.Millisecond).Should(Succeed())

	for _, condition := range t.Status.Conditions {
		about := condition.Type == v1alpha1.ConditionAccepted || condition.Type == v1alpha1.ConditionHostnamesClaimed
		if about && condition.Status == metav1.ConditionFalse && condition.Reason != v1alpha1.ReasonNotClaimed {
			return condition.Message
		}
	}

	return ""
}
