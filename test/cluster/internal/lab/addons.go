// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"fmt"
	"net/netip"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

// metricsPort is where the server of resource metrics listens on its node.
const metricsPort = 10270

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

// metrics serves the resource metrics that HorizontalPodAutoscalers and
// `kubectl top` read, out of what the kubelets measure.
func (r *running) metrics(store *pki.Store) (component, error) {
	node := r.plan.ControlPlane()
	kubeconfig := r.configPath(metricsServer + ".kubeconfig")
	access, err := r.kubeconfig(store, metricsServer, node.Address)
	if err != nil {
		return component{}, err
	}
	return component{
		Spec: r.spec(metricsServer, node.Name,
			r.binary("metrics-server"),
			"--kubeconfig="+kubeconfig,
			"--authentication-kubeconfig="+kubeconfig,
			"--authorization-kubeconfig="+kubeconfig,
			fmt.Sprintf("--secure-port=%d", metricsPort),
			"--tls-cert-file="+store.Certificate(metricsServer),
			"--tls-private-key-file="+store.Key(metricsServer),
			"--kubelet-certificate-authority="+store.Certificate(clusterCA),
			"--kubelet-preferred-address-types=InternalIP",
			// The shortest that it accepts: tests wait for autoscaling.
			"--metric-resolution=10s",
			"--kubelet-request-timeout=5s",
		),
		files: map[string]string{kubeconfig: access},
		check: answers(r.inside(node.Name), fmt.Sprintf("https://127.0.0.1:%d/livez", metricsPort), store.Certificate(clusterCA)),
	}, nil
}
