// Package local holds the Dapr resources of a laptop as templates: what differs
// from run to run (ports, paths) stands in them as ${NAME}.
package local

import "embed"

// Files are config.yaml and the folder resources.
//
//go:embed config.yaml resources
var Files embed.FS
