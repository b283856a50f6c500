// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"context"
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
	"github.com/ingresstenant/ingress-tenant-operator/test/load"
	"github.com/ingresstenant/ingress-tenant-operator/test/local"
)

// The tenants: who attacks, who is attacked, and one that serves namespaces by a label.
const (
	attacker = "mallory"
	victim   = "victim"
	selected = "selected"
)

// site is what attempts are made on.
type site struct {
	*local.Cluster

	// actors are the clients of those who try something.
	actors map[string]client.Client
	// traffic is the victim's.
	traffic *load.Run
	// namespaces are those that the attacker's controller does not serve.
	namespaces []string
	// made are tenants, with a namespace of the same name each.
	made []string
}

// prepare makes the tenants, those who attack, and the victim's traffic.
func (s *site) prepare(ctx context.Context) {
	GinkgoHelper()

	for _, name := range []string{attacker, victim} {
		s.apply(ctx, apps.Namespace(name, nil))
		s.apply(ctx, apps.App{Namespace: name, Name: name}.Objects()...)
	}

	consenting := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: victim}}
	Expect(s.Patch(ctx, consenting, client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata":{"annotations":{"`+tenant.AnnotationConsent+`":"`+victim+`"}}}`)))).To(Succeed())
	Expect(s.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: victim, Name: "users"}})).To(Succeed())

	s.create(ctx, attacker, v1alpha1.IngressTenantSpec{
		Namespaces: &v1alpha1.NamespacesSpec{Names: []string{attacker}},
		Hostnames:  []v1alpha1.Hostname{"mallory.example.com"},
		Policy:     &v1alpha1.PolicySpec{ExternalNameServices: v1alpha1.Allow},
	})
	s.create(ctx, victim, v1alpha1.IngressTenantSpec{
		Namespaces: &v1alpha1.NamespacesSpec{Names: []string{victim}},
		Hostnames:  []v1alpha1.Hostname{"victim.example.com", "*.victim.example.com", "bücher.example"},
	})
	s.create(ctx, selected, v1alpha1.IngressTenantSpec{
		Namespaces: &v1alpha1.NamespacesSpec{Selector: &v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"team": selected}}},
	})

	for _, c := range controllers() {
		if c.tenant == attacker {
			continue
		}

		spec := v1alpha1.IngressTenantSpec{
			Namespaces: &v1alpha1.NamespacesSpec{Names: []string{attacker}},
			Controller: &v1alpha1.ControllerSpec{Provider: c.provider, NodeSelector: map[string]v1alpha1.LabelValue{"attack": "nowhere"}},
			Policy:     &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow},
		}
		s.create(ctx, c.tenant, spec)

		s.made = append(s.made, c.tenant)
	}

	for _, name := range []string{attacker, victim} {
		Eventually(func() error {
			return s.Apply(ctx, apps.App{Namespace: name, Name: name}.Ingress(name, name+".example.com"), client.ForceOwnership)
		}).
			WithContext(ctx).Should(Succeed())
	}

	s.makeActors(ctx)
	s.startTraffic(ctx)
}

func (s *site) apply(ctx context.Context, objects ...runtime.ApplyConfiguration) {
	GinkgoHelper()

	for _, object := range objects {
		Expect(s.Apply(ctx, object, client.ForceOwnership)).To(Succeed())
	}
}

func (s *site) create(ctx context.Context, name string, spec v1alpha1.IngressTenantSpec) {
	GinkgoHelper()

	if spec.Controller == nil {
		spec.Controller = &v1alpha1.ControllerSpec{}
	}

	spec.Controller.Replicas = 1
	spec.DeletionPolicy = v1alpha1.DeletionForce
	Expect(s.Create(ctx, &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec})).To(Succeed())
}

// makeActors makes those who try something.
func (s *site) makeActors(ctx context.Context) {
	GinkgoHelper()

	Expect(s.Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: attacker, Name: "team"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "edit"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "team"}},
	})).To(Succeed())

	all := []string{"get", "list", "create", "update", "patch", "delete"}
	for user, rule := range map[string]rbacv1.PolicyRule{
		"keeper": {APIGroups: []string{"", "networking.k8s.io"}, Resources: []string{"namespaces", "ingressclasses"}, Verbs: all},
		"author": {APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"ingresstenants"}, Verbs: all},
	} {
		role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "attack-" + user}, Rules: []rbacv1.PolicyRule{rule}}
		Expect(s.Create(ctx, role)).To(Succeed())
		DeferCleanup(func(ctx SpecContext) { Expect(s.Delete(ctx, role)).To(Succeed()) })

		binding := &rbacv1.ClusterRoleBinding{
			ObjectMeta: role.ObjectMeta,
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
		}
		binding.ResourceVersion = ""
		Expect(s.Create(ctx, binding)).To(Succeed())
		DeferCleanup(func(ctx SpecContext) { Expect(s.Delete(ctx, binding)).To(Succeed()) })
	}

	s.actors = map[string]client.Client{}

	for _, user := range []string{"team", "keeper", "author"} {
		config := rest.CopyConfig(s.Config)
		config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
		s.actors[user] = s.connect(config)
	}

	s.actors["operator"] = s.connect(s.token(ctx, tenant.Operator, tenant.Operator))

	for _, c := range controllers() {
		own := s.token(ctx, "ingress-"+c.tenant, s.controllerAccount(ctx, c.tenant))
		s.actors[c.actor()] = s.connect(own)

		posing := rest.CopyConfig(own)
		posing.Impersonate = rest.ImpersonationConfig{UserName: "system:serviceaccount:" + tenant.Operator + ":" + tenant.Operator}
		s.actors[c.actor()+", posing as the operator"] = s.connect(posing)

		// What has no rights at all is refused everything.
		Eventually(func() error { return s.actors[c.actor()].List(ctx, &corev1.SecretList{}, client.InNamespace(attacker)) }).
			WithContext(ctx).Should(Succeed())
	}
}

func (s *site) connect(config *rest.Config) client.Client {
	GinkgoHelper()

	c, err := client.New(config, client.Options{Scheme: s.Scheme(), Mapper: s.RESTMapper()})
	Expect(err).NotTo(HaveOccurred())

	return c
}

// token connects with a ServiceAccount's own token.
func (s *site) token(ctx context.Context, namespace, account string) *rest.Config {
	GinkgoHelper()

	request := &authenticationv1.TokenRequest{}
	Expect(s.SubResource("token").Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: account}}, request)).To(Succeed())

	config := rest.AnonymousClientConfig(s.Config)
	config.BearerToken = request.Status.Token

	return config
}

// controllerAccount is the ServiceAccount of a tenant's controller.
func (s *site) controllerAccount(ctx context.Context, name string) string {
	GinkgoHelper()

	accounts := &corev1.ServiceAccountList{}
	Eventually(func(g Gomega) {
		g.Expect(s.List(ctx, accounts, client.InNamespace("ingress-"+name), client.MatchingLabels{tenant.LabelTenant: name})).To(Succeed())
		g.Expect(accounts.Items).To(HaveLen(1))
	}).WithContext(ctx).Should(Succeed())

	return accounts.Items[0].Name
}

// startTraffic sends requests to the victim, each of which its own application has to
// answer, until the suite ends.
func (s *site) startTraffic(ctx context.Context) {
	GinkgoHelper()

	t := &v1alpha1.IngressTenant{}
	Eventually(func(g Gomega) {
		g.Expect(s.Get(ctx, client.ObjectKey{Name: victim}, t)).To(Succeed())
		g.Expect(apimeta.IsStatusConditionTrue(t.Status.Conditions, v1alpha1.ConditionReady)).To(BeTrue())
		g.Expect(t.Status.Addresses).NotTo(BeEmpty())
	}).WithContext(ctx).WithTimeout(2 * time.Minute).Should(Succeed())

	endpoint, err := s.Publish(ctx, "attack-"+victim, t.Status.Addresses[0].Value, 80)
	Expect(err).NotTo(HaveOccurred())

	target := load.Target{Endpoint: endpoint, Host: "victim.example.com"}
	Eventually(func() int { return load.Start(ctx, target, load.Options{Count: 1, Check: s.byVictim}).Wait().Failed }).
		WithContext(ctx).WithTimeout(time.Minute).Should(BeZero())

	// It goes on beyond the node that starts it.
	s.traffic = load.Start(context.Background(), target, load.Options{Check: s.byVictim})
}

// byVictim is whether the victim's own application answers.
func (*site) byVictim(response *http.Response) error {
	if name := response.Header.Get("Echo-App"); response.StatusCode != http.StatusOK || name != victim {
		return fmt.Errorf("status %d by %q", response.StatusCode, name)
	}

	return nil
}
