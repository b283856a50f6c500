// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// The condition types of an IngressTenant. Every one is present from the first
// reconcile on.
const (
	// ConditionAccepted says whether the spec can be carried out.
	//
	// Possible reasons for True: "Accepted".
	// Possible reasons for False: "InvalidSpec", "UnsupportedVersion",
	// "UnsupportedByProvider", "IsolationBroken", "NameConflict",
	// "DefaultClassConflict", "ConsentRequired", "APIUnavailable",
	// "AdoptionRecordDamaged", "Refused".
	// Possible reasons for Unknown: "ReconcileError", "Deleting", where the
	// spec was never judged.
	ConditionAccepted = "Accepted"

	// ConditionHostnamesClaimed says whether the tenant holds the hostnames that it
	// claims. Ready does not depend on it.
	//
	// Possible reasons for True: "Claimed", "NotClaimed".
	// Possible reasons for False: "HostnameConflict".
	// Possible reasons for Unknown: "NotAccepted".
	ConditionHostnamesClaimed = "HostnamesClaimed"

	// ConditionAvailable says whether the controller serves requests. It stays
	// True during a rollout.
	//
	// Possible reasons for True: "MinimumReplicasAvailable".
	// Possible reasons for False: "Starting", "ImagePullFailed",
	// "ControllerCrashing", "PodsNotReady", "PodsUnschedulable",
	// "PodsRejected", "NotDeployed", "NamespaceTerminating", "Deleting".
	ConditionAvailable = "Available"

	// ConditionLoadBalancerReady says whether the exposure that was asked for
	// is there.
	//
	// Possible reasons for True: "AddressAssigned", "NotRequired".
	// Possible reasons for False: "AddressPending", "AdoptionPending",
	// "NoEndpoints", "NotDeployed", "NamespaceTerminating", "Deleting".
	ConditionLoadBalancerReady = "LoadBalancerReady"

	// ConditionIsolated says whether the tenant shares neither class binding
	// nor Secrets with others. It is a grade, and Ready does not depend on it.
	//
	// Possible reasons for True: "Isolated".
	// Possible reasons for False: "SharedControllerValue", "ClusterWideSecrets",
	// "RightsNotWithdrawn".
	// Possible reasons for Unknown: "NotAccepted".
	ConditionIsolated = "Isolated"

	// ConditionSourceIPPreserved says whether the controller sees clients'
	// addresses, which lists of allowed or denied addresses go by. Ready does
	// not depend on it.
	//
	// Possible reasons for True: "LocalTraffic", "ProxyProtocol",
	// "ForwardedHeaders", "InsideCluster".
	// Possible reasons for False: "NodeAddressSeen", "AllowListIneffective".
	// Possible reasons for Unknown: "DependsOnLoadBalancer", "NotAccepted".
	ConditionSourceIPPreserved = "SourceIPPreserved"

	// ConditionProviderSupported says whether the implementation still gets
	// fixes. Ready does not depend on it.
	//
	// Possible reasons for True: "Supported".
	// Possible reasons for False: "EndOfLife".
	// Possible reasons for Unknown: "Unverified", "ImageOverridden", "NotAccepted".
	ConditionProviderSupported = "ProviderSupported"

	// ConditionProgressing says whether the operator or the cluster is still
	// changing something for the tenant.
	//
	// Possible reasons for True: "RollingOut", "SwitchingProvider",
	// "AdoptingService", "AwaitingAddress", "NamespaceTerminating", "Deleting",
	// "Retrying".
	// Possible reasons for False: "UpToDate", "AnswersDiffer",
	// "LoadBalancerChangePending", "Overridden", "Stalled".
	// Possible reasons for Unknown: "ComparisonImpossible".
	ConditionProgressing = "Progressing"

	// ConditionReady summarises Accepted, Available and LoadBalancerReady.
	//
	// Possible reasons for True: "Ready".
	// Possible reasons for False: the reason of the first of them that is
	// False, "DeletionBlocked", "Deleting".
	// Possible reasons for Unknown: "ReconcileError".
	ConditionReady = "Ready"
)

// The reasons of the conditions.
const (
	// ReasonAccepted: the spec is valid and carried out.
	ReasonAccepted = "Accepted"
	// ReasonInvalidSpec: the spec contradicts itself or the cluster.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonUnsupportedVersion: the operator does not know the version.
	ReasonUnsupportedVersion = "UnsupportedVersion"
	// ReasonUnsupportedByProvider: the provider cannot do what is asked.
	ReasonUnsupportedByProvider = "UnsupportedByProvider"
	// ReasonIsolationBroken: an argument or configuration entry would break
	// the isolation between tenants.
	ReasonIsolationBroken = "IsolationBroken"
	// ReasonNameConflict: an object that is not this tenant's has a name that
	// the tenant needs.
	ReasonNameConflict = "NameConflict"
	// ReasonDefaultClassConflict: another class is the cluster's default.
	ReasonDefaultClassConflict = "DefaultClassConflict"
	// ReasonAPIUnavailable: the cluster does not serve an API that is needed.
	ReasonAPIUnavailable = "APIUnavailable"
	// ReasonRefused: the API server refused an object of the tenant.
	ReasonRefused = "Refused"

	// ReasonClaimed: the tenant holds every hostname that it claims.
	ReasonClaimed = "Claimed"
	// ReasonNotClaimed: the tenant claims no hostnames.
	ReasonNotClaimed = "NotClaimed"
	// ReasonHostnameConflict: another tenant holds a hostname that overlaps with
	// one that this tenant claims.
	ReasonHostnameConflict = "HostnameConflict"

	// ReasonMinimumReplicasAvailable: enough pods are ready.
	ReasonMinimumReplicasAvailable = "MinimumReplicasAvailable"
	// ReasonStarting: pods are being created and started.
	ReasonStarting = "Starting"
	// ReasonImagePullFailed: a node cannot pull the image.
	ReasonImagePullFailed = "ImagePullFailed"
	// ReasonControllerCrashing: the controller exits again and again.
	ReasonControllerCrashing = "ControllerCrashing"
	// ReasonPodsNotReady: pods are on their nodes but do not become ready.
	ReasonPodsNotReady = "PodsNotReady"
	// ReasonPodsUnschedulable: no node fits the pods.
	ReasonPodsUnschedulable = "PodsUnschedulable"
	// ReasonPodsRejected: pods cannot be created, for quota or admission.
	ReasonPodsRejected = "PodsRejected"
	// ReasonNotDeployed: the object is not there.
	ReasonNotDeployed = "NotDeployed"
	// ReasonNamespaceTerminating: the controller's namespace is being deleted,
	// and everything in it.
	ReasonNamespaceTerminating = "NamespaceTerminating"

	// ReasonAddressAssigned: clients have an address.
	ReasonAddressAssigned = "AddressAssigned"
	// ReasonNotRequired: the exposure needs no load balancer.
	ReasonNotRequired = "NotRequired"
	// ReasonAddressPending: no load balancer has assigned an address.
	ReasonAddressPending = "AddressPending"

	// ReasonAdoptionPending: the Service that is to be adopted does not lead to
	// the controller yet.
	ReasonAdoptionPending = "AdoptionPending"

	// ReasonNoEndpoints: a Service by which clients come leads to a controller of
	// which no pod runs. Where it leads to the one that Available is about, Available
	// says so.
	ReasonNoEndpoints = "NoEndpoints"
	// ReasonAdoptionRecordDamaged: what an adopted Service led to before cannot be
	// read, so that it cannot be given back.
	ReasonAdoptionRecordDamaged = "AdoptionRecordDamaged"

	// ReasonIsolated: nothing is shared.
	ReasonIsolated = "Isolated"
	// ReasonSharedControllerValue: the class is told by its name alone.
	ReasonSharedControllerValue = "SharedControllerValue"
	// ReasonClusterWideSecrets: the controller may read all Secrets.
	ReasonClusterWideSecrets = "ClusterWideSecrets"
	// ReasonRightsNotWithdrawn: the controller has rights in a namespace that the
	// tenant no longer serves.
	ReasonRightsNotWithdrawn = "RightsNotWithdrawn"
	// ReasonNotAccepted: the spec is not accepted, so there is no answer.
	ReasonNotAccepted = "NotAccepted"

	// ReasonLocalTraffic: only nodes with a controller pod answer, and they keep
	// clients' addresses.
	ReasonLocalTraffic = "LocalTraffic"
	// ReasonProxyProtocol: the PROXY protocol tells clients' addresses.
	ReasonProxyProtocol = "ProxyProtocol"
	// ReasonForwardedHeaders: trusted proxies tell clients' addresses.
	ReasonForwardedHeaders = "ForwardedHeaders"
	// ReasonInsideCluster: all clients are inside the cluster, where connections
	// keep their address.
	ReasonInsideCluster = "InsideCluster"
	// ReasonNodeAddressSeen: the controller may see a node's address instead of
	// the client's.
	ReasonNodeAddressSeen = "NodeAddressSeen"
	// ReasonAllowListIneffective: it may, and Ingresses go by clients' addresses.
	ReasonAllowListIneffective = "AllowListIneffective"
	// ReasonDependsOnLoadBalancer: nodes keep clients' addresses, but the load
	// balancer before them need not.
	ReasonDependsOnLoadBalancer = "DependsOnLoadBalancer"

	// ReasonSupported: the version gets fixes.
	ReasonSupported = "Supported"
	// ReasonEndOfLife: the version gets no fixes.
	ReasonEndOfLife = "EndOfLife"
	// ReasonUnverified: the version gets fixes, but was never run with the
	// operator's settings.
	ReasonUnverified = "Unverified"
	// ReasonImageOverridden: the image is the tenant's choice, so its version
	// is not known.
	ReasonImageOverridden = "ImageOverridden"

	// ReasonConsentRequired: the change interrupts service, and waits for the
	// tenant to say that it may.
	ReasonConsentRequired = "ConsentRequired"
	// ReasonSwitchingProvider: another provider's controller takes over.
	ReasonSwitchingProvider = "SwitchingProvider"
	// ReasonAnswersDiffer: the controllers of two providers answer some requests
	// differently, so the tenant stays with the one that it has.
	ReasonAnswersDiffer = "AnswersDiffer"
	// ReasonComparisonImpossible: too few requests were answered to tell whether two
	// controllers answer alike, so the tenant stays with the one that it has.
	ReasonComparisonImpossible = "ComparisonImpossible"
	// ReasonRollingOut: pods are being replaced or added.
	ReasonRollingOut = "RollingOut"
	// ReasonLoadBalancerChangePending: the cloud cannot change a load balancer
	// that is there as is asked, and somebody has to say when it is replaced.
	ReasonLoadBalancerChangePending = "LoadBalancerChangePending"
	// ReasonAdoptingService: a Service that exists will lead to the controller
	// when its pods are ready.
	ReasonAdoptingService = "AdoptingService"
	// ReasonAwaitingAddress: a load balancer address is awaited.
	ReasonAwaitingAddress = "AwaitingAddress"
	// ReasonRetrying: the last attempt failed and is repeated.
	ReasonRetrying = "Retrying"
	// ReasonOverridden: the API server stores an object otherwise than the operator
	// applies it, because an admission policy or webhook changes it.
	ReasonOverridden = "Overridden"
	// ReasonUpToDate: everything is as asked for.
	ReasonUpToDate = "UpToDate"
	// ReasonStalled: nothing happens until somebody acts.
	ReasonStalled = "Stalled"

	// ReasonReady: the tenant is served.
	ReasonReady = "Ready"
	// ReasonReconcileError: the API server could not be asked or written to.
	ReasonReconcileError = "ReconcileError"
	// ReasonDeleting: the tenant is being torn down.
	ReasonDeleting = "Deleting"
	// ReasonDeletionBlocked: Ingresses still name the class, or an adopted Service
	// cannot be given back.
	ReasonDeletionBlocked = "DeletionBlocked"
)
