// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"net/netip"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

// dns is cluster DNS: CoreDNS as a process of the control-plane node.
func (r *running) dns(store *pki.Store) (component, error) {
	node := r.plan.ControlPlane()
	kubeconfig := r.configPath(coreDNS + ".kubeconfig")
	access, err := r.kubeconfig(store, coreDNS, node.Address)
	if err != nil {
		return component{}, err
	}
	corefile, err := config.DNS{Address: node.Address, Kubeconfig: kubeconfig}.Render()
	if err != nil {
		return component{}, err
	}
	path := r.configPath("Corefile")
	return component{
		Spec:  r.spec(coreDNS, node.Name, r.binary("coredns"), "-conf", path),
		files: map[string]string{kubeconfig: access, path: corefile},
		check: resolves(r.inside(node.Name), netip.AddrPortFrom(node.Address, 53), "kubernetes.default.svc.cluster.local."),
	}, nil
}

// loadBalancer gives Services of type LoadBalancer their addresses: MetalLB's
// controller alone. Its speaker, which announces addresses, has nobody to tell.
func (r *running) loadBalancer(store *pki.Store) (component, error) {
	node := r.plan.ControlPlane()
	kubeconfig := r.configPath(metalLB + ".kubeconfig")
	access, err := r.kubeconfig(store, metalLB, node.Address)
	if err != nil {
		return component{}, err
	}
	c := component{
		Spec: r.spec(metalLB, node.Name,
			r.binary("metallb-controller"),
			"--namespace=metallb-system",
			"--webhook-mode=disabled",
			"--port=7472",
		),
		files: map[string]string{kubeconfig: access},
		check: answers(r.inside(node.Name), "http://127.0.0.1:7472/metrics", ""),
	}
	c.Env = append(c.Env, "KUBECONFIG="+kubeconfig)
	return c, nil
}
