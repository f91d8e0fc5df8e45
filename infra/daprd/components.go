package main

import (
	"github.com/dapr/components-contrib/bindings/http"
	"github.com/dapr/components-contrib/bindings/smtp"
	"github.com/dapr/components-contrib/secretstores/kubernetes"
	"github.com/dapr/components-contrib/secretstores/local/file"
	postgresql "github.com/dapr/components-contrib/state/postgresql/v2"
	"github.com/dapr/dapr/pkg/components"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

// newRegistry offers the component types that the files in infra/dapr use, by
// the names they carry in every daprd. A new channel that needs another type
// is one line here.
func newRegistry(log logger.Logger) *registry.Options {
	secrets := secretstores.NewRegistry()
	secrets.Logger = log
	secrets.RegisterComponent(file.NewLocalSecretStore, "local.file")
	secrets.RegisterComponent(kubernetes.NewKubernetesSecretStore, "kubernetes")

	states := state.NewRegistry()
	states.Logger = log
	// Version v2 only: v1 stores another table layout, and a component file
	// that forgets its version should fail instead of using it.
	states.RegisterComponentWithVersions("postgresql", components.Versioning{
		Preferred: components.VersionConstructor{Version: "v2", Constructor: postgresql.NewPostgreSQLStateStore},
		Default:   "v2",
	})

	outputs := bindings.NewRegistry()
	outputs.Logger = log
	outputs.RegisterOutputBinding(smtp.NewSMTP, "smtp")
	outputs.RegisterOutputBinding(http.NewHTTP, "http")

	names := nameresolution.NewRegistry()
	names.Logger = log
	names.RegisterComponent(newNoNames, "none")

	return registry.NewOptions().
		WithSecretStores(secrets).
		WithStateStores(states).
		WithBindings(outputs).
		WithNameResolutions(names)
}
