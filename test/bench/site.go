// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
	"github.com/ingresstenant/ingress-tenant-operator/test/bench/internal/fleet"
)

// site is an API server with etcd, and the namespaces that the fleet serves.
type site struct {
	// admin is the benchmark's own client.
	admin client.WithWatch
	// renderer renders what is to be there.
	renderer *fleet.Renderer
	// kubeconfig is the path of a kubeconfig with the operator's rights, which
	// both programs use.
	kubeconfig string
	// audit is what the API server wrote about its requests.
	audit auditLog
	// version is the API server's.
	version string

	server *apiserver.Server
}

// auditPolicy records every request once, when it was answered. Watches are
// recorded when they end.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  - level: None
    users: ["system:apiserver"]
  - level: Metadata
`

// open starts an API server that holds nothing but the namespaces to serve. The
// caller closes the site, also where opening it failed halfway.
func (b *bench) open(ctx context.Context) (*site, error) {
	s := &site{}

	folder, err := os.MkdirTemp(b.folder, "site-")
	if err != nil {
		return s, err
	}

	policy := filepath.Join(folder, "audit-policy.yaml")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		return s, err
	}

	s.audit = auditLog{path: filepath.Join(folder, "audit.log")}

	s.server, err = apiserver.Start(ctx, map[string]string{
		"audit-policy-file": policy,
		"audit-log-path":    s.audit.path,
		// The default has room for 254 Services.
		"service-cluster-ip-range": "10.0.0.0/16",
	})
	if err != nil {
		return s, err
	}

	s.kubeconfig = filepath.Join(folder, "kubeconfig")
	if err := writeKubeconfig(s.server.Operator, s.kubeconfig); err != nil {
		return s, err
	}

	if err := s.connect(ctx); err != nil {
		return s, err
	}

	return s, s.createNamespaces(ctx, b.options.tenants)
}

func (s *site) close() error {
	if s.server == nil {
		return nil
	}

	return s.server.Stop()
}

func (s *site) connect(ctx context.Context) error {
	config := rest.CopyConfig(s.server.Admin)
	config.QPS = -1
	config.UserAgent = "bench"

	scheme, err := manager.Scheme()
	if err != nil {
		return err
	}

	if s.admin, err = client.NewWithWatch(config, client.Options{Scheme: scheme}); err != nil {
		return fmt.Errorf("connecting to the API server: %w", err)
	}

	if s.renderer, err = fleet.NewRenderer(ctx, config); err != nil {
		return err
	}

	discovered, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return fmt.Errorf("connecting to the API server: %w", err)
	}

	version, err := discovered.ServerVersion()
	if err != nil {
		return fmt.Errorf("asking the API server for its version: %w", err)
	}

	s.version = version.GitVersion

	return nil
}

// createNamespaces creates the namespaces that the tenants serve.
func (s *site) createNamespaces(ctx context.Context, tenants int) error {
	for number := range tenants {
		for _, name := range fleet.Tenant(number).Spec.Namespaces.Names {
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
			if err := s.admin.Create(ctx, namespace); err != nil {
				return fmt.Errorf("creating Namespace %s: %w", name, err)
			}
		}
	}

	return nil
}

func writeKubeconfig(config *rest.Config, path string) error {
	const name = "bench"

	kubeconfig := clientcmdapi.NewConfig()
	kubeconfig.Clusters[name] = &clientcmdapi.Cluster{
		Server:                   config.Host,
		CertificateAuthorityData: config.CAData,
	}
	kubeconfig.AuthInfos[name] = &clientcmdapi.AuthInfo{
		ClientCertificateData: config.CertData,
		ClientKeyData:         config.KeyData,
		Impersonate:           config.Impersonate.UserName,
		ImpersonateGroups:     config.Impersonate.Groups,
	}
	kubeconfig.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	kubeconfig.CurrentContext = name

	if err := clientcmd.WriteToFile(*kubeconfig, path); err != nil {
		return fmt.Errorf("writing the kubeconfig: %w", err)
	}

	return nil
}
