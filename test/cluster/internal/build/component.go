// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package build makes the cluster's programs out of Go modules.
//
// The versions are those that the go.mod files below components/ require, and
// nowhere else: `go get` in one of those folders is how a part is upgraded.
package build

// Component is one program that is built from a Go module.
type Component struct {
	// Name is the program's file name.
	Name string
	// Folder is the folder below components/ whose go.mod pins the version.
	Folder string
	// Module is the module that holds the program, and whose version it has.
	Module string
	// Package is the program's import path.
	Package string
	// Stamp is set for the parts of Kubernetes, which learn their version from the linker.
	Stamp bool
}

// Components are all programs of the cluster, in the order in which they are
// built: first what envtest needs, so that it need not wait for the rest.
func Components() []Component {
	kubernetes := func(name string) Component {
		return Component{
			Name:    name,
			Folder:  "kubernetes",
			Module:  "k8s.io/kubernetes",
			Package: "k8s.io/kubernetes/cmd/" + name,
			Stamp:   true,
		}
	}
	return []Component{
		{Name: "etcd", Folder: "etcd", Module: "go.etcd.io/etcd/server/v3", Package: "go.etcd.io/etcd/server/v3"},
		kubernetes("kube-apiserver"),
		kubernetes("kubectl"),
		kubernetes("kubelet"),
		kubernetes("kube-controller-manager"),
		kubernetes("kube-scheduler"),
		kubernetes("kube-proxy"),
		{Name: "metallb-controller", Folder: "metallb", Module: "go.universe.tf/metallb", Package: "go.universe.tf/metallb/controller"},
		{Name: "coredns", Folder: "coredns", Module: "github.com/coredns/coredns", Package: "github.com/coredns/coredns"},
		{Name: "metrics-server", Folder: "metrics-server", Module: "sigs.k8s.io/metrics-server", Package: "sigs.k8s.io/metrics-server/cmd/metrics-server"},
	}
}

// Assets are the programs that controller-runtime's envtest looks for.
func Assets() []string { return []string{"etcd", "kube-apiserver", "kubectl"} }
