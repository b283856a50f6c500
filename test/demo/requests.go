// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// settle bounds the wait for a controller to have read a new Ingress.
const settle = 30 * time.Second

// publishAddresses makes the tenants' addresses reachable from here, and
// returns where, as host:port.
func publishAddresses(ctx context.Context, command, names []string, addresses map[string]string) (map[string]string, error) {
	endpoints := make(map[string]string, len(names))

	if len(command) == 0 {
		for _, name := range names {
			endpoints[name] = addresses[name] + ":80"
		}

		return endpoints, nil
	}

	args := append([]string{}, command[1:]...)
	for _, name := range names {
		args = append(args, name+"="+addresses[name]+":80")
	}

	var out bytes.Buffer

	publish := exec.CommandContext(ctx, command[0], args...)
	publish.Stdout, publish.Stderr = &out, os.Stderr

	if err := publish.Run(); err != nil {
		return nil, fmt.Errorf("publishing the addresses with %s: %w", strings.Join(command, " "), err)
	}

	for line := range strings.Lines(out.String()) {
		if fields := strings.Fields(line); len(fields) == 2 {
			endpoints[fields[0]] = fields[1]
		}
	}

	for _, name := range names {
		if endpoints[name] == "" {
			return nil, fmt.Errorf("publishing the addresses with %s: no endpoint for %s in its output:\n%s", strings.Join(command, " "), name, out.String())
		}
	}

	return endpoints, nil
}

// answer is what came back for one host from one tenant's address.
type answer struct {
	status int
	// app is the application that answered; empty if none did.
	app string
}

func (a answer) String() string {
	if a.app != "" {
		return fmt.Sprintf("%d %s", a.status, a.app)
	}

	return fmt.Sprintf("%d", a.status)
}

// tryAll sends each host to each tenant, prints what came back, and returns how
// many answers were wrong: a tenant serves its own host, and answers 404 to
// all others.
func tryAll(ctx context.Context, out io.Writer, names []string, endpoints map[string]string) (int, error) {
	// Only once every tenant serves its own host does a 404 for another's say
	// anything.
	for _, name := range names {
		if err := awaitOwnHost(ctx, name, endpoints[name]); err != nil {
			return 0, err
		}
	}

	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "\nTENANT\tHOST\tANSWER\tEXPECTED\tVERDICT\n")

	wrong := 0

	for _, tenant := range names {
		for _, app := range names {
			got, err := ask(ctx, endpoints[tenant], host(app))
			if err != nil {
				return 0, err
			}

			want := answer{status: http.StatusNotFound}
			if tenant == app {
				want = answer{status: http.StatusOK, app: app}
			}

			verdict := "right"
			if got != want {
				verdict = "WRONG"
				wrong++
			}

			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", tenant, host(app), got, want, verdict)
		}
	}

	if err := table.Flush(); err != nil {
		return 0, fmt.Errorf("printing the table: %w", err)
	}

	return wrong, nil
}

func awaitOwnHost(ctx context.Context, name, endpoint string) error {
	var last error

	err := wait.PollUntilContextTimeout(ctx, time.Second, settle, true, func(ctx context.Context) (bool, error) {
		var got answer
		if got, last = ask(ctx, endpoint, host(name)); last == nil {
			last = fmt.Errorf("the last answer was %s", got)
		}

		return got.status == http.StatusOK, nil
	})
	if err != nil {
		return fmt.Errorf("waiting for tenant %s to serve %s: %w", name, host(name), errors.Join(err, last))
	}

	return nil
}

func ask(ctx context.Context, endpoint, host string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+endpoint+"/", nil)
	if err != nil {
		return answer{}, fmt.Errorf("asking %s: %w", endpoint, err)
	}

	request.Host = host

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("asking %s for %s: %w", endpoint, host, err)
	}
	defer response.Body.Close()

	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, fmt.Errorf("reading the answer of %s for %s: %w", endpoint, host, err)
	}

	got := answer{status: response.StatusCode}

	// Only the application answers with JSON; the controller's 404 is text.
	var echoed struct {
		App string `json:"app"`
	}
	if json.Unmarshal(body, &echoed) == nil {
		got.app = echoed.App
	}

	return got, nil
}

// explain says where everything is, and what to try.
func explain(out io.Writer, kubectl, kubeconfig string, names []string, endpoints map[string]string) {
	fmt.Fprintf(out, "\nEach tenant serves its own host and nothing else. They are here:\n\n")

	for _, name := range names {
		fmt.Fprintf(out, "  curl -H 'Host: %s' http://%s/\n", host(name), endpoints[name])
	}

	name := names[0]

	fmt.Fprintf(out, "\nWhat to try next:\n\n  export KUBECONFIG=%s\n", kubeconfig)

	if kubectl != "kubectl" {
		fmt.Fprintf(out, "  alias kubectl=%s\n", kubectl)
	}

	fmt.Fprintf(out, `  kubectl get ingresstenants
  kubectl describe ingresstenant %[1]s
  kubectl -n ingress-%[1]s get all
  kubectl auth can-i --list -n %[1]s --as=system:serviceaccount:ingress-%[1]s:traefik
  kubectl delete ingress -n %[1]s %[1]s && kubectl delete ingresstenant %[1]s

`, name)
}
