// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
)

// untranslated drops, last of all, what still goes to a load-balancer address when it
// leaves a node: kube-proxy does not know the address yet, or not any more. To add a
// table that is there and to delete it changes nothing, and makes this the whole.
const untranslated = `
add table ip lab
delete table ip lab
table ip lab {
	chain untranslated {
		type filter hook postrouting priority 300
		ip daddr %s drop
	}
}
`

// dropUntranslated keeps packets to load-balancer addresses that kube-proxy has not
// translated out of the node's connection tracking, for the namespace that it is called
// in.
//
// A connection that is tracked without a translation never gets one, however often its
// first packet is sent again, and the kernel remembers it for two minutes. A client in
// the world would never be seen: nobody sends to an address that is not announced. Here
// all clients are one, with one source address and 28,000 ports, so that a connection
// minutes later may well have the same port, and would be lost.
func dropUntranslated(ctx context.Context, loadBalancers netip.Prefix) error {
	command := exec.CommandContext(ctx, "nft", "-f", "-")
	command.Stdin = strings.NewReader(fmt.Sprintf(untranslated, loadBalancers))

	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("dropping packets to %s that nobody translates: nft: %w: %s", loadBalancers, err, output)
	}

	return nil
}
