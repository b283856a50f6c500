// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
)

// story is what happens to a tenant while the operator dies.
type story struct {
	title string
	// before is its spec before, nil where it is not there yet, and after its spec
	// then, nil where it is deleted.
	before, after string
}

func stories() []story {
	const (
		traefik = `{namespaces: {names: [apps]}, exposure: {type: LoadBalancer}, policy: {snippets: Allow}}`
		other   = `{namespaces: {names: [more-apps]}, exposure: {type: LoadBalancer, loadBalancer: {platform: AWS, scope: Both}},
			controller: {replicas: 2, logLevel: Debug}, tls: {profile: Modern}, policy: {externalNameServices: Allow, snippets: Allow}}`
		nginx   = `{namespaces: {names: [apps]}, exposure: {type: LoadBalancer}, policy: {snippets: Allow}, controller: {provider: IngressNGINX}}`
		scaled  = `{namespaces: {names: [apps]}, exposure: {type: LoadBalancer}, policy: {snippets: Allow}, controller: {provider: IngressNGINX, autoscaling: {maxReplicas: 4}}}`
		haproxy = `{namespaces: {names: [apps]}, exposure: {type: LoadBalancer}, policy: {snippets: Allow}, controller: {provider: HAProxy, switchover: Recreate}}`
	)

	return []story{
		{title: "created", after: traefik},
		{title: "created with all that there is", after: scaled},
		{title: "changed", before: traefik, after: other},
		{title: "changed back", before: other, after: traefik},
		{title: "given an autoscaler", before: nginx, after: scaled},
		{title: "moved to another provider", before: traefik, after: nginx},
		{title: "moved to one that needs another class", before: traefik, after: haproxy},
		{title: "deleted", before: traefik},
		{title: "deleted with all that there is", before: scaled},
	}
}

func describeKills() {
	Describe("An operator that dies at a write", func() {
		It("leaves nothing that the next one does not finish", func(ctx SpecContext) {
			newWorld(ctx).expectFinished(ctx)
		}, SpecTimeout(10*time.Minute))
	})
}

// victim is a tenant for which the operator dies after some writes.
type victim struct {
	story

	name string
	// writes are how many reach the API server, and unheard is whether the last of them
	// is one of which the operator does not hear. Of a witness all do.
	writes  int
	unheard bool
	witness bool

	generation int64
}

func (v *victim) String() string {
	if v.unheard {
		return fmt.Sprintf("%s, and killed at the answer to write %d", v.title, v.writes)
	}

	return fmt.Sprintf("%s, and killed after write %d", v.title, v.writes)
}

// expectFinished has one operator prepare tenants, one die for each of them at another
// write, and one finish.
func (w *world) expectFinished(ctx context.Context) {
	GinkgoHelper()

	// How many writes each story takes is seen by witnesses, before.
	var victims []*victim

	for _, each := range stories() {
		victims = append(victims, &victim{story: each, name: w.unique(), witness: true})
	}

	witnessed := w.play(ctx, victims)

	want := map[string]snapshot{}
	ended := w.startOperator(ctx, w.Operator)

	for _, each := range victims {
		if each.after != "" {
			made, err := w.settle(ctx, each.name, each.generation)
			Expect(err).NotTo(HaveOccurred())
			Expect(made.settled).To(BeTrue(), each.title)
			want[each.title] = made
		}
	}

	Expect(ended.Stop()).To(Succeed())

	victims = nil

	for _, each := range stories() {
		Expect(witnessed[each.title]).To(BeNumerically(">", 2), "writes of a tenant that is %s", each.title)

		for writes := range witnessed[each.title] {
			victims = append(victims,
				&victim{story: each, name: w.unique(), writes: writes},
				&victim{story: each, name: w.unique(), writes: writes + 1, unheard: true})
		}
	}

	AddReportEntry("kills", len(victims))
	w.play(ctx, victims)
	w.startOperator(ctx, w.Operator)

	var found faults

	sideBySide(victims, func(each *victim) {
		lines, err := w.unfinished(ctx, each, want[each.title])
		if err != nil {
			lines = append(lines, err.Error())
		}

		found.add(each.String(), lines...)
	})
	found.expectNone()
}

// play has tenants made, and their stories happen while an operator runs that dies for
// each of them. It returns how many writes the stories of witnesses took.
func (w *world) play(ctx context.Context, victims []*victim) map[string]int {
	GinkgoHelper()

	tenants := map[*victim]*unstructured.Unstructured{}

	before := w.startOperator(ctx, w.Operator)

	for _, each := range victims {
		if each.before != "" {
			spec, err := document(each.before)
			Expect(err).NotTo(HaveOccurred())

			tenants[each] = w.newTenant(each.name, spec)
			Expect(w.Create(ctx, tenants[each])).To(Succeed())
		}
	}

	sideBySide(victims, func(each *victim) {
		if t := tenants[each]; t != nil {
			made, err := w.settle(ctx, each.name, t.GetGeneration())
			Expect(err).NotTo(HaveOccurred())
			Expect(made.message).To(BeEmpty(), each.title)
			Expect(made.settled).To(BeTrue(), each.title)
		}
	})
	Expect(before.Stop()).To(Succeed())

	cut := newScissors(victims)
	dying := w.startOperator(ctx, cut.around(w.Operator))

	for _, each := range victims {
		w.begin(ctx, each, tenants[each])
	}

	sideBySide(victims, func(each *victim) {
		done := w.standsStill(each)

		err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
			if cut.dead(each.name) {
				return true, nil
			}

			return done(ctx)
		})
		Expect(ignoreTimeout(err)).To(Succeed())
	})
	Expect(dying.Stop()).To(Succeed())

	return cut.counts(victims)
}

// begin is the first moment of a story.
func (w *world) begin(ctx context.Context, v *victim, t *unstructured.Unstructured) {
	GinkgoHelper()

	if v.after == "" {
		Expect(w.Delete(ctx, t)).To(Succeed())

		return
	}

	spec, err := document(v.after)
	Expect(err).NotTo(HaveOccurred())

	if t == nil {
		t = w.newTenant(v.name, spec)
		Expect(w.Create(ctx, t)).To(Succeed())
	} else {
		Expect(w.change(ctx, t, spec)).To(Succeed())
	}

	v.generation = t.GetGeneration()
}

// standsStill says, asked again and again, whether the operator is done with a story, and
// does not go on with it.
func (w *world) standsStill(v *victim) func(context.Context) (bool, error) {
	var (
		last  string
		again int
	)

	return func(ctx context.Context) (bool, error) {
		if v.after == "" {
			now, err := w.look(ctx, v.name)

			return now.objects == nil, err
		}

		now, err := w.versions(ctx, v.name, v.generation)
		if again++; now == "" || now != last {
			again = 0
		}

		last = now

		return again >= 5, err
	}
}

// unfinished is what is wrong when the next process had its time.
func (w *world) unfinished(ctx context.Context, v *victim, want snapshot) ([]string, error) {
	if v.after == "" {
		if err := w.awaitGone(ctx, v.name); err != nil {
			return nil, fmt.Errorf("the tenant stays: %w", err)
		}

		left, err := w.objectsOf(ctx, v.name)

		var lines []string
		for i := range left {
			lines = append(lines, titleOf(&left[i])+": is left over")
		}

		return lines, err
	}

	var lines []string

	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		got, err := w.look(ctx, v.name)
		lines = differences(want, got)

		if !got.settled || got.generation < v.generation {
			lines = append(lines, "the operator does not say that it is done")
		}

		return len(lines) == 0, err
	})

	return lines, ignoreTimeout(err)
}

// scissors cut the operator off at a write, for each tenant at another.
type scissors struct {
	mu      sync.Mutex
	victims map[string]*victim
	sent    map[string]int
	cut     map[string]bool
}

func newScissors(victims []*victim) *scissors {
	s := &scissors{victims: map[string]*victim{}, sent: map[string]int{}, cut: map[string]bool{}}
	for _, each := range victims {
		s.victims[each.name] = each
	}

	return s
}

func (s *scissors) dead(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.cut[name]
}

func (s *scissors) counts(victims []*victim) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()

	counts := map[string]int{}
	for _, each := range victims {
		counts[each.title] = max(counts[each.title], s.sent[each.name])
	}

	return counts
}

var errKilled = errors.New("the process is dead")

// around is a connection that ends for a tenant with its writes. Tenants have nothing
// to do with each other: for one of them it is as if the process were dead.
func (s *scissors) around(connection *rest.Config) *rest.Config {
	tenants := regexp.MustCompile(`zq\d+x`)

	connection = rest.CopyConfig(connection)
	connection.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			name := tenants.FindString(request.URL.Path)
			if name == "" {
				return next.RoundTrip(request)
			}

			sends, hears := s.ask(name, request.Method != http.MethodGet)
			if !sends {
				return nil, errKilled
			}

			response, err := next.RoundTrip(request)
			if err == nil && !hears {
				return nil, errors.Join(errKilled, response.Body.Close())
			}

			return response, err
		})
	})

	return connection
}

// ask is whether a request reaches the API server, and its answer the operator.
func (s *scissors) ask(name string, write bool) (sends, hears bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	v := s.victims[name]

	switch {
	case v == nil:
		return true, true
	case s.cut[name]:
		return false, false
	case !write:
		return true, true
	case v.witness:
		s.sent[name]++

		return true, true
	case s.sent[name] == v.writes:
		s.cut[name] = true

		return false, false
	}

	s.sent[name]++

	if v.unheard && s.sent[name] == v.writes {
		s.cut[name] = true

		return true, false
	}

	return true, true
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	return r(request)
}
