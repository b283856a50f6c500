// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/build"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/cgroup"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/debian"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/image"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/network"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

// Up makes the cluster run with that many nodes; 0 means as many as it has, or
// one. What runs already is checked and kept, what is missing or has ended is
// started. It returns when every part works and every node is ready.
func (l *Lab) Up(ctx context.Context, nodes int) error {
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()

	began := time.Now()
	builder, err := l.provide(ctx)
	if err != nil {
		return err
	}
	state, err := l.resume(ctx, nodes, builder.Folder())
	if err != nil {
		return err
	}
	r, err := l.with(state)
	if err != nil {
		return err
	}
	store, err := r.prepare(ctx)
	if err != nil {
		return err
	}
	if err := r.startAll(ctx, store, builder); err != nil {
		return err
	}
	l.progress.Linef("the cluster runs (%s): export KUBECONFIG=%s", progress.Elapsed(time.Since(began)), l.layout.Kubeconfig())
	return nil
}

// provide installs and builds what the cluster is made of.
func (l *Lab) provide(ctx context.Context) (*build.Builder, error) {
	if missing := debian.Missing(); len(missing) > 0 {
		l.progress.Linef("installing Debian packages: %v", missing)
		log, err := os.Create(l.layout.PackageLog())
		if err != nil {
			return nil, fmt.Errorf("creating a log: %w", err)
		}
		defer log.Close() //nolint:errcheck // apt-get has its own descriptor
		if err := debian.Install(ctx, log, missing); err != nil {
			return nil, fmt.Errorf("%w (see %s)", err, log.Name())
		}
	}
	builder, err := build.New(ctx, l.layout, l.progress)
	if err != nil {
		return nil, err
	}
	if err := builder.Ensure(ctx); err != nil {
		return nil, err
	}
	if err := builder.EnsurePause(ctx); err != nil {
		return nil, err
	}
	return builder, builder.EnsureCustomResources(ctx)
}

// resume returns the state of the cluster that runs, or of a new one. What is
// left of a cluster that ran before the computer's last restart is removed.
func (l *Lab) resume(ctx context.Context, nodes int, binaries string) (State, error) {
	boot, err := bootID()
	if err != nil {
		return State{}, err
	}
	state, found, err := readState(l.layout.State())
	if err != nil {
		return State{}, err
	}
	if found && state.Boot != boot {
		l.progress.Linef("the computer was restarted since the cluster was started: starting a new one")
		found = false
	}
	if !found {
		if err := l.clean(ctx); err != nil {
			return State{}, err
		}
		if err := os.RemoveAll(l.layout.Logs()); err != nil {
			return State{}, fmt.Errorf("removing old logs: %w", err)
		}
		port, err := choosePort(l.layout.Key, func(port uint16) bool { return portIsFree(ctx, port) })
		if err != nil {
			return State{}, err
		}
		state = State{Boot: boot, Nodes: max(nodes, 1), Port: port}
	}
	if nodes > 0 && nodes < state.Nodes {
		return State{}, fmt.Errorf("the cluster has %d nodes, and a node cannot be taken away: run `cluster down` first", state.Nodes)
	}
	state.Nodes = max(nodes, state.Nodes)
	state.Binaries = binaries
	if _, err := l.with(state); err != nil {
		return State{}, err
	}
	return state, state.write(l.layout.State())
}

// prepare makes everything that programs need before they start.
func (r *running) prepare(ctx context.Context) (*pki.Store, error) {
	if err := os.MkdirAll(r.layout.Logs(), 0o755); err != nil {
		return nil, fmt.Errorf("creating the folder of logs: %w", err)
	}
	if err := r.topology.Ensure(ctx); err != nil {
		return nil, err
	}
	if err := isolate.EnsurePrivateTmpfs(r.layout.Runtime(), r.layout.Key); err != nil {
		return nil, err
	}
	for _, node := range r.plan.Nodes {
		if err := r.prepareNode(node); err != nil {
			return nil, fmt.Errorf("preparing %s: %w", node.Name, err)
		}
	}
	if err := copySelf(r.forwarderProgram()); err != nil {
		return nil, err
	}
	resolver, err := config.Resolver{Address: r.plan.ControlPlane().Address}.Render()
	if err != nil {
		return nil, err
	}
	if err := writeFile(r.resolverPath(), resolver); err != nil {
		return nil, err
	}
	store, err := r.store()
	if err != nil {
		return nil, err
	}
	return store, r.issue(store)
}

// prepareNode makes one node's folders, cgroups and mount namespace.
func (r *running) prepareNode(node network.Node) error {
	if err := os.MkdirAll(r.layout.PodLogs(node.Name), 0o755); err != nil {
		return fmt.Errorf("creating the folder of pods' logs: %w", err)
	}
	tree, err := cgroup.Open(r.layout.Cgroup())
	if err != nil {
		return err
	}
	if err := tree.Create(path.Base(r.layout.PodCgroup(node.Name)), path.Base(r.layout.ShimCgroup(node.Name))); err != nil {
		return err
	}
	return isolate.EnsureMountNamespace(r.layout.MountNamespace(node.Name), r.binds(node))
}

// startAll starts the parts in the order in which they need one another.
func (r *running) startAll(ctx context.Context, store *pki.Store, builder *build.Builder) error {
	components, err := r.components(store)
	if err != nil {
		return err
	}
	if err := r.start(ctx, append(components.runtimes, components.etcd)...); err != nil {
		return err
	}
	if err := r.loadPause(ctx, builder); err != nil {
		return err
	}
	if err := r.start(ctx, components.apiServer, components.forwarder); err != nil {
		return err
	}
	if err := r.publishAPIServer(ctx, store); err != nil {
		return err
	}
	if err := r.start(ctx, components.controllers...); err != nil {
		return err
	}
	if err := r.apply(ctx, store, builder); err != nil {
		return err
	}
	if err := r.start(ctx, components.addons...); err != nil {
		return err
	}
	// kube-proxy ends when its node's object appears, or changes its address, later.
	if err := r.awaitNodes(ctx, "create"); err != nil {
		return err
	}
	if err := r.start(ctx, components.proxies...); err != nil {
		return err
	}
	return r.awaitNodes(ctx, "condition=Ready")
}

// parts are all components, by when they start.
type parts struct {
	etcd, apiServer, forwarder             component
	runtimes, controllers, addons, proxies []component
}

// all is every component in the order of starting.
func (p parts) all() []component {
	list := append([]component{p.etcd}, p.runtimes...)
	list = append(list, p.apiServer, p.forwarder)
	list = append(list, p.controllers...)
	list = append(list, p.addons...)
	return append(list, p.proxies...)
}

func (r *running) components(store *pki.Store) (parts, error) {
	p := parts{etcd: r.etcd(store), forwarder: r.forwarder()}
	var err error
	if p.apiServer, err = r.apiServer(store); err != nil {
		return parts{}, err
	}
	for _, create := range []func(*pki.Store) (component, error){r.controllerManager, r.scheduler} {
		c, err := create(store)
		if err != nil {
			return parts{}, err
		}
		p.controllers = append(p.controllers, c)
	}
	for _, create := range []func(*pki.Store) (component, error){r.dns, r.loadBalancer, r.metrics} {
		c, err := create(store)
		if err != nil {
			return parts{}, err
		}
		p.addons = append(p.addons, c)
	}
	for _, node := range r.plan.Nodes {
		containerd, err := r.containerd(node)
		if err != nil {
			return parts{}, err
		}
		kubelet, err := r.kubelet(store, node)
		if err != nil {
			return parts{}, err
		}
		proxy, err := r.kubeProxy(store, node)
		if err != nil {
			return parts{}, err
		}
		p.runtimes = append(p.runtimes, containerd)
		p.controllers = append(p.controllers, kubelet)
		p.proxies = append(p.proxies, proxy)
	}
	return p, nil
}

// loadPause gives every node the image of pods' sandboxes.
func (r *running) loadPause(ctx context.Context, builder *build.Builder) error {
	archive := filepath.Join(r.layout.Run(), "pause.tar")
	if err := image.WritePause(builder.Pause(), runtime.GOARCH, archive); err != nil {
		return err
	}
	_, err := r.load(ctx, archive)
	return err
}
