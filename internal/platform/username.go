// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Username is the name that the API server knows the operator by. Whoever is
// authenticated may ask for it.
func Username(ctx context.Context, c client.Client) (string, error) {
	review := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(ctx, review); err != nil {
		return "", fmt.Errorf("asking the API server for the operator's username, which its admission policies make exceptions for: %w", err)
	}

	return review.Status.UserInfo.Username, nil
}
