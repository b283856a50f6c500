// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	rbacv1 "k8s.io/api/rbac/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func serviceAccount(in Input) apply.Object {
	object := corev1ac.ServiceAccount(in.Workload.Name, tenant.Namespace(in.Tenant))

	return seal(workloadOwned(object, in).WithAutomountServiceAccountToken(false))
}

// clusterRoleBindings bind what the controller reads of the whole cluster:
// IngressClasses, and what it serves if it has no other way.
func clusterRoleBindings(in Input) []apply.Object {
	roles := in.Workload.Roles.Cluster
	if clusterWide(in) {
		roles = append(append([]string{}, roles...), in.Workload.Roles.Served...)
	}

	objects := make([]apply.Object, 0, len(roles))

	for _, role := range roles {
		object := rbacv1ac.ClusterRoleBinding(tenant.BindingName(in.Tenant, role))
		objects = append(objects, seal(workloadOwned(object, in).
			WithRoleRef(clusterRole(role)).
			WithSubjects(subject(in))))
	}

	return objects
}

// roleBindings bind what the controller reads of its own namespace and of each
// namespace that it serves. One that serves none watches its own, which has
// nothing to serve.
func roleBindings(in Input) []apply.Object {
	own := tenant.Namespace(in.Tenant)
	objects := make([]apply.Object, 0, len(in.Workload.Roles.Own)+len(in.Namespaces.Names))

	bind := func(namespace, role string) {
		object := rbacv1ac.RoleBinding(tenant.BindingName(in.Tenant, role), namespace)
		objects = append(objects, seal(workloadOwned(object, in).
			WithRoleRef(clusterRole(role)).
			WithSubjects(subject(in))))
	}

	for _, role := range in.Workload.Roles.Own {
		bind(own, role)
	}

	if clusterWide(in) {
		return objects
	}

	served := in.Namespaces.Names
	if len(served) == 0 {
		served = []string{own}
	}

	for _, namespace := range served {
		for _, role := range in.Workload.Roles.Served {
			bind(namespace, role)
		}
	}

	return objects
}

// clusterWide is whether the controller reads what it serves in all namespaces.
func clusterWide(in Input) bool {
	return in.Namespaces.All || in.Workload.ClusterWide
}

func clusterRole(name string) *rbacv1ac.RoleRefApplyConfiguration {
	return rbacv1ac.RoleRef().
		WithAPIGroup(rbacv1.GroupName).
		WithKind("ClusterRole").
		WithName(name)
}

func subject(in Input) *rbacv1ac.SubjectApplyConfiguration {
	return rbacv1ac.Subject().
		WithKind(rbacv1.ServiceAccountKind).
		WithNamespace(tenant.Namespace(in.Tenant)).
		WithName(in.Workload.Name)
}
