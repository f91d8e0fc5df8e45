package main

import (
	"context"
	"fmt"

	"github.com/dapr/components-contrib/nameresolution"
	"github.com/dapr/kit/logger"
)

// noNames is the name resolution of a machine with one Dapr application: calls
// go to HTTPEndpoints, which carry their own address, so there is no name to
// find. It takes the place of mDNS, which would speak multicast on whatever
// network the laptop is in.
type noNames struct{}

func newNoNames(logger.Logger) nameresolution.Resolver { return noNames{} }

// Init accepts any metadata: there is nothing to set up.
func (noNames) Init(context.Context, nameresolution.Metadata) error { return nil }

// ResolveID always fails, naming the application that was asked for.
func (noNames) ResolveID(_ context.Context, request nameresolution.ResolveRequest) (string, error) {
	return "", fmt.Errorf("no Dapr application %q: only HTTPEndpoints can be invoked here", request.ID)
}

// Close has nothing to release.
func (noNames) Close() error { return nil }
