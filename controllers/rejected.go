// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// servicesPage is how many Services are read at once to find a port's holder.
const servicesPage = 500

// takenError is a Service that was refused for node ports that others have.
type takenError struct {
	*apply.RejectedError

	// holders are the Services that have the ports, as "namespace/name".
	holders map[string]string
}

func (e *takenError) Unwrap() error { return e.RejectedError }

// sayRejected tells a tenant that an object of its was refused, and of which of
// the tenant's own fields the API server's answer is.
func sayRejected(leaf error, rejected *apply.RejectedError) string {
	var taken *takenError
	if !errors.As(leaf, &taken) {
		taken = &takenError{}
	}

	var ways []string

	for _, cause := range causesOf(rejected) {
		if field := status.FieldOf(rejected.Object.Kind, rejected.Object.Name, cause.Field); field != "" {
			ways = append(ways, wayOfCause(field, cause, taken.holders))
		}
	}

	if len(ways) == 0 {
		ways = []string{"Correct the spec, or what forbids it"}
	}

	return fmt.Sprintf("%v. %s; the operator tries again every minute.", rejected, strings.Join(slices.Compact(ways), ". "))
}

// causesOf are what the API server says of single fields.
func causesOf(rejected *apply.RejectedError) []metav1.StatusCause {
	var answer apierrors.APIStatus
	if !errors.As(rejected, &answer) || answer.Status().Details == nil {
		return nil
	}

	return answer.Status().Details.Causes
}

// wayOfCause is what to do about a field that the API server refused.
func wayOfCause(field string, cause metav1.StatusCause, holders map[string]string) string {
	const way = "write another, or omit the field, and the cluster picks one"

	port := refusedPort(cause)

	switch {
	case !strings.HasPrefix(field, "spec.exposure.nodePort."):
		return "Correct " + field
	case holders[port] != "":
		return fmt.Sprintf("%s: node port %s is that of Service %s already; %s", field, port, holders[port], way)
	case isTaken(cause):
		return fmt.Sprintf("%s: node port %s is taken already; %s", field, port, way)
	case rangeOf(cause) != "":
		return fmt.Sprintf("%s: node port %s is not one of this cluster's, which are %s; %s", field, port, rangeOf(cause), way)
	default:
		return "Correct " + field
	}
}

// The API server tells what is wrong with a node port by words alone.

func isTaken(cause metav1.StatusCause) bool {
	return strings.Contains(cause.Message, "port is already allocated") || cause.Type == metav1.CauseTypeFieldValueDuplicate
}

func refusedPort(cause metav1.StatusCause) string {
	return firstPart(`value: "?(\d+)`, cause.Message)
}

func rangeOf(cause metav1.StatusCause) string {
	return firstPart(`range of valid ports is ([0-9]+-[0-9]+)`, cause.Message)
}

func firstPart(pattern, text string) string {
	if parts := regexp.MustCompile(pattern).FindStringSubmatch(text); parts != nil {
		return parts[1]
	}

	return ""
}

// withHolders finds out who has the node ports for which a Service was refused.
// The cache does not hold the Services of others: the API server is asked, and
// only when there is such a refusal.
func (r *IngressTenantReconciler) withHolders(ctx context.Context, err error) error {
	var (
		found   []error
		holders map[string]string
	)

	for _, leaf := range status.Leaves(err) {
		var rejected *apply.RejectedError
		if !errors.As(leaf, &rejected) || rejected.Object.Kind != "Service" || !slices.ContainsFunc(causesOf(rejected), isTaken) {
			found = append(found, leaf)

			continue
		}

		if holders == nil {
			holders = r.nodePortHolders(ctx)
		}

		found = append(found, &takenError{RejectedError: rejected, holders: holders})
	}

	return errors.Join(found...)
}

// nodePortHolders returns which Service has which node port. Without an answer
// nobody is named: that the port is taken is still said.
func (r *IngressTenantReconciler) nodePortHolders(ctx context.Context) map[string]string {
	holders := map[string]string{}
	list := &corev1.ServiceList{}

	for {
		if err := r.Applier.Live.List(ctx, list, client.Limit(servicesPage), client.Continue(list.Continue)); err != nil {
			return holders
		}

		for i := range list.Items {
			service := &list.Items[i]
			for _, port := range portsOnNodes(service) {
				holders[port] = service.Namespace + "/" + service.Name
			}
		}

		if list.Continue == "" {
			return holders
		}
	}
}

// portsOnNodes are all ports that a Service has on the nodes.
func portsOnNodes(service *corev1.Service) []string {
	var ports []string

	for _, port := range service.Spec.Ports {
		if port.NodePort != 0 {
			ports = append(ports, strconv.Itoa(int(port.NodePort)))
		}
	}

	if port := service.Spec.HealthCheckNodePort; port != 0 {
		ports = append(ports, strconv.Itoa(int(port)))
	}

	return ports
}
