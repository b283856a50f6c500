// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"path/filepath"
	"strconv"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

func (r *running) binary(name string) string { return filepath.Join(r.state.Binaries, name) }

func (r *running) configPath(name string) string { return filepath.Join(r.layout.Config(), name) }

func (r *running) etcd(store *pki.Store) component {
	node := r.plan.ControlPlane().Name
	return component{
		Spec: r.spec("etcd", node,
			r.binary("etcd"),
			"--name=default",
			"--data-dir="+r.layout.EtcdData(),
			"--listen-client-urls=https://127.0.0.1:2379",
			"--advertise-client-urls=https://127.0.0.1:2379",
			"--listen-peer-urls=http://127.0.0.1:2380",
			"--initial-advertise-peer-urls=http://127.0.0.1:2380",
			"--initial-cluster=default=http://127.0.0.1:2380",
			"--listen-metrics-urls=http://127.0.0.1:2381",
			"--client-cert-auth=true",
			"--trusted-ca-file="+store.Certificate(etcdCA),
			"--cert-file="+store.Certificate(etcdServer),
			"--key-file="+store.Key(etcdServer),
			// The data does not outlive the cluster: no write need reach the disk.
			"--unsafe-no-fsync=true",
			"--log-level=warn",
		),
		check: answers(r.inside(node), "http://127.0.0.1:2381/readyz", ""),
	}
}

func (r *running) apiServer(store *pki.Store) (component, error) {
	node := r.plan.ControlPlane()
	policy, err := config.AuditPolicy()
	if err != nil {
		return component{}, err
	}
	policyFile := r.configPath("audit-policy.yaml")
	port := strconv.Itoa(int(r.state.Port))
	issuer := "https://kubernetes.default.svc.cluster.local"
	return component{
		Spec: r.spec(apiServer, node.Name,
			r.binary("kube-apiserver"),
			"--advertise-address="+node.Address.String(),
			"--bind-address=0.0.0.0",
			"--secure-port="+port,
			"--tls-cert-file="+store.Certificate(apiServer),
			"--tls-private-key-file="+store.Key(apiServer),
			"--client-ca-file="+store.Certificate(clusterCA),
			"--etcd-servers=https://127.0.0.1:2379",
			"--etcd-cafile="+store.Certificate(etcdCA),
			"--etcd-certfile="+store.Certificate(etcdClient),
			"--etcd-keyfile="+store.Key(etcdClient),
			"--kubelet-certificate-authority="+store.Certificate(clusterCA),
			"--kubelet-client-certificate="+store.Certificate(apiServerToKubelets),
			"--kubelet-client-key="+store.Key(apiServerToKubelets),
			// Nothing resolves the nodes' names.
			"--kubelet-preferred-address-types=InternalIP",
			"--requestheader-client-ca-file="+store.Certificate(frontProxyCA),
			"--requestheader-allowed-names="+frontProxyClient,
			"--requestheader-username-headers=X-Remote-User",
			"--requestheader-group-headers=X-Remote-Group",
			"--requestheader-extra-headers-prefix=X-Remote-Extra-",
			"--proxy-client-cert-file="+store.Certificate(frontProxyClient),
			"--proxy-client-key-file="+store.Key(frontProxyClient),
			"--enable-aggregator-routing=true",
			"--service-account-issuer="+issuer,
			"--service-account-key-file="+store.Public(serviceAccounts),
			"--service-account-signing-key-file="+store.Key(serviceAccounts),
			"--service-cluster-ip-range="+r.plan.Services.String(),
			"--authorization-mode=Node,RBAC",
			"--enable-admission-plugins=NodeRestriction",
			"--allow-privileged=true",
			"--audit-policy-file="+policyFile,
			"--audit-log-path="+r.layout.AuditLog(),
			"--audit-log-maxsize=200",
			"--audit-log-maxbackup=2",
			"--profiling=false",
		),
		files: map[string]string{policyFile: policy},
		check: answers(r.inside(node.Name), "https://127.0.0.1:"+port+"/readyz", store.Certificate(clusterCA)),
	}, nil
}

func (r *running) controllerManager(store *pki.Store) (component, error) {
	node := r.plan.ControlPlane()
	path := r.configPath(controllerManager + ".kubeconfig")
	access, err := r.kubeconfig(store, controllerManager, node.Address)
	if err != nil {
		return component{}, err
	}
	return component{
		Spec: r.spec(controllerManager, node.Name,
			r.binary("kube-controller-manager"),
			"--kubeconfig="+path,
			"--authentication-kubeconfig="+path,
			"--authorization-kubeconfig="+path,
			"--bind-address=127.0.0.1",
			"--tls-cert-file="+store.Certificate(controllerManager),
			"--tls-private-key-file="+store.Key(controllerManager),
			"--client-ca-file="+store.Certificate(clusterCA),
			"--requestheader-client-ca-file="+store.Certificate(frontProxyCA),
			"--root-ca-file="+store.Certificate(clusterCA),
			"--cluster-signing-cert-file="+store.Certificate(clusterCA),
			"--cluster-signing-key-file="+store.Key(clusterCA),
			"--service-account-private-key-file="+store.Key(serviceAccounts),
			"--use-service-account-credentials=true",
			"--allocate-node-cidrs=false",
			// There is one of it, and a busy computer must not make it lose a lease.
			"--leader-elect=false",
			"--profiling=false",
		),
		files: map[string]string{path: access},
		check: answers(r.inside(node.Name), "https://127.0.0.1:10257/healthz", store.Certificate(clusterCA)),
	}, nil
}

func (r *running) scheduler(store *pki.Store) (component, error) {
	node := r.plan.ControlPlane()
	path := r.configPath(scheduler + ".kubeconfig")
	access, err := r.kubeconfig(store, scheduler, node.Address)
	if err != nil {
		return component{}, err
	}
	return component{
		Spec: r.spec(scheduler, node.Name,
			r.binary("kube-scheduler"),
			"--kubeconfig="+path,
			"--authentication-kubeconfig="+path,
			"--authorization-kubeconfig="+path,
			"--bind-address=127.0.0.1",
			"--tls-cert-file="+store.Certificate(scheduler),
			"--tls-private-key-file="+store.Key(scheduler),
			"--client-ca-file="+store.Certificate(clusterCA),
			"--requestheader-client-ca-file="+store.Certificate(frontProxyCA),
			"--leader-elect=false",
			"--profiling=false",
		),
		files: map[string]string{path: access},
		check: answers(r.inside(node.Name), "https://127.0.0.1:10259/healthz", store.Certificate(clusterCA)),
	}, nil
}
