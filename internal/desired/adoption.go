// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// AdoptedServiceName is the Service that the tenant asks to take over; empty if
// it asks for none.
func AdoptedServiceName(t *v1alpha1.IngressTenant) string {
	block := Exposure(t).LoadBalancer
	if block == nil || block.Adopt == nil {
		return ""
	}

	return block.Adopt.ServiceName
}

// adoption is what a Service led to before it was adopted, as its annotation
// holds it. It is all that is needed to give the Service back.
type adoption struct {
	// Selector is the Service's.
	Selector map[string]string `json:"selector"`
	// HTTP and HTTPS are the target ports of ports 80 and 443, nil for a port
	// that the Service does not have.
	HTTP  *intstr.IntOrString `json:"http,omitempty"`
	HTTPS *intstr.IntOrString `json:"https,omitempty"`
}

// Adopted is whether a Service leads to a tenant's controller by the consent of
// its owner.
func Adopted(service *corev1.Service) bool {
	return service.Annotations[tenant.AnnotationAdopted] != ""
}

// Unfit says why a Service cannot lead to a tenant's controller, or is empty if
// it can. What its owner has on other ports would lead nowhere.
func Unfit(service *corev1.Service) string {
	if service.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return fmt.Sprintf("it is of type %s, and a load balancer is asked for", service.Spec.Type)
	}

	if !Readable(service) {
		return fmt.Sprintf("its annotation %s is not what the operator wrote: put its text back, or remove it: %s", tenant.AnnotationAdopted, ForgetRecord(service))
	}

	if owner := metav1.GetControllerOf(service); owner != nil {
		return fmt.Sprintf("%s %s controls it and would change it back", owner.Kind, owner.Name)
	}

	if len(service.Spec.Selector) == 0 {
		return "it has no selector, so that somebody else keeps its endpoints"
	}

	found := 0

	for _, port := range service.Spec.Ports {
		if port.Protocol != corev1.ProtocolTCP || port.Port != 80 && port.Port != 443 {
			return fmt.Sprintf("the controller does not answer on its port %d (%s): remove that port first", port.Port, port.Protocol)
		}

		found++
	}

	if found == 0 {
		return "it has neither port 80 nor port 443"
	}

	return ""
}

// adoptedService makes a Service of somebody else lead to the controller. It
// claims its selector and the targets of its ports, and nothing else.
func adoptedService(in Input, live *corev1.Service) (apply.Object, error) {
	before, record, err := adoptionOf(live)
	if err != nil {
		return nil, err
	}

	object := corev1ac.Service(live.Name, live.Namespace).
		// One that somebody deleted meanwhile is not made anew.
		WithUID(live.UID).
		WithLabels(map[string]string{tenant.LabelTenant: in.Tenant.Name}).
		WithAnnotations(map[string]string{tenant.AnnotationAdopted: record})
	spec := corev1ac.ServiceSpec().WithSelector(serving(in))

	if before.HTTP != nil {
		spec.WithPorts(targets(80, intstr.FromString(portHTTP)))
	}

	if before.HTTPS != nil {
		spec.WithPorts(targets(443, intstr.FromString(before.https())))
	}

	return seal(object.WithSpec(spec)), nil
}

// https is the controller's port that port 443 leads to. Where it led to the
// same as port 80, the load balancer ends TLS.
func (a adoption) https() string {
	if a.HTTP != nil && *a.HTTP == *a.HTTPS {
		return portHTTP
	}

	return portHTTPS
}

// Entrance is a port of a Service by which clients come.
type Entrance struct {
	// Port is the Service's port.
	Port int32
	// TLS is whether connections are encrypted there: whether it leads to the
	// controller's port for HTTPS.
	TLS bool
}

// Entrances are the ports by which requests for http and for https reach what is
// behind a Service that is fit to be adopted. They are one where the Service has
// only one.
func Entrances(live *corev1.Service) (http, https Entrance, err error) {
	ports, _, err := adoptionOf(live)
	if err != nil {
		return Entrance{}, Entrance{}, err
	}

	if ports.HTTP != nil {
		http = Entrance{Port: 80}
		https = http
	}

	if ports.HTTPS != nil {
		https = Entrance{Port: 443, TLS: ports.https() == portHTTPS}
	}

	if ports.HTTP == nil {
		http = https
	}

	return http, https, nil
}

// adoptionOf is what a Service led to before it was adopted, and its record.
func adoptionOf(live *corev1.Service) (adoption, string, error) {
	if text := live.Annotations[tenant.AnnotationAdopted]; text != "" {
		before := adoption{}
		if err := json.Unmarshal([]byte(text), &before); err != nil || len(before.Selector) == 0 {
			return adoption{}, "", damaged(live)
		}

		return before, text, nil
	}

	before := adoption{Selector: maps.Clone(live.Spec.Selector)}

	for _, port := range live.Spec.Ports {
		switch port.Port {
		case 80:
			before.HTTP = &port.TargetPort
		case 443:
			before.HTTPS = &port.TargetPort
		}
	}

	encoded, err := json.Marshal(before)

	return before, string(encoded), err
}

// damaged refuses to guess what a Service led to.
func damaged(live *corev1.Service) error {
	return provider.Refuse(v1alpha1.ReasonAdoptionRecordDamaged,
		"annotation %s of Service %s/%s is not what the operator wrote, so that what the Service led to before it was adopted is not known. "+
			"Put its text back as it was; or remove it, to leave the Service as it is: %s",
		tenant.AnnotationAdopted, live.Namespace, live.Name, ForgetRecord(live))
}

// ForgetRecord is the command that makes an adopted Service one that never was: it
// stays as it is, and is nobody's but its owner's.
func ForgetRecord(live *corev1.Service) string {
	return fmt.Sprintf("kubectl annotate service -n %s %s %s-", live.Namespace, live.Name, tenant.AnnotationAdopted)
}

// Readable is whether it is known what an adopted Service led to before.
func Readable(live *corev1.Service) bool {
	_, _, err := adoptionOf(live)

	return err == nil
}

// Returned is an adopted Service as it was before. Where its record is damaged it
// is refused.
func Returned(live *corev1.Service) (apply.Object, error) {
	before, _, err := adoptionOf(live)
	if err != nil {
		return nil, err
	}

	spec := corev1ac.ServiceSpec().WithSelector(before.Selector)

	// A port that its owner removed meanwhile is not brought back.
	has := func(number int32) bool {
		return slices.ContainsFunc(live.Spec.Ports, func(p corev1.ServicePort) bool {
			return p.Port == number && p.Protocol == corev1.ProtocolTCP
		})
	}

	if before.HTTP != nil && has(80) {
		spec.WithPorts(targets(80, *before.HTTP))
	}

	if before.HTTPS != nil && has(443) {
		spec.WithPorts(targets(443, *before.HTTPS))
	}

	return corev1ac.Service(live.Name, live.Namespace).WithUID(live.UID).WithSpec(spec), nil
}

// targets is what a Service's port leads to.
func targets(port int32, target intstr.IntOrString) *corev1ac.ServicePortApplyConfiguration {
	return corev1ac.ServicePort().
		WithProtocol(corev1.ProtocolTCP).
		WithPort(port).
		WithTargetPort(target)
}
