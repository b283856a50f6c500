// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// process is what one process of the operator knows of hostnames, and the cluster that
// outlives it.
type process struct {
	index   *hostname.Index
	tenants map[string]*v1alpha1.IngressTenant
	clock   time.Time
}

// look is the part of a reconcile that is about hostnames. The tenants that it concerns
// are looked at as well.
func (p *process) look(name string) {
	queue := []string{name}

	for len(queue) > 0 {
		t := p.tenants[queue[0]]
		queue = queue[1:]

		if t == nil {
			continue
		}

		claimant, _ := claimantOf(t)
		queue = append(queue, p.index.Set(claimant)...)

		observed := status.Observed{Hostnames: []status.Hostname{}}
		for _, verdict := range p.index.Verdicts(t.Name) {
			observed.Hostnames = append(observed.Hostnames, status.Hostname{Name: verdict.Hostname.String(), HeldBy: verdict.Winner, HeldAs: verdict.WinningHostname.String()})
		}

		p.clock = p.clock.Add(time.Microsecond)
		before := t.Status.Hostnames
		t.Status = status.Compute(t, observed, metav1.NewTime(p.clock))

		// What is written to a tenant has it looked at again.
		if !reflect.DeepEqual(before, t.Status.Hostnames) {
			queue = append(queue, t.Name)
		}
	}
}

// verdicts are what every tenant holds, by an index.
func (p *process) verdicts(index *hostname.Index) map[string][]hostname.Verdict {
	found := map[string][]hostname.Verdict{}
	for name := range p.tenants {
		found[name] = index.Verdicts(name)
	}

	return found
}

// restarted is the index of another process.
func (p *process) restarted() *hostname.Index {
	fleet := make([]hostname.Claimant, 0, len(p.tenants))

	for _, t := range p.tenants {
		claimant, _ := claimantOf(t)
		fleet = append(fleet, claimant)
	}

	return hostname.NewIndex(fleet...)
}

// Whatever people write into specs, another process comes to the same answers.
func TestHostnamesAreTheSameAfterARestart(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		p := &process{index: hostname.NewIndex(), tenants: map[string]*v1alpha1.IngressTenant{}, clock: time.Unix(1_700_000_000, 0)}
		text := rapid.SampledFrom([]v1alpha1.Hostname{"a.example", "b.example", "*.example", "c.b.example", "*.b.example", "A.example", "-bad.example", "192.0.2.1"})

		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			name := fmt.Sprintf("t%d", rapid.IntRange(0, 3).Draw(t, "tenant"))

			switch one := p.tenants[name]; {
			case one != nil && rapid.IntRange(0, 5).Draw(t, "deletes") == 0:
				delete(p.tenants, name)

				for _, other := range p.index.Remove(name) {
					p.look(other)
				}

				continue
			case one == nil:
				p.tenants[name] = &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{
					Name: name, CreationTimestamp: metav1.NewTime(p.clock.Add(time.Duration(len(name)) * time.Second).Truncate(time.Second)),
				}}
			}

			p.tenants[name].Spec.Hostnames = rapid.SliceOfN(text, 0, 4).Draw(t, "hostnames")
			p.look(name)

			if rapid.Bool().Draw(t, "restarts") {
				fresh := p.restarted()
				if diff := cmp.Diff(p.verdicts(p.index), p.verdicts(fresh), cmp.AllowUnexported(hostname.Name{})); diff != "" {
					t.Fatalf("(-before +after a restart):\n%s", diff)
				}

				p.index = fresh
			}
		}
	})
}

func TestClaimantOf(t *testing.T) {
	t.Parallel()

	since := metav1.NewMicroTime(time.Unix(1_700_000_000, 0).UTC())
	recorded := []v1alpha1.HostnameStatus{
		{Name: "held.example", State: v1alpha1.HostnameHeld, ClaimedTime: &since},
		{Name: "lost.example", State: v1alpha1.HostnameConflict, HeldBy: "b", HeldAs: "*.example", ClaimedTime: &since},
		{Name: "not a hostname", State: v1alpha1.HostnameHeld},
	}

	for name, test := range map[string]struct {
		asked   []v1alpha1.Hostname
		want    []string
		refused string
	}{
		"what is asked for, and nothing that was before": {[]v1alpha1.Hostname{"Held.example", "new.example"}, []string{"held.example", "new.example"}, ""},
		"what was before as well, while an entry is none": {
			[]v1alpha1.Hostname{"new.example", "-bad.example", "192.0.2.1"},
			[]string{"new.example", "held.example", "lost.example"},
			"spec.hostnames[1]: ",
		},
		"nothing": {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			one := &v1alpha1.IngressTenant{Spec: v1alpha1.IngressTenantSpec{Hostnames: test.asked}}
			one.Status.Hostnames = recorded

			claimant, err := claimantOf(one)

			var got []string

			for _, claim := range claimant.Claims {
				got = append(got, claim.Hostname.String())

				if known := claim.Hostname.String() == "held.example"; claim.Held != known || known && !claim.Since.Equal(since.Time) {
					t.Errorf("%s: held %v since %v", claim.Hostname, claim.Held, claim.Since)
				}
			}

			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}

			if test.refused == "" != (err == nil) || err != nil && len(status.Leaves(err)) != 2 {
				t.Errorf("refused: %v, want %q", err, test.refused)
			}
		})
	}
}
