// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// settled remembers which objects were found to be as desired. A comparison lists all
// fields of both sides, and most objects are looked at again although nothing changed.
// The zero value remembers none.
type settled struct {
	mutex sync.Mutex
	found map[Reference]match
}

// match is one version of an object, and the hash of what was desired of it.
type match struct {
	version, hash string
}

// known is whether this version of an object was found to be as desired.
func (s *settled) known(reference Reference, live client.Object, hash string) bool {
	if hash == "" {
		return false
	}

	s.mutex.Lock()
	defer s.mutex.Unlock()

	return s.found[reference] == match{version: live.GetResourceVersion(), hash: hash}
}

// remember that an object is as desired. One without a hash or a version is not
// remembered: nothing tells whether it is the same again.
func (s *settled) remember(reference Reference, live client.Object, hash string) {
	if hash == "" || live.GetResourceVersion() == "" {
		return
	}

	s.mutex.Lock()
	defer s.mutex.Unlock()

	if s.found == nil {
		s.found = map[Reference]match{}
	}

	s.found[reference] = match{version: live.GetResourceVersion(), hash: hash}
}

// forget an object that is deleted.
func (s *settled) forget(reference Reference) {
	s.mutex.Lock()
	defer s.mutex.Unlock()

	delete(s.found, reference)
}
