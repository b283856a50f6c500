// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
)

func TestEveryFileRenders(t *testing.T) {
	node := netip.MustParseAddr("172.18.0.11")
	dns := netip.MustParseAddr("10.96.0.10")
	pods := netip.MustParsePrefix("10.244.0.0/16")
	for name, test := range map[string]struct {
		render func() (string, error)
		want   []string
	}{
		"containerd": {
			render: config.Containerd{Socket: "/run/c.sock", PauseImage: "localhost/pause:1", ShimCgroup: "/key/shims"}.Render,
			want:   []string{`address = "/run/c.sock"`, `sandbox_image = "localhost/pause:1"`, `ShimCgroup = "/key/shims"`},
		},
		"kubelet": {
			render: config.Kubelet{Address: node, DNS: dns, Socket: "/run/c.sock", Cgroup: "/key/node-1"}.Render,
			want:   []string{"address: 172.18.0.11", `clusterDNS: ["10.96.0.10"]`, "unix:///run/c.sock", "cgroupRoot: /key/node-1"},
		},
		"kube-proxy": {
			render: config.KubeProxy{Node: "node-1", Address: node, Pods: pods}.Render,
			want:   []string{"mode: nftables", "hostnameOverride: node-1", "clusterCIDR: 10.244.0.0/16"},
		},
		"CoreDNS": {
			render: config.DNS{Address: node, Kubeconfig: "/k"}.Render,
			want:   []string{"bind 172.18.0.11", "kubeconfig /k"},
		},
		"resolv.conf": {
			render: config.Resolver{Address: node}.Render,
			want:   []string{"nameserver 172.18.0.11\n"},
		},
		"audit policy": {render: config.AuditPolicy, want: []string{"- level: Metadata\n"}},
		"base objects": {
			render: config.Manifests{DNS: dns, Address: node, MetricsPort: 10270, CA: []byte("ca")}.Base,
			want:   []string{"clusterIP: 10.96.0.10", `addresses: ["172.18.0.11"]`, "targetPort: 10270", "caBundle: Y2E="},
		},
		"address pool": {
			render: config.Manifests{LoadBalancers: netip.MustParsePrefix("172.19.0.0/16")}.Pool,
			want:   []string{`addresses: ["172.19.0.0/16"]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.render()
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is missing in:\n%s", want, got)
				}
			}
			if strings.Contains(got, "<no value>") || strings.Contains(got, "{{") {
				t.Errorf("something was not filled in:\n%s", got)
			}
		})
	}
}

func TestPodNetworkIsJSON(t *testing.T) {
	rendered, err := config.PodNetwork{Pods: netip.MustParsePrefix("10.244.4.0/22")}.Render()
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Plugins []struct {
			Type   string
			IPMasq bool
			IPAM   struct{ Ranges [][]struct{ Subnet string } }
		}
	}
	if err := json.Unmarshal([]byte(rendered), &list); err != nil {
		t.Fatal(err)
	}
	first := list.Plugins[0]
	if first.Type != "ptp" || first.IPMasq || first.IPAM.Ranges[0][0].Subnet != "10.244.4.0/22" {
		t.Errorf("got %+v", first)
	}
}

func TestKubeconfigRefersToNoFile(t *testing.T) {
	rendered, err := config.Kubeconfig{
		Cluster: "key", Server: "https://127.0.0.1:20000", User: "admin",
		CA: []byte("ca"), Certificate: []byte("certificate"), Key: []byte("key"),
	}.Render()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"server: https://127.0.0.1:20000",
		"certificate-authority-data: " + base64.StdEncoding.EncodeToString([]byte("ca")),
		"client-key-data: " + base64.StdEncoding.EncodeToString([]byte("key")),
		"current-context: key",
	} {
		if !strings.Contains(rendered, want) {
			t.Errorf("%q is missing in:\n%s", want, rendered)
		}
	}
}
