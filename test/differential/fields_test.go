// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// walkers is how many tenants are changed side by side.
const walkers = 24

// walk is a tenant whose field is set, changed, changed back and removed.
type walk struct {
	title string
	// base is the spec without the field; first and second are with it.
	base, first, second map[string]any

	exclusive, fixed bool
}

func describeFields() {
	Describe("A field that is set, changed and removed on a tenant that is there", func() {
		It("ends as on a tenant that was made so, for every provider", func(ctx SpecContext) {
			w := newWorld(ctx)
			w.startOperator(ctx, w.Operator)
			w.expectSameAsFresh(ctx, providerWalks())
		}, SpecTimeout(10*time.Minute))

		It("ends as on a tenant that was made so, for every cloud", func(ctx SpecContext) {
			w := newWorld(ctx)
			w.startOperator(ctx, w.Operator)
			w.expectSameAsFresh(ctx, cloudWalks())
		}, SpecTimeout(10*time.Minute))
	})
}

// providerWalks are those of every field with every provider.
func providerWalks() []walk {
	GinkgoHelper()

	found, err := leaves()
	Expect(err).NotTo(HaveOccurred())

	var walks []walk

	for _, implementation := range all.All() {
		name := implementation.Descriptor().Name

		for _, each := range found {
			values, err := each.variants(name)
			Expect(err).NotTo(HaveOccurred())

			// Every cloud has walks of its own.
			if each.path == "exposure.loadBalancer.platform" {
				values = values[:2]
			}

			s := sampleOf(each.path)
			for _, pair := range pairs(values) {
				walks = append(walks, newWalk(fmt.Sprintf("%s: %s", name, each.path), each.path, s, pair, providerNeeds(name)))
			}
		}
	}

	return walks
}

// providerNeeds is what a tenant has to say to have a provider.
func providerNeeds(name v1alpha1.ProviderName) map[string]any {
	needs := map[string]any{"controller": map[string]any{"provider": string(name)}}

	// The others are refused where nobody may write raw configuration.
	if name != v1alpha1.ProviderTraefik && name != v1alpha1.ProviderIngressNGINX {
		needs["policy"] = map[string]any{"snippets": string(v1alpha1.Allow)}
	}

	return needs
}

// pairs are values two by two, each once.
func pairs(values []any) [][2]any {
	var found [][2]any

	for i := 0; i < len(values); i += 2 {
		found = append(found, [2]any{values[i], values[(i+1)%len(values)]})
	}

	return found
}

// cloudWalks are those of every field of load balancers on every cloud.
func cloudWalks() []walk {
	GinkgoHelper()

	found, err := leaves()
	Expect(err).NotTo(HaveOccurred())

	var walks []walk

	for _, profile := range cloud.Profiles() {
		for _, each := range found {
			if !strings.HasPrefix(each.path, "exposure.") || strings.HasPrefix(each.path, "exposure.nodePort.") || each.path == "exposure.type" {
				continue
			}

			values, err := each.variants(v1alpha1.ProviderTraefik)
			Expect(err).NotTo(HaveOccurred())

			s := sampleOf(each.path)
			platform := string(profile.Platform)

			switch {
			case each.path == "exposure.loadBalancer.platform":
				// From nothing said to this cloud, and from there to another.
				values = []any{platform, "AWS"}
			case each.path == "exposure.externalTrafficPolicy" || strings.HasPrefix(each.path, "exposure.clientAddress."):
				s.base = onPlatform(platform)
			case each.path == "exposure.loadBalancer.adopt.serviceName":
				continue
			}

			s.base = strings.ReplaceAll(s.base, "platform: AWS", "platform: "+platform)

			for _, pair := range pairs(values) {
				walks = append(walks, newWalk(fmt.Sprintf("%s: %s", platform, each.path), each.path, s, pair, cloudNeeds(platform, s.base)))
			}
		}
	}

	return walks
}

// cloudNeeds is what a cloud has to be told beside its name.
func cloudNeeds(platform, base string) map[string]any {
	GinkgoHelper()

	external := map[string]string{
		"Huawei":  `{kubernetes.io/elb.autocreate: '{"type":"public","bandwidth_size":5,"bandwidth_sharetype":"PER","eip_type":"5_bgp"}'}`,
		"MetalLB": `{metallb.io/address-pool: outside}`,
	}
	internal := map[string]string{
		"Tencent": `{service.kubernetes.io/qcloud-loadbalancer-internal-subnetid: subnet-a}`,
		"Huawei":  `{kubernetes.io/elb.autocreate: '{"type":"inner"}'}`,
		"MetalLB": `{metallb.io/address-pool: inside}`,
		"None":    `{example.com/internal: "true"}`,
	}

	needs := map[string]any{}

	add := func(text string) {
		values, err := document(text)
		Expect(err).NotTo(HaveOccurred())

		needs, _ = merged(needs, values).(map[string]any)
	}

	if text := external[platform]; text != "" && strings.Contains(base, "platform:") {
		add(`{exposure: {loadBalancer: {annotations: ` + text + `}}}`)
	}

	if text := internal[platform]; text != "" && strings.Contains(base, "scope: Both") {
		add(`{exposure: {loadBalancer: {internal: {annotations: ` + text + `}}}}`)
	}

	return needs
}

func newWalk(title, path string, s sample, values [2]any, more map[string]any) walk {
	GinkgoHelper()

	base := any(nil)

	for _, text := range []string{usual, s.base} {
		if text == "" {
			continue
		}

		values, err := document(text)
		Expect(err).NotTo(HaveOccurred())

		base = merged(base, values)
	}

	base = merged(base, more)

	with := base

	if s.with != "" {
		values, err := document(s.with)
		Expect(err).NotTo(HaveOccurred())

		with = merged(base, values)
	}

	spec := func(value any) map[string]any {
		result, ok := merged(with, at(path, value)).(map[string]any)
		Expect(ok).To(BeTrue())

		return withoutNulls(result)
	}

	before, ok := base.(map[string]any)
	Expect(ok).To(BeTrue())

	return walk{
		title: fmt.Sprintf("%s %s, %s", title, short(values[0]), short(values[1])),
		base:  withoutNulls(before), first: spec(values[0]), second: spec(values[1]),
		exclusive: s.exclusive, fixed: s.fixed,
	}
}

// withoutNulls is a spec without the fields that a sample takes out of the usual one.
func withoutNulls(spec map[string]any) map[string]any {
	result := map[string]any{}

	for key, value := range spec {
		if object, ok := value.(map[string]any); ok {
			value = withoutNulls(object)
		}

		if value != nil {
			result[key] = value
		}
	}

	return result
}

// faults are what tests find, in any order.
type faults struct {
	mu    sync.Mutex
	lines []string
}

func (f *faults) add(title string, lines ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()

	for _, line := range lines {
		f.lines = append(f.lines, title+": "+line)
	}
}

// expectNone fails with all faults at once.
func (f *faults) expectNone() {
	GinkgoHelper()

	if len(f.lines) > 0 {
		slices.Sort(f.lines)
		Fail(fmt.Sprintf("%d faults:\n%s", len(f.lines), strings.Join(f.lines, "\n")))
	}
}

// sideBySide does something with each item, several at once.
func sideBySide[T any](items []T, each func(T)) {
	var (
		group sync.WaitGroup
		slots = make(chan struct{}, walkers)
	)

	for _, item := range items {
		slots <- struct{}{}

		group.Go(func() {
			defer GinkgoRecover()
			defer func() { <-slots }()

			each(item)
		})
	}

	group.Wait()
}

// comparison compares tenants that were changed with those that were made so.
type comparison struct {
	*world

	found faults
	// fresh are tenants that nobody changes, by their spec.
	fresh map[string]func() (snapshot, error)
	mu    sync.Mutex
}

func (w *world) expectSameAsFresh(ctx context.Context, walks []walk) {
	GinkgoHelper()

	c := &comparison{world: w, fresh: map[string]func() (snapshot, error){}}

	try := func(each walk) {
		if err := c.walk(ctx, each); err != nil {
			c.found.add(each.title, err.Error())
		}
	}

	var exclusive sync.WaitGroup

	exclusive.Go(func() {
		defer GinkgoRecover()

		for _, each := range walks {
			if each.exclusive {
				try(each)
			}
		}
	})

	sideBySide(slices.DeleteFunc(slices.Clone(walks), func(each walk) bool { return each.exclusive }), try)
	exclusive.Wait()
	c.found.expectNone()
}

// walk walks one tenant.
func (c *comparison) walk(ctx context.Context, each walk) error {
	live := c.newTenant(c.unique(), each.base)
	if err := c.Create(ctx, live); err != nil {
		return fmt.Errorf("the spec without the field: %w", err)
	}

	steps := []step{
		{walk: each, name: "before", spec: each.base},
		{walk: each, name: "set", spec: each.first},
		{walk: each, name: "changed", spec: each.second},
		{walk: each, name: "changed back", spec: each.first},
		{walk: each, name: "removed", spec: each.base},
	}

	for i := range steps {
		generation := live.GetGeneration()

		if i > 0 {
			err := c.change(ctx, live, steps[i].spec)
			if each.fixed {
				if !apierrors.IsInvalid(err) {
					c.found.add(each.title, fmt.Sprintf("can be changed, and cannot: %v", err))
				}

				return nil
			}

			if err != nil {
				return fmt.Errorf("%s: %w", steps[i].name, err)
			}

			generation = live.GetGeneration()
		}

		if err := c.take(ctx, live.GetName(), generation, &steps[i]); err != nil {
			return err
		}

		if each.exclusive {
			continue
		}

		if err := c.judge(ctx, live.GetName(), steps, i); err != nil {
			return err
		}
	}

	if each.exclusive {
		if err := c.Delete(ctx, live); err != nil {
			return err
		}

		if err := c.awaitGone(ctx, live.GetName()); err != nil {
			return err
		}

		for i := range steps {
			if err := c.judge(ctx, "", steps, i); err != nil {
				return err
			}
		}
	}

	// What can be done in place can be taken back in place.
	for _, back := range [][2]int{{1, 4}, {2, 3}} {
		there, back := steps[back[0]], steps[back[1]]
		if there.announced != back.announced {
			c.found.add(each.title, fmt.Sprintf("%s: replaces a load balancer (%v), %s: does so (%v)", there.name, there.announced, back.name, back.announced))
		}
	}

	return nil
}

// step is one spec of a walk.
type step struct {
	walk

	name string
	spec map[string]any
	// got is what became of it, and announced whether somebody was asked first.
	got       snapshot
	announced bool
	// want is what it is to be.
	want snapshot
}

// take lets the tenant settle, with the load balancers replaced for which it asks.
func (c *comparison) take(ctx context.Context, name string, generation int64, s *step) error {
	var err error

	for range 3 {
		if s.got, err = c.settle(ctx, name, generation); err != nil || s.got.pending == "" {
			break
		}

		// One that is no longer asked for is not replaced.
		s.announced = s.announced || strings.Contains(s.got.pending, "To replace it")

		if err := c.replaceBalancers(ctx, name, s.got); err != nil {
			return err
		}
	}

	if err == nil && !s.got.settled {
		c.found.add(s.title, s.name+": the operator does not say that it is done")
	}

	return err
}

// judge holds a step to a tenant that was made so. What is refused leaves everything as
// it was.
func (c *comparison) judge(ctx context.Context, name string, steps []step, i int) error {
	want, err := c.made(ctx, steps[i])
	if err != nil {
		return err
	}

	// A class that is there has a controller value, which not every provider takes.
	if i > 0 && want.message == "" && strings.Contains(steps[i].got.message, "which Kubernetes cannot change") {
		want = snapshot{accepted: steps[i].got.accepted, message: steps[i].got.message}
	}

	if i == 0 && want.message != "" {
		return fmt.Errorf("the spec without the field is refused: %s", want.message)
	}

	if want.message != "" {
		want.objects = steps[i-1].want.objects
	}

	steps[i].want = want

	lines := differences(want, steps[i].got)

	if len(lines) > 0 && name != "" {
		err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, hesitation, true, func(ctx context.Context) (bool, error) {
			now, err := c.look(ctx, name)
			lines = differences(want, now)

			return len(lines) == 0, err
		})
		if ignoreTimeout(err) != nil {
			return err
		}
	}

	for _, line := range lines {
		c.found.add(steps[i].title, steps[i].name+": "+line)
	}

	return nil
}

// made is what becomes of a new tenant of the step's spec.
func (c *comparison) made(ctx context.Context, s step) (snapshot, error) {
	if s.exclusive {
		return c.makeOne(ctx, s.spec, true)
	}

	key := short(s.spec)

	c.mu.Lock()

	once, ok := c.fresh[key]
	if !ok {
		once = sync.OnceValues(func() (snapshot, error) { return c.makeOne(ctx, s.spec, false) })
		c.fresh[key] = once
	}

	c.mu.Unlock()

	return once()
}

func (c *comparison) makeOne(ctx context.Context, spec map[string]any, remove bool) (snapshot, error) {
	t := c.newTenant(c.unique(), spec)
	if err := c.Create(ctx, t); err != nil {
		return snapshot{}, fmt.Errorf("a tenant that is made so: %w", err)
	}

	made, err := c.settle(ctx, t.GetName(), t.GetGeneration())
	if err != nil || !remove {
		return made, err
	}

	if err := c.Delete(ctx, t); err != nil {
		return made, err
	}

	return made, c.awaitGone(ctx, t.GetName())
}

func (w *world) awaitGone(ctx context.Context, name string) error {
	t := &unstructured.Unstructured{}
	t.SetGroupVersionKind(tenantKind())

	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		err := w.seen.Get(ctx, client.ObjectKey{Name: name}, t)

		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}

// change gives a tenant another spec.
func (w *world) change(ctx context.Context, t *unstructured.Unstructured, spec map[string]any) error {
	patch, err := json.Marshal([]map[string]any{{"op": "replace", "path": "/spec", "value": w.named(spec, t.GetName())}})
	if err != nil {
		return err
	}

	return w.Patch(ctx, t, client.RawPatch(types.JSONPatchType, patch))
}
