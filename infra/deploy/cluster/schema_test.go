package cluster_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/deploy/cluster"
	"function/infra/deploy/command"
)

// definition is where definitions of custom resources come from: a module, and the
// folder in it.
type definition struct{ pinnedBy, module, folder string }

// definitions are those of modules that this tree pins anyway, but for cert-manager's.
var definitions = []definition{
	{"infra/local/bridge/filter/conformance", "knative.dev/eventing", "config/core/resources"},
	{"infra/tools/func", "knative.dev/serving", "config/core/300-resources"},
	{"infra/daprd", "github.com/dapr/dapr", "charts/dapr/crds"},
	{"infra/tools/func", "github.com/cert-manager/cert-manager@v1.18.2", "deploy/crds"},
}

// Every custom resource of every overlay is what its definition allows, and has no field
// that the definition does not know: a cluster drops such a field and says nothing.
func TestManifestsFitTheDefinitions(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl, which renders them, is not installed")
	}
	schemas := map[string]*jsonschema.Schema{}
	for _, d := range definitions {
		addDefinitions(t, d.pinnedBy, d.module, d.folder, schemas)
	}
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	for _, overlay := range []string{"kafka", "channel"} {
		to := cluster.Target{Root: absolute, Namespace: "nudge-schema", Overlay: overlay, Issuer: "letsencrypt", Run: command.Exec, Log: t.Output()}
		text, err := to.Manifests(t.Context(), cluster.Images{})
		require.NoError(t, err)
		checked := map[string]int{}
		for _, object := range objects(t, text) {
			key := object["apiVersion"].(string) + " " + object["kind"].(string)
			if schema, custom := schemas[key]; custom {
				checked[object["kind"].(string)]++
				require.NoError(t, schema.Validate(object), "%s %v", key, object["metadata"])
				if kind := object["kind"]; kind == "Service" || kind == "PingSource" || kind == "Certificate" { // others take anything somewhere
					object["spec"].(map[string]any)["slip"] = "of the pen"
					require.Error(t, schema.Validate(object), "%s %v", key, object["metadata"])
				}
			}
		}
		for _, kind := range []string{"Broker", "Trigger", "PingSource", "SinkBinding", "Service", "Component", "Configuration", "HTTPEndpoint", "Resiliency", "Certificate"} {
			require.Positive(t, checked[kind], "%s was held against no definition", kind)
		}
	}
}

// So are the routes.
func TestRoutesFitTheDefinitions(t *testing.T) {
	t.Parallel()
	schemas := map[string]*jsonschema.Schema{}
	addDefinitions(t, "infra/tools/func", "knative.dev/networking", "config", schemas)
	to := cluster.Target{Namespace: "nudge-schema"}
	for _, certified := range []bool{false, true} {
		text, err := to.Routing(t.Context(), "kourier.ingress.networking.knative.dev", "nudge.example.test", certified)
		require.NoError(t, err)
		object, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		const key = "networking.internal.knative.dev/v1alpha1 Ingress"
		require.Contains(t, schemas, key)
		require.NoError(t, schemas[key].Validate(object))
		object.(map[string]any)["spec"].(map[string]any)["slip"] = "of the pen"
		require.Error(t, schemas[key].Validate(object))
	}
}

// The channel that an overlay may include is a component, and a resource of its part.
func TestOptionalChannelFitsItsDefinition(t *testing.T) {
	t.Parallel()
	schemas := map[string]*jsonschema.Schema{}
	for _, d := range definitions {
		if d.pinnedBy == "infra/daprd" {
			addDefinitions(t, d.pinnedBy, d.module, d.folder, schemas)
		}
	}
	folder := filepath.Join(root, "infra", "kubernetes", "components", "http-channel")
	for name, key := range map[string]string{"component.yaml": "dapr.io/v1alpha1 Component", "kustomization.yaml": ""} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		object := objects(t, text)[0]
		require.Equal(t, "Component", object["kind"])
		if key == "" {
			require.Equal(t, []any{"component.yaml"}, object["resources"])
			continue
		}
		require.NoError(t, schemas[key].Validate(object))
		require.Equal(t, []any{"nudge", "nudge-notifications"}, object["scopes"], "nobody else may use it")
	}
}

// addDefinitions compiles the schema of each version of each definition of a module.
func addDefinitions(t *testing.T, pinnedBy, module, folder string, schemas map[string]*jsonschema.Schema) {
	t.Helper()
	output, err := command.Exec(t.Context(), command.Command{
		Name: "go", Args: []string{"mod", "download", "-json", module}, Dir: filepath.Join(root, pinnedBy), Env: []string{"GOWORK=off", "GOFLAGS="},
	})
	require.NoError(t, err)
	var found struct{ Dir string }
	require.NoError(t, json.Unmarshal(output, &found))
	files, err := filepath.Glob(filepath.Join(found.Dir, folder, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files, module)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, object := range objects(t, text) {
			if object["kind"] != "CustomResourceDefinition" {
				continue
			}
			addSchemas(t, object["spec"].(map[string]any), schemas)
		}
	}
}

func addSchemas(t *testing.T, spec map[string]any, schemas map[string]*jsonschema.Schema) {
	t.Helper()
	for _, version := range spec["versions"].([]any) {
		v := version.(map[string]any)
		schema, ok := v["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)
		if !ok {
			continue
		}
		key := spec["group"].(string) + "/" + v["name"].(string) + " " + spec["names"].(map[string]any)["kind"].(string)
		// Every object has these, whether its definition says so or not.
		properties, _ := schema["properties"].(map[string]any)
		if properties == nil {
			continue
		}
		for _, name := range []string{"apiVersion", "kind"} {
			properties[name] = map[string]any{"type": "string"}
		}
		properties["metadata"] = map[string]any{"type": "object"}
		strict(schema)
		compiler := jsonschema.NewCompiler()
		require.NoError(t, compiler.AddResource("definition.json", schema))
		compiled, err := compiler.Compile("definition.json")
		require.NoError(t, err, key)
		schemas[key] = compiled
	}
}

// strict forbids what a structural schema does not name, as pruning would drop it. What
// Kubernetes adds to JSON Schema is left to the cluster.
func strict(schema map[string]any) {
	if schema["x-kubernetes-int-or-string"] == true {
		delete(schema, "type")
	}
	delete(schema, "format")
	properties, named := schema["properties"].(map[string]any)
	if _, open := schema["additionalProperties"]; named && !open && schema["x-kubernetes-preserve-unknown-fields"] != true {
		schema["additionalProperties"] = false
	}
	for _, value := range properties {
		if inner, ok := value.(map[string]any); ok {
			strict(inner)
		}
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[name].(map[string]any); ok {
			strict(inner)
		}
	}
}

// objects gives the documents of a YAML file as JSON would have them.
func objects(t *testing.T, text []byte) (all []map[string]any) {
	t.Helper()
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var document any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		if document == nil {
			continue
		}
		asJSON, err := json.Marshal(document)
		require.NoError(t, err)
		object, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		require.NoError(t, err)
		all = append(all, object.(map[string]any))
	}
}
