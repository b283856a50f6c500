// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/network"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

// Names of authorities, certificates and keys in the store.
const (
	clusterCA    = "cluster-ca"
	etcdCA       = "etcd-ca"
	frontProxyCA = "front-proxy-ca"

	etcdServer          = "etcd"
	etcdClient          = "kube-apiserver-etcd-client"
	apiServer           = "kube-apiserver"
	apiServerToKubelets = "kube-apiserver-kubelet-client"
	frontProxyClient    = "front-proxy-client"
	serviceAccounts     = "service-accounts"

	administrator     = "admin"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
	kubeProxy         = "kube-proxy"
	coreDNS           = "coredns"
	metalLB           = "metallb"
	metricsServer     = "metrics-server"
)

func kubelet(node network.Node) string { return "kubelet-" + node.Name }

// certificate is one row of what must be issued.
type certificate struct {
	authority, name string
	request         pki.Request
}

func certificates(plan network.Plan) []certificate {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	local := []netip.Addr{loopback}
	client := func(name, user string, groups ...string) certificate {
		return certificate{clusterCA, name, pki.Request{CommonName: user, Organizations: groups, Client: true}}
	}
	component := func(name string) certificate {
		return certificate{clusterCA, name, pki.Request{CommonName: "system:" + name, Client: true, Server: true, Addresses: local}}
	}
	list := []certificate{
		{etcdCA, etcdServer, pki.Request{CommonName: "etcd", Server: true, Client: true, Addresses: local}},
		{etcdCA, etcdClient, pki.Request{CommonName: etcdClient, Client: true}},
		{frontProxyCA, frontProxyClient, pki.Request{CommonName: frontProxyClient, Client: true}},
		{clusterCA, apiServer, pki.Request{
			CommonName: apiServer,
			Server:     true,
			Names: []string{
				"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
			},
			Addresses: []netip.Addr{loopback, plan.ControlPlane().Address, plan.KubernetesService()},
		}},
		client(apiServerToKubelets, apiServerToKubelets),
		client(administrator, "kubernetes-admin", "system:masters"),
		component(controllerManager),
		component(scheduler),
		client(kubeProxy, "system:kube-proxy"),
		client(coreDNS, "system:coredns"),
		client(metalLB, "system:metallb"),
		{clusterCA, metricsServer, pki.Request{
			CommonName: "system:metrics-server",
			Client:     true,
			Server:     true,
			Names:      []string{"metrics-server.kube-system.svc"},
			Addresses:  local,
		}},
	}
	for _, node := range plan.Nodes {
		list = append(list, certificate{clusterCA, kubelet(node), pki.Request{
			CommonName:    "system:node:" + node.Name,
			Organizations: []string{"system:nodes"},
			Client:        true,
			Server:        true,
			Names:         []string{node.Name},
			Addresses:     []netip.Addr{node.Address},
		}})
	}
	return list
}

// issue creates the authorities, certificates and keys that are missing.
func (r *running) issue(store *pki.Store) error {
	for _, name := range []string{clusterCA, etcdCA, frontProxyCA} {
		if err := store.Authority(name); err != nil {
			return err
		}
	}
	for _, wanted := range certificates(r.plan) {
		if err := store.Issue(wanted.authority, wanted.name, wanted.request); err != nil {
			return err
		}
	}
	return store.KeyPair(serviceAccounts)
}

// kubeconfig returns a kubeconfig for the holder of a certificate.
func (r *running) kubeconfig(store *pki.Store, user string, server netip.Addr) (string, error) {
	content := config.Kubeconfig{
		Cluster: r.layout.Key,
		Server:  "https://" + netip.AddrPortFrom(server, r.state.Port).String(),
		User:    user,
	}
	for file, target := range map[string]*[]byte{
		store.Certificate(clusterCA): &content.CA,
		store.Certificate(user):      &content.Certificate,
		store.Key(user):              &content.Key,
	} {
		read, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("rendering the kubeconfig of %s: %w", user, err)
		}
		*target = read
	}
	return content.Render()
}

// writeFile replaces a file that only its owner may read.
func writeFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := os.WriteFile(path+".partial", []byte(content), 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return os.Rename(path+".partial", path)
}
