// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path"
	"slices"

	"sigs.k8s.io/yaml"
)

// explanations are the rights that need no use, and the requests that need no right.
type explanations struct {
	Unused  []explanation `json:"unused"`
	Refused []explanation `json:"refused"`
}

// explanation is about all rights whose role, verb and resource match one of its
// patterns each, as path.Match has it; a resource's group and subresource are part of it.
type explanation struct {
	Roles     []string `json:"roles"`
	Verbs     []string `json:"verbs"`
	Resources []string `json:"resources"`
	// Sometimes is whether it depends on the run, so that it need not match anything.
	Sometimes bool `json:"sometimes"`
	// Because is why.
	Because string `json:"because"`
}

func readExplanations(file string) (explanations, error) {
	var found explanations

	text, err := os.ReadFile(file)
	if err != nil {
		return found, err
	}

	if err := yaml.UnmarshalStrict(text, &found); err != nil {
		return found, fmt.Errorf("%s: %w", file, err)
	}

	for _, e := range slices.Concat(found.Unused, found.Refused) {
		if e.Because == "" || len(e.Roles)*len(e.Verbs)*len(e.Resources) == 0 {
			return found, fmt.Errorf("%s: an explanation has roles, verbs, resources and a reason: %+v", file, e)
		}

		for _, pattern := range slices.Concat(e.Roles, e.Verbs, e.Resources) {
			if _, err := path.Match(pattern, ""); err != nil {
				return found, fmt.Errorf("%s: pattern %q: %w", file, pattern, err)
			}
		}
	}

	return found, nil
}

func (e explanation) matches(r right) bool {
	return matches(e.Roles, r.role) && matches(e.Verbs, r.verb) && matches(e.Resources, r.resource)
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		found, err := path.Match(pattern, name)

		return err == nil && found
	})
}
