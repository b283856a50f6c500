// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
)

const (
	// namespaces is where `ip netns` keeps its own, so that it shows ours too.
	namespaces = "/var/run/netns"
	// switchName is the namespace of the bridge that joins all machines.
	switchName = "switch"
	// uplink is every machine's interface on the machines' network.
	uplink = "eth0"
	bridge = "br0"
)

// Topology is a plan built, or to be built, out of namespaces.
type Topology struct {
	plan Plan
	name func(machine string) string
}

// NewTopology returns the topology of plan. name turns a machine's name into
// that of its namespace, unique on this computer.
func NewTopology(plan Plan, name func(machine string) string) Topology {
	return Topology{plan: plan, name: name}
}

// NamespacePath is the file of a machine's network namespace.
func (t Topology) NamespacePath(machine string) string {
	return filepath.Join(namespaces, t.name(machine))
}

// Ensure builds what is missing: the switch, and for each machine a namespace, a
// cable to the switch, addresses and routes. It is safe to repeat.
func (t Topology) Ensure(ctx context.Context) error {
	if err := t.ensureSwitch(); err != nil {
		return fmt.Errorf("building the switch: %w", err)
	}
	for _, node := range t.plan.Nodes {
		if err := t.ensureNode(ctx, node); err != nil {
			return fmt.Errorf("building the network of %s: %w", node.Name, err)
		}
	}
	for _, client := range t.plan.Clients {
		if err := t.ensureClient(client); err != nil {
			return fmt.Errorf("building the network of %s: %w", client.Name, err)
		}
	}
	return nil
}

// Remove deletes the namespaces, and with them every interface, route and packet
// filter rule. What does not exist is skipped.
func (t Topology) Remove() error {
	var problems []error
	for _, machine := range append(t.plan.Names(), switchName) {
		path := t.NamespacePath(machine)
		err := isolate.Unmount(path)
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, fmt.Errorf("deleting the network namespace of %s: %w", machine, err))
		}
	}
	return errors.Join(problems...)
}

func (t Topology) ensureSwitch() error {
	return t.within(switchName, func(handle *netlink.Handle) error {
		link, err := ensureLink(handle, bridge, func() error {
			return handle.LinkAdd(&netlink.Bridge{LinkAttrs: named(bridge)})
		})
		if err != nil {
			return err
		}
		if err := address(handle, link, t.plan.Gateway, t.plan.Machines); err != nil {
			return err
		}
		// Whoever asks for an address outside learns at once that there is no
		// way, instead of waiting for a timeout.
		err = handle.RouteReplace(&netlink.Route{Dst: everywhere(), Type: unix.RTN_UNREACHABLE})
		if err != nil {
			return fmt.Errorf("setting the unreachable default route: %w", err)
		}
		return forward()
	})
}

func (t Topology) ensureNode(ctx context.Context, node Node) error {
	if err := t.connect(node.Name); err != nil {
		return err
	}
	return t.within(node.Name, func(handle *netlink.Handle) error {
		link, err := handle.LinkByName(uplink)
		if err != nil {
			return fmt.Errorf("finding %s: %w", uplink, err)
		}
		if err := address(handle, link, node.Address, t.plan.Machines); err != nil {
			return err
		}
		routes := []*netlink.Route{
			{LinkIndex: link.Attrs().Index, Gw: ip(t.plan.Gateway), Dst: everywhere()},
			{LinkIndex: link.Attrs().Index, Dst: network(t.plan.Elsewhere), Scope: netlink.SCOPE_LINK},
		}
		for _, other := range t.plan.Nodes {
			if other.Name != node.Name {
				routes = append(routes, &netlink.Route{LinkIndex: link.Attrs().Index, Dst: network(other.Pods), Gw: ip(other.Address)})
			}
		}
		if err := replace(handle, routes); err != nil {
			return err
		}
		if err := dropUntranslated(ctx, t.plan.LoadBalancers); err != nil {
			return err
		}
		return forward()
	})
}

func (t Topology) ensureClient(client Client) error {
	if err := t.connect(client.Name); err != nil {
		return err
	}
	return t.within(client.Name, func(handle *netlink.Handle) error {
		link, err := handle.LinkByName(uplink)
		if err != nil {
			return fmt.Errorf("finding %s: %w", uplink, err)
		}
		if err := address(handle, link, client.Address, t.plan.Machines); err != nil {
			return err
		}
		if err := address(handle, link, client.Elsewhere, t.plan.Elsewhere); err != nil {
			return err
		}
		return replace(handle, []*netlink.Route{
			{LinkIndex: link.Attrs().Index, Gw: ip(t.plan.Gateway), Dst: everywhere()},
			{LinkIndex: link.Attrs().Index, Gw: ip(client.Via), Dst: network(t.plan.LoadBalancers)},
		})
	})
}

// connect lays a cable from the machine to the switch: both ends are made
// inside the namespaces, so no interface ever appears on the computer itself.
func (t Topology) connect(machine string) error {
	if err := t.create(machine); err != nil {
		return err
	}
	peer, err := netns.GetFromPath(t.NamespacePath(machine))
	if err != nil {
		return fmt.Errorf("opening the network namespace of %s: %w", machine, err)
	}
	defer peer.Close() //nolint:errcheck // nothing was written
	return t.within(switchName, func(handle *netlink.Handle) error {
		master, err := handle.LinkByName(bridge)
		if err != nil {
			return fmt.Errorf("finding %s: %w", bridge, err)
		}
		port, err := ensureLink(handle, machine, func() error {
			return handle.LinkAdd(&netlink.Veth{
				LinkAttrs:     named(machine),
				PeerName:      uplink,
				PeerNamespace: netlink.NsFd(int(peer)),
			})
		})
		if err != nil {
			return err
		}
		if err := handle.LinkSetMaster(port, master); err != nil {
			return fmt.Errorf("plugging %s into %s: %w", machine, bridge, err)
		}
		return nil
	})
}

// within creates the machine's namespace if need be, and calls do inside it.
func (t Topology) within(machine string, do func(*netlink.Handle) error) error {
	if err := t.create(machine); err != nil {
		return err
	}
	return isolate.Network(t.NamespacePath(machine)).Do(func() error {
		handle, err := netlink.NewHandle()
		if err != nil {
			return fmt.Errorf("opening a netlink socket: %w", err)
		}
		defer handle.Close()
		loopback, err := handle.LinkByName("lo")
		if err != nil {
			return fmt.Errorf("finding the loopback interface: %w", err)
		}
		if err := handle.LinkSetUp(loopback); err != nil {
			return fmt.Errorf("setting the loopback interface up: %w", err)
		}
		return do(handle)
	})
}

func (t Topology) create(machine string) error {
	// A file without a mount is what a restart of the computer may leave behind.
	path := t.NamespacePath(machine)
	if mounted, err := isolate.IsMountPoint(path); err != nil || mounted {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing what is left of the network namespace %s: %w", t.name(machine), err)
	}
	// netns creates the namespace on the calling thread: keep the thread, and go back.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	here, err := netns.Get()
	if err != nil {
		return fmt.Errorf("opening this network namespace: %w", err)
	}
	defer here.Close() //nolint:errcheck // nothing was written
	created, err := netns.NewNamed(t.name(machine))
	if err != nil {
		return fmt.Errorf("creating the network namespace %s: %w", t.name(machine), err)
	}
	defer created.Close() //nolint:errcheck // its name keeps the namespace
	if err := netns.Set(here); err != nil {
		return fmt.Errorf("returning to this network namespace: %w", err)
	}
	return nil
}

func ensureLink(handle *netlink.Handle, name string, add func() error) (netlink.Link, error) {
	link, err := handle.LinkByName(name)
	if missing := (netlink.LinkNotFoundError{}); errors.As(err, &missing) {
		if err := add(); err != nil {
			return nil, fmt.Errorf("creating %s: %w", name, err)
		}
		link, err = handle.LinkByName(name)
	}
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", name, err)
	}
	if err := handle.LinkSetUp(link); err != nil {
		return nil, fmt.Errorf("setting %s up: %w", name, err)
	}
	return link, nil
}

func address(handle *netlink.Handle, link netlink.Link, address netip.Addr, within netip.Prefix) error {
	mask := net.CIDRMask(within.Bits(), address.BitLen())
	err := handle.AddrReplace(link, &netlink.Addr{IPNet: &net.IPNet{IP: ip(address), Mask: mask}})
	if err != nil {
		return fmt.Errorf("giving %s the address %v: %w", link.Attrs().Name, address, err)
	}
	if err := handle.LinkSetUp(link); err != nil {
		return fmt.Errorf("setting %s up: %w", link.Attrs().Name, err)
	}
	return nil
}

func replace(handle *netlink.Handle, routes []*netlink.Route) error {
	for _, route := range routes {
		if err := handle.RouteReplace(route); err != nil {
			return fmt.Errorf("setting the route %v: %w", route, err)
		}
	}
	return nil
}

// forward makes the current namespace a router.
func forward() error {
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return fmt.Errorf("turning forwarding on: %w", err)
	}
	return nil
}

func named(name string) netlink.LinkAttrs {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = name
	return attributes
}

func ip(address netip.Addr) net.IP { return net.IP(address.AsSlice()) }

func network(prefix netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: ip(prefix.Addr()), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen())}
}

func everywhere() *net.IPNet { return network(netip.PrefixFrom(netip.IPv4Unspecified(), 0)) }
