// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/publish"
)

// ErrUnhealthy is returned by Status for a cluster that runs, but not wholly.
var ErrUnhealthy = errors.New("the cluster is not healthy: `cluster up` repairs what has ended, `cluster logs COMPONENT` shows why")

// row is the state of one component.
type row struct {
	name, node, pid, age string
	sick                 error
}

// Status writes what runs, and returns an error unless all of it works.
func (l *Lab) Status(ctx context.Context, out io.Writer) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	rows, err := r.inspect(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tNODE\tPID\tAGE\tHEALTH")
	healthy := true
	for _, c := range rows {
		state := "ok"
		if c.sick != nil {
			healthy = false
			state, _, _ = strings.Cut(c.sick.Error(), "\n")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", c.name, c.node, c.pid, c.age, state)
	}
	fmt.Fprintln(table, "\t\t\t\t")
	nodesReady := r.writeNodes(ctx, table)
	if err := table.Flush(); err != nil {
		return err
	}
	if err := r.writePlaces(out); err != nil {
		return err
	}
	if !healthy || !nodesReady {
		return ErrUnhealthy
	}
	return nil
}

// inspect looks at all components at once.
func (r *running) inspect(ctx context.Context) ([]row, error) {
	store, err := r.store()
	if err != nil {
		return nil, err
	}
	known, err := r.components(store)
	if err != nil {
		return nil, err
	}
	all := known.all()
	rows := make([]row, len(all))
	var looking sync.WaitGroup
	for i, c := range all {
		looking.Go(func() { rows[i] = r.look(ctx, c) })
	}
	looking.Wait()
	return rows, nil
}

func (r *running) look(ctx context.Context, c component) row {
	result := row{name: c.Name, node: c.Node, pid: "-", age: "-"}
	if c.Node == "" {
		result.node = "-"
	}
	record, found, err := r.table.Find(c.Name)
	if err != nil {
		result.sick = err
		return result
	}
	if err := r.ended(c.Name); err != nil {
		result.sick = err
		return result
	}
	if found {
		result.pid = fmt.Sprint(record.PID)
		result.age = progress.Elapsed(time.Since(record.At))
	}
	result.sick = c.look(ctx)
	return result
}

// node is what Status shows of a Kubernetes Node.
type node struct {
	Metadata struct{ Name string }
	Status   struct {
		Conditions []struct{ Type, Status, Message string }
		NodeInfo   struct{ KubeletVersion, ContainerRuntimeVersion string }
	}
}

// writeNodes tells whether every node is ready.
func (r *running) writeNodes(ctx context.Context, out io.Writer) bool {
	fmt.Fprintln(out, "NODE\tADDRESS\tPODS\tVERSION\tREADY")
	ctx, cancel := context.WithTimeout(ctx, 2*healthLimit)
	defer cancel()
	var list struct{ Items []node }
	content, err := r.kubectl(ctx, "get", "nodes", "--output=json")
	if err == nil {
		err = json.Unmarshal(content, &list)
	}
	objects := map[string]node{}
	for _, item := range list.Items {
		objects[item.Metadata.Name] = item
	}
	allReady := true
	for _, planned := range r.plan.Nodes {
		object, found := objects[planned.Name]
		state, version := "unknown", "-"
		switch {
		case err != nil:
			state = "unknown: the API server does not answer"
		case !found:
			state = "no such Node"
		default:
			version = object.Status.NodeInfo.KubeletVersion
			for _, condition := range object.Status.Conditions {
				if condition.Type == "Ready" {
					state = condition.Status
				}
			}
		}
		allReady = allReady && state == "True"
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", planned.Name, planned.Address, planned.Pods, version, state)
	}
	for _, client := range r.plan.Clients {
		fmt.Fprintf(out, "%s\t%s\t-\t-\t(outside the cluster, sends through %s)\n", client.Name, client.Address, client.Via)
	}
	return allReady
}

func (r *running) writePlaces(out io.Writer) error {
	entries, err := publish.ReadTable(r.layout.Published())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nPUBLISHED\tHERE\tINSIDE")
	for _, entry := range entries {
		fmt.Fprintf(table, "%s\t%s\t%s\n", entry.Name, entry.Local(), entry.Target)
	}
	fmt.Fprintln(table, "\t\t")
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "kubeconfig  %s\naudit log   %s\nlogs        %s\n",
		r.layout.Kubeconfig(), r.layout.AuditLog(), r.layout.Logs())
	return err
}
