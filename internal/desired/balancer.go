// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Services are a tenant's Services as they are in the cluster, but for those of
// others; nil for one that is not there.
type Services struct {
	// Service is the one that every tenant has.
	Service *corev1.Service
	// Internal is that of the internal load balancer beside an external one.
	Internal *corev1.Service
}

// balancer is one load balancer of a tenant, and what its Service says to it.
type balancer struct {
	// name is the Service's.
	name string
	// settings are applied, and differences are what the cloud cannot change.
	settings    cloud.Settings
	differences []cloud.Difference
	// record is the annotation that tells what the load balancer was created
	// with; empty where that is no longer known.
	record string
	// ranges are the clients that may reach it.
	ranges []v1alpha1.CIDR
	// policy is which nodes answer; empty for the default.
	policy v1alpha1.ExternalTrafficPolicy
	// removed is whether it is no longer asked for.
	removed bool
	// live is the Service as it is, if it is a load balancer's.
	live *corev1.Service
}

// balancers returns the tenant's own load balancers: the one of the Service that
// every tenant has, unless that has none, and the internal one beside it; also
// one that is no longer wanted but there.
func balancers(in Input) ([]balancer, error) {
	var (
		found    []balancer
		exposure = Exposure(in.Tenant)
		block    = exposure.LoadBalancer
	)

	if block == nil {
		block = &v1alpha1.LoadBalancerExposure{}
	}

	both := exposure.Type == v1alpha1.ExposureLoadBalancer && block.Scope == v1alpha1.ScopeBoth

	switch {
	case AdoptedServiceName(in.Tenant) != "":
		if balanced(in.Live.Service) {
			found = append(found, removedBalancer(in.Live.Service))
		}
	case exposure.Type == v1alpha1.ExposureLoadBalancer:
		main, err := mainBalancer(in, *block)
		if err != nil {
			return nil, err
		}

		found = append(found, main)
	}

	if both {
		internal, err := internalBalancer(in, *block)
		if err != nil {
			return nil, err
		}

		return append(found, internal), nil
	}

	if balanced(in.Live.Internal) {
		found = append(found, removedBalancer(in.Live.Internal))
	}

	return found, nil
}

// balanced is whether there is a Service, of type LoadBalancer.
func balanced(service *corev1.Service) bool {
	return service != nil && service.Spec.Type == corev1.ServiceTypeLoadBalancer
}

// mainBalancer is the only load balancer, or the external one of two.
func mainBalancer(in Input, block v1alpha1.LoadBalancerExposure) (balancer, error) {
	scope := cmp.Or(block.Scope, v1alpha1.ScopeExternal)
	if scope == v1alpha1.ScopeBoth {
		scope = v1alpha1.ScopeExternal
	}

	r := request(in.Tenant, block.Platform, scope, block.LoadBalancerSettings)
	r.Told = block.Class != "" || len(block.Annotations) > 0

	if block.Adopt != nil {
		r.Address = block.Adopt.Address
	}

	return newBalancer(in.Tenant, tenant.Name(in.Tenant), "spec.exposure.loadBalancer.", r, block.AllowedSourceRanges, in.Live.Service)
}

// internalBalancer is the internal one of two. It is as the external one but
// for what is said of it.
func internalBalancer(in Input, block v1alpha1.LoadBalancerExposure) (balancer, error) {
	settings := block.LoadBalancerSettings

	var (
		own     map[string]v1alpha1.AnnotationValue
		told    bool
		address string
	)

	if internal := block.Internal; internal != nil {
		own = internal.Annotations
		settings.Class = cmp.Or(internal.Class, settings.Class)
		settings.Certificate = cmp.Or(internal.Certificate, settings.Certificate)
		told = internal.Class != "" || len(own) > 0

		if internal.Adopt != nil {
			address = internal.Adopt.Address
		}

		if len(internal.AllowedSourceRanges) > 0 {
			settings.AllowedSourceRanges = internal.AllowedSourceRanges
		}

		merged := map[string]v1alpha1.AnnotationValue{}
		maps.Copy(merged, settings.Annotations)
		maps.Copy(merged, own)
		settings.Annotations = merged
	}

	r := request(in.Tenant, block.Platform, v1alpha1.ScopeInternal, settings)
	r.Told, r.Address = told, address

	for key := range settings.Annotations {
		if _, told := own[key]; !told {
			r.Inherited = append(r.Inherited, key)
		}
	}

	return newBalancer(in.Tenant, tenant.InternalName(in.Tenant), "spec.exposure.loadBalancer.internal.",
		r, settings.AllowedSourceRanges, in.Live.Internal)
}

func request(t *v1alpha1.IngressTenant, platform v1alpha1.LoadBalancerPlatform, scope v1alpha1.LoadBalancerScope, settings v1alpha1.LoadBalancerSettings) cloud.Request {
	r := cloud.Request{
		Platform:      platform,
		Scope:         scope,
		Class:         settings.Class,
		Annotations:   map[string]string{},
		SourceRanges:  len(settings.AllowedSourceRanges) > 0,
		ProxyProtocol: len(tenant.ProxyProtocolSources(t)) > 0,
		Certificate:   settings.Certificate,
	}

	for key, value := range settings.Annotations {
		r.Annotations[key] = string(value)
	}

	return r
}

// newBalancer resolves a load balancer, and keeps of a live one what cannot be
// changed.
func newBalancer(t *v1alpha1.IngressTenant, name, path string, r cloud.Request, ranges []v1alpha1.CIDR, service *corev1.Service) (balancer, error) {
	wanted, err := cloud.Resolve(r)

	if refused := new(cloud.RefusedError); errors.As(err, &refused) {
		return balancer{}, provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s%v", path, refused)
	}

	if err != nil {
		return balancer{}, err
	}

	exposure := Exposure(t)
	b := balancer{name: name, settings: wanted, ranges: ranges, policy: exposure.ExternalTrafficPolicy}

	if balanced(service) {
		live := liveOf(service)
		b.live = service

		if live.Record == nil && wasAsAsked(t) {
			b.settings = cloud.Restore(live, wanted)
		} else {
			b.settings, b.differences = cloud.Keep(live, wanted, tenant.LabelScope)
		}
	}

	// It says what it was created with until it is created anew.
	if len(b.differences) > 0 {
		b.record = service.Annotations[tenant.AnnotationLoadBalancer]

		return b, nil
	}

	// Also where nothing is asked for: a Service without a record is one that lost it.
	asked := cmp.Or(exposure.LoadBalancer, &v1alpha1.LoadBalancerExposure{})
	b.record = cloud.RecordOf(b.settings, asked).String()

	return b, nil
}

// wasAsAsked is whether the load balancers were as the spec asks for when the
// operator last looked, by what it said then: these reasons are given only where no
// change of a load balancer waits.
func wasAsAsked(t *v1alpha1.IngressTenant) bool {
	last := meta.FindStatusCondition(t.Status.Conditions, v1alpha1.ConditionProgressing)

	return last != nil && last.ObservedGeneration == t.Generation &&
		slices.Contains([]string{v1alpha1.ReasonUpToDate, v1alpha1.ReasonAwaitingAddress, v1alpha1.ReasonOverridden}, last.Reason)
}

// removedBalancer is a load balancer that the tenant no longer asks for: the
// internal one of two, or its own where it adopts another. It keeps what it has,
// and clients, until somebody deletes it.
func removedBalancer(service *corev1.Service) balancer {
	b := balancer{
		name:     service.Name,
		settings: cloud.KeepAll(liveOf(service)),
		record:   service.Annotations[tenant.AnnotationLoadBalancer],
		policy:   v1alpha1.ExternalTrafficPolicy(service.Spec.ExternalTrafficPolicy),
		removed:  true,
		live:     service,
	}

	for _, cidr := range service.Spec.LoadBalancerSourceRanges {
		b.ranges = append(b.ranges, v1alpha1.CIDR(cidr))
	}

	return b
}

// liveOf reads off a Service what it says to its load balancer.
func liveOf(service *corev1.Service) cloud.Live {
	live := cloud.Live{
		Annotations:    service.Annotations,
		LoadBalancerIP: service.Spec.LoadBalancerIP,
		Label:          service.Labels[tenant.LabelScope],
	}

	if service.Spec.LoadBalancerClass != nil {
		live.Class = *service.Spec.LoadBalancerClass
	}

	if record, ok := recordOf(service); ok {
		live.Record = &record
	}

	for _, port := range service.Spec.Ports {
		if port.Name == portHTTPS && port.TargetPort.StrVal == portHTTP {
			live.Plain = append(live.Plain, port.Port)
		}
	}

	for _, ingress := range service.Status.LoadBalancer.Ingress {
		live.Addresses = append(live.Addresses, ingress.IP)
	}

	return live
}

func recordOf(service *corev1.Service) (cloud.Record, bool) {
	return cloud.ParseRecord(service.Annotations[tenant.AnnotationLoadBalancer])
}

// ScopeOf is which clients a Service of type LoadBalancer is for: what it was
// created for, not what it shall become.
func ScopeOf(service *corev1.Service) v1alpha1.AddressScope {
	record, ok := recordOf(service)
	if ok && record.Scope == v1alpha1.ScopeInternal {
		return v1alpha1.AddressInternal
	}

	return v1alpha1.AddressExternal
}

// keeps is whether the Service keeps something that the tenant does not ask for.
func (b balancer) keeps() bool {
	return b.removed || len(b.differences) > 0
}

// plain is whether the load balancer ends TLS on a port.
func (b balancer) plain(port int32) bool {
	return slices.Contains(b.settings.Plain, port)
}
