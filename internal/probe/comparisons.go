// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"slices"
	"time"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

const (
	// ComparisonDelay is how long after a change controllers are first compared:
	// those here gather changes of Ingresses for some seconds before they act upon
	// them, and until then answer as alike as they did before.
	ComparisonDelay = 5 * time.Second

	// comparisonInterval is when two are compared again that do not answer alike:
	// somebody may have put the Ingresses right. It doubles each time, up to
	// maxComparisonInterval.
	comparisonInterval    = 15 * time.Second
	maxComparisonInterval = 5 * time.Minute

	// compareLimit is how many requests both are asked to answer.
	compareLimit = 100
)

// Pair is two controllers that are compared, and all that decides how they answer.
type Pair struct {
	// Before takes the requests of clients now, After shall take them.
	Before, After Endpoint
	// Class is the class of the Ingresses whose requests both are asked.
	Class string
	// Namespaces are where these Ingresses are; one that is empty is all of them.
	Namespaces []string
	// Revision changes with what else the answers depend on, such as the Ingresses.
	Revision string
}

// Compared is what is known of a Pair. It is about this very Pair: of another one
// nothing stays known.
type Compared struct {
	// Done is whether it was compared.
	Done bool
	// Comparison is what came of it.
	Comparison switchover.Comparison
	// Ingresses is how many Ingresses the requests were made from.
	Ingresses int
	// Err is why nothing was asked; nil if something was.
	Err error

	// interval is when it is compared again.
	interval time.Duration
}

// IngressesFunc returns the whole Ingresses of a class in namespaces.
type IngressesFunc func(ctx context.Context, class string, namespaces []string) ([]networkingv1.Ingress, error)

// Comparisons compares controllers.
type Comparisons = Prober[Pair, Compared]

// NewComparisons returns a prober that compares by a function, with the requests
// that Ingresses route, and calls another whenever something else came of it than
// before. delay is how long it leaves controllers alone after a change.
func NewComparisons(ingresses IngressesFunc, compare CompareFunc, delay time.Duration, changed func(ctx context.Context, name string, known Compared)) *Comparisons {
	return New(comparisons{ingresses: ingresses, compare: compare, delay: delay}, changed)
}

// comparisons is the Question.
type comparisons struct {
	ingresses IngressesFunc
	compare   CompareFunc
	delay     time.Duration
}

// Delay implements Question.
func (c comparisons) Delay() time.Duration { return c.delay }

// Same implements Question.
func (c comparisons) Same(one, other Pair) bool {
	return one.Before == other.Before && one.After == other.After &&
		one.Class == other.Class && one.Revision == other.Revision && slices.Equal(one.Namespaces, other.Namespaces)
}

// Keep implements Question.
func (c comparisons) Keep(Compared) Compared { return Compared{} }

// Ask implements Question.
func (c comparisons) Ask(ctx context.Context, target Pair, known Compared) Answer[Compared] {
	found := c.ask(ctx, target)

	switch {
	case found.alike():
		// It is acted upon at once. Where it cannot be, for the API server is not
		// reached, it must not be relied on for ever.
		found.interval = maxComparisonInterval
	case known.alike():
		found.interval = comparisonInterval
	default:
		found.interval = min(max(2*known.interval, comparisonInterval), maxComparisonInterval)
	}

	return Answer[Compared]{Known: found, News: !found.equal(known), Again: found.interval}
}

func (c comparisons) ask(ctx context.Context, target Pair) Compared {
	limited, cancel := context.WithTimeout(ctx, compareTimeout)
	defer cancel()

	ingresses, err := c.ingresses(limited, target.Class, target.Namespaces)
	if err != nil {
		return Compared{Done: true, Err: err}
	}

	return Compared{
		Done:       true,
		Comparison: c.compare(ctx, target.Before, target.After, switchover.Requests(ingresses, compareLimit)),
		Ingresses:  len(ingresses),
	}
}

// alike is whether it was found that both answer alike.
func (c Compared) alike() bool {
	return c.Done && c.Err == nil && c.Comparison.Outcome() == switchover.OutcomeAlike
}

// equal is whether the same came of two comparisons.
func (c Compared) equal(other Compared) bool {
	return c.Done == other.Done && c.Ingresses == other.Ingresses && c.reason() == other.reason() && c.Comparison.Equal(other.Comparison)
}

func (c Compared) reason() string {
	if c.Err == nil {
		return ""
	}

	return c.Err.Error()
}
