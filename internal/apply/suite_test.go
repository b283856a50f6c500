// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/applyconfigurations"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/cluster"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
)

const (
	fieldOwner      = "engine"
	furtherOwner    = "between"
	hashAnnotation  = "engine.example.com/hash"
	adoptAnnotation = "engine.example.com/adopt"
	labelManaged    = "engine.example.com/managed"
	labelOwner      = "engine.example.com/owner"
)

// api is the API server of the suite, running between its first and last spec.
type api struct {
	*apiserver.Server
	// Client reads and writes as somebody else than the engine.
	client.Client
}

func TestApply(t *testing.T) {
	RegisterFailHandler(Fail)
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyTimeout(30 * time.Second)
	ctrl.SetLogger(zap.New(zap.WriteTo(GinkgoWriter)))

	server := &api{}

	BeforeSuite(func(ctx SpecContext) {
		var err error

		server.Server, err = apiserver.Start(ctx, nil)
		DeferCleanup(server.Stop)
		Expect(err).NotTo(HaveOccurred())

		server.Client, err = client.New(server.Admin, client.Options{FieldOwner: "somebody"})
		Expect(err).NotTo(HaveOccurred())
	})

	describeApply(server)
	describeDrift(server)
	describeStored(server)
	describeOwnership(server)
	describeRejection(server)
	describeHandOver(server)
	describePrune(server)
	describeTeardown(server)

	RunSpecs(t, "Apply")
}

// engine is an Applier as one process of an operator has it: with a cache of
// its own, which holds the objects with the engine's label and no others.
type engine struct {
	*apply.Applier

	requests *apiserver.Requests
}

// start starts an engine that runs until the spec ends.
func (a *api) start() *engine {
	GinkgoHelper()

	ours := cache.ByObject{Label: labels.SelectorFromSet(labels.Set{labelManaged: "true"})}
	complete := map[schema.GroupKind]bool{}
	byObject := map[client.Object]cache.ByObject{}

	for _, s := range specimens() {
		if s.complete {
			complete[s.gvk.GroupKind()] = true
		} else {
			byObject[s.empty()] = ours
		}
	}

	requests := &apiserver.Requests{}

	process, err := cluster.New(requests.Record(a.Admin), func(o *cluster.Options) {
		o.Scheme = clientgoscheme.Scheme
		o.Cache = cache.Options{ByObject: byObject, DefaultTransform: apply.TrimManagedFields(fieldOwner, furtherOwner)}
		o.Client = client.Options{
			FieldOwner: fieldOwner,
			Cache:      &client.CacheOptions{EnableReadYourWritesConsistency: new(true)},
		}
	})
	Expect(err).NotTo(HaveOccurred())

	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error)

	for _, s := range specimens() {
		Expect(process.GetFieldIndexer().IndexField(ctx, s.empty(), apply.OwnerIndex, apply.IndexByOwner(marks()))).To(Succeed())
	}

	go func() { stopped <- process.Start(ctx) }()

	DeferCleanup(func() {
		cancel()
		Expect(<-stopped).To(Succeed())
	})

	Expect(process.GetCache().WaitForCacheSync(ctx)).To(BeTrue())
	requests.Forget()

	return &engine{
		requests: requests,
		Applier: &apply.Applier{
			Client:          process.GetClient(),
			Live:            process.GetAPIReader(),
			Converter:       applyconfigurations.NewTypeConverter(clientgoscheme.Scheme),
			Complete:        complete,
			Foreground:      map[schema.GroupKind]bool{{Group: appsv1.GroupName, Kind: "Deployment"}: true},
			HashAnnotation:  hashAnnotation,
			AdoptAnnotation: adoptAnnotation,
			Managers:        []string{fieldOwner, furtherOwner},
			Shared: map[schema.GroupKind][]string{
				{Kind: "ServiceAccount"}:                      {"imagePullSecrets", "secrets"},
				{Kind: "Service"}:                             {"spec.clusterIP", "spec.clusterIPs", "spec.ports.*.nodePort"},
				{Group: appsv1.GroupName, Kind: "Deployment"}: {"spec.replicas", "spec.template.metadata"},
			},
			Immutable: map[schema.GroupKind][]apply.Immutable{
				{Group: rbacv1.GroupName, Kind: "RoleBinding"}: {{Path: "roleRef"}},
				{Group: appsv1.GroupName, Kind: "Deployment"}:  {{Path: "spec.selector"}},
				{Kind: "ConfigMap"}:                            {{Path: "immutable", Value: "true"}},
			},
			Disposable: func(live client.Object) bool {
				_, deployment := live.(*appsv1.Deployment)

				return !deployment
			},
			Marks:   marks(),
			Derives: func(owner client.Object, reference apply.Reference) bool { return reference.Name == owner.GetName() },
		},
	}
}

// marks are what the objects of all families carry.
func marks() apply.Marks {
	return apply.Marks{
		Kind:  schema.GroupKind{Group: "scheduling.k8s.io", Kind: "PriorityClass"},
		Label: labelOwner, Labels: map[string]string{labelManaged: "true"}, Annotation: hashAnnotation, Unless: adoptAnnotation,
	}
}

// expectQuiet expects that a function sends nothing to the API server.
func (e *engine) expectQuiet(do func()) {
	GinkgoHelper()

	e.requests.Forget()
	do()
	Expect(e.requests.All()).To(BeEmpty())
}
