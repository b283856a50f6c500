// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

// host is the host of an Ingress.
const host = "a.example.com"

// unknown is the request that no backend is needed for.
func unknown() switchover.Request {
	return switchover.Request{Host: switchover.UnknownHost, Path: "/"}
}

func to(path string) switchover.Request { return switchover.Request{Host: host, Path: path} }

func secure(path string) switchover.Request {
	return switchover.Request{Host: host, Path: path, TLS: true}
}

// controller is a server that answers by host and path, with 404 for the rest. What
// it is asked with another method it does not know.
func controller(answers map[string]int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, ok := answers[r.Host+r.URL.EscapedPath()]
		if !ok || r.Method != http.MethodHead {
			status = http.StatusNotFound
		}

		// A backend that never answers.
		if status == 0 {
			<-r.Context().Done()

			return
		}

		if status >= 300 && status < 400 {
			w.Header().Set("Location", "https://elsewhere.example.com/")
		}

		w.WriteHeader(status)
	})
}

// both serves a controller in plain and encrypted.
func both(t *testing.T, handler http.Handler) probe.Endpoint {
	t.Helper()

	plain, encrypted := httptest.NewServer(handler), httptest.NewTLSServer(handler)

	t.Cleanup(plain.Close)
	t.Cleanup(encrypted.Close)

	return probe.Endpoint{
		Address: "127.0.0.1",
		HTTP:    probe.Port{Number: portOf(t, plain.Listener.Addr())},
		HTTPS:   probe.Port{Number: portOf(t, encrypted.Listener.Addr()), TLS: true},
	}
}

// nobody is where nothing listens.
func nobody(t *testing.T) probe.Endpoint {
	t.Helper()

	closed := both(t, http.NotFoundHandler())
	server := httptest.NewServer(http.NotFoundHandler())
	port := probe.Port{Number: portOf(t, server.Listener.Addr())}
	server.Close()

	closed.HTTP, closed.HTTPS = port, probe.Port{Number: port.Number, TLS: true}

	return closed
}

// strict is a controller whose connections have to begin with the PROXY protocol.
func strict(t *testing.T, handler http.Handler) probe.Endpoint {
	t.Helper()

	return insistent(t, handler, io.EOF)
}

// complaining is one that answers 400 where they do not.
func complaining(t *testing.T, handler http.Handler) probe.Endpoint {
	t.Helper()

	return insistent(t, handler, io.ErrUnexpectedEOF)
}

// insistent ends connections that do not begin with the PROXY protocol by an error.
func insistent(t *testing.T, handler http.Handler, end error) probe.Endpoint {
	t.Helper()

	plain, encrypted := httptest.NewUnstartedServer(handler), httptest.NewUnstartedServer(handler)
	plain.Listener, encrypted.Listener = insisting{plain.Listener, end}, insisting{encrypted.Listener, end}

	for _, server := range []*httptest.Server{plain, encrypted} {
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
	}

	plain.Start()
	t.Cleanup(plain.Close)
	encrypted.StartTLS()
	t.Cleanup(encrypted.Close)

	return probe.Endpoint{
		Address:       "127.0.0.1",
		HTTP:          probe.Port{Number: portOf(t, plain.Listener.Addr())},
		HTTPS:         probe.Port{Number: portOf(t, encrypted.Listener.Addr()), TLS: true},
		ProxyProtocol: true,
	}
}

// insisting ends connections that do not begin with the PROXY protocol.
type insisting struct {
	net.Listener

	end error
}

func (l insisting) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}

	return &checked{Conn: connection, rest: bufio.NewReader(connection), end: l.end}, nil
}

// checked is a connection of which the first line is read with the first bytes.
type checked struct {
	net.Conn

	rest *bufio.Reader
	once sync.Once
	err  error
	// end is what reading ends with otherwise.
	end error
}

// Read implements net.Conn.
func (c *checked) Read(b []byte) (int, error) {
	c.once.Do(func() {
		begin, err := c.rest.Peek(6)
		if err != nil || string(begin) != "PROXY " {
			c.err = c.end

			return
		}

		_, c.err = c.rest.ReadString('\n')
	})

	if c.err != nil {
		return 0, c.err
	}

	return c.rest.Read(b)
}

func portOf(t *testing.T, address net.Addr) int32 {
	t.Helper()

	_, text, err := net.SplitHostPort(address.String())
	if err != nil {
		t.Fatal(err)
	}

	number, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}

	return int32(number)
}

func expect(t *testing.T, got, want switchover.Comparison) {
	t.Helper()

	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()

	before := both(t, controller(map[string]int{"a.example.com/": 200, "a.example.com/login": 308, "a.example.com/gone": 410, "a.example.com/x": 200, "a.example.com/%25zz": 200}))
	after := both(t, controller(map[string]int{"a.example.com/": 200, "a.example.com/login": 301, "a.example.com/x": 503, "a.example.com/%25zz": 201}))

	got := probe.Compare(t.Context(), before, after, []switchover.Request{
		to("/"), secure("/"), to("/gone"), to("/login"),
		secure("/x"), to("/%zz"), unknown(),
	})

	expect(t, got, switchover.Comparison{
		Alike: []switchover.Request{to("/"), secure("/"), to("/login"), unknown()},
		Differences: []switchover.Difference{
			{Request: to("/gone"), Old: "410", New: "404"},
			{Request: secure("/x"), Old: "200 with certificate O=Acme Co", New: "503 with certificate O=Acme Co"},
			{Request: to("/%zz"), Old: "200", New: "201"},
		},
	})
}

func TestCompareWithOneThatDoesNotAnswer(t *testing.T) {
	t.Parallel()

	got := probe.Compare(t.Context(), both(t, controller(map[string]int{"a.example.com/": 200})), nobody(t), []switchover.Request{to("/")})
	if len(got.Differences) != 1 || got.Differences[0].String() != "http://a.example.com/: no answer instead of 200" {
		t.Errorf("got %+v", got)
	}
}

// Of two that do not answer it is not known whether they answer alike.
func TestCompareTwoThatDoNotAnswer(t *testing.T) {
	t.Parallel()

	got := probe.Compare(t.Context(), nobody(t), nobody(t), []switchover.Request{to("/"), secure("/")})
	expect(t, got, switchover.Comparison{Silent: []switchover.Request{to("/"), secure("/")}})

	if outcome := got.Outcome(); outcome != switchover.OutcomeUnknown {
		t.Errorf("two that do not answer are %s", outcome)
	}
}

// A backend that never answers is as silent behind the one as behind the other.
func TestCompareBeforeASilentBackend(t *testing.T) {
	t.Parallel()

	before, after := both(t, controller(map[string]int{"a.example.com/hangs": 0})), both(t, controller(map[string]int{"a.example.com/hangs": 0}))

	got := probe.Compare(t.Context(), before, after, []switchover.Request{to("/hangs"), unknown()})
	expect(t, got, switchover.Comparison{Alike: []switchover.Request{unknown()}, Silent: []switchover.Request{to("/hangs")}})

	if outcome := got.Outcome(); outcome != switchover.OutcomeAlike {
		t.Errorf("they are %s", outcome)
	}
}

// A hundred requests to somebody who takes connections and says nothing take a few
// seconds, not a minute.
func TestCompareGivesUpOnSilentControllers(t *testing.T) {
	t.Parallel()

	var asked atomic.Int32

	silent := both(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-r.Context().Done()
	}))

	requests := []switchover.Request{unknown()}
	for i := range 99 {
		requests = append(requests, to(fmt.Sprint("/", i)))
	}

	began := time.Now()
	got := probe.Compare(t.Context(), silent, silent, requests)

	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %s", took)
	}

	if len(got.Silent) == 0 || len(got.Silent)+len(got.Unasked) != 100 || got.Outcome() != switchover.OutcomeUnknown {
		t.Errorf("%d are silent, %d not asked, which is %s", len(got.Silent), len(got.Unasked), got.Outcome())
	}

	if n := asked.Load(); n > 30 {
		t.Errorf("they were asked %d times", n)
	}
}

// What ends before its answers had their time is no answer.
func TestCompareThatIsCutShort(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()

	silent := both(t, controller(map[string]int{"a.example.com/hangs": 0}))
	other := both(t, controller(map[string]int{"a.example.com/hangs": 200}))

	got := probe.Compare(ctx, other, silent, []switchover.Request{to("/hangs"), unknown()})
	expect(t, got, switchover.Comparison{Alike: []switchover.Request{unknown()}, Unasked: []switchover.Request{to("/hangs")}})
}

func TestCompareSpeaksTheProxyProtocol(t *testing.T) {
	t.Parallel()

	answers := controller(map[string]int{"a.example.com/": 200, "a.example.com/x": 200})
	requests := []switchover.Request{to("/"), to("/x"), secure("/"), unknown()}

	mayInsist := both(t, answers)
	mayInsist.ProxyProtocol = true

	for name, pair := range map[string][2]probe.Endpoint{
		"both insist":         {strict(t, answers), strict(t, answers)},
		"only the former one": {strict(t, answers), mayInsist},
		"only the new one":    {mayInsist, strict(t, answers)},
		"neither":             {mayInsist, mayInsist},
		"both, with a word":   {complaining(t, answers), complaining(t, answers)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, probe.Compare(t.Context(), pair[0], pair[1], requests), switchover.Comparison{Alike: requests})
		})
	}

	t.Run("one that does so unexpectedly", func(t *testing.T) {
		t.Parallel()

		unexpected := strict(t, answers)
		unexpected.ProxyProtocol = false

		if got := probe.Compare(t.Context(), both(t, answers), unexpected, requests); got.Outcome() != switchover.OutcomeDiffers {
			t.Errorf("got %+v", got)
		}
	})
}

// A server that does not know the PROXY protocol answers it with 400, which says
// nothing about the request.
func TestCompareTakesNoRefusalOfTheProxyProtocolForAnAnswer(t *testing.T) {
	t.Parallel()

	silent := both(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	silent.ProxyProtocol = true

	got := probe.Compare(t.Context(), silent, silent, []switchover.Request{unknown()})
	expect(t, got, switchover.Comparison{Silent: []switchover.Request{unknown()}})
}

func TestCompareWithOnePort(t *testing.T) {
	t.Parallel()

	answers := controller(map[string]int{"a.example.com/": 200})
	one, other := both(t, answers), both(t, answers)

	plain := func(e probe.Endpoint) probe.Endpoint { e.HTTPS = e.HTTP; return e }
	encrypted := func(e probe.Endpoint) probe.Endpoint { e.HTTP = e.HTTPS; return e }
	requests := []switchover.Request{to("/"), secure("/"), unknown()}

	t.Run("in plain", func(t *testing.T) {
		t.Parallel()
		expect(t, probe.Compare(t.Context(), plain(one), plain(other), requests),
			switchover.Comparison{Alike: []switchover.Request{to("/"), unknown()}})
	})

	t.Run("encrypted", func(t *testing.T) {
		t.Parallel()
		expect(t, probe.Compare(t.Context(), encrypted(one), encrypted(other), requests),
			switchover.Comparison{Alike: []switchover.Request{secure("/"), {Host: switchover.UnknownHost, Path: "/", TLS: true}}})
	})

	// Where TLS ends before both, two ports of the one lead to one of the other.
	t.Run("two of which neither encrypts", func(t *testing.T) {
		t.Parallel()

		before := one
		before.HTTPS = probe.Port{Number: both(t, answers).HTTP.Number}
		expect(t, probe.Compare(t.Context(), before, plain(other), requests), switchover.Comparison{Alike: requests})
	})
}
