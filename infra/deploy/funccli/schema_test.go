package funccli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/deploy/command"
)

const root = "../../.."

// func swallows what it cannot read of a func.yaml, so every one is held against the
// schema that comes with func's source. The schema does not know the host builder,
// which is behind a switch in this version; what stands in its place here is what func
// says to whoever runs it without ./task deploy.
func TestFuncYAMLFitsFuncsOwnSchema(t *testing.T) {
	t.Parallel()
	output, err := command.Exec(t.Context(), command.Command{
		Name: "go", Args: []string{"mod", "download", "-json", "knative.dev/func"},
		Dir: filepath.Join(root, "infra", "tools", "func"), Env: []string{"GOWORK=off", "GOFLAGS="},
	})
	require.NoError(t, err)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(output, &module))
	file, err := os.Open(filepath.Join(module.Dir, "schema", "func_yaml-schema.json"))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	document, err := jsonschema.UnmarshalJSON(file)
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("func.json", document))
	schema, err := compiler.Compile("func.json")
	require.NoError(t, err)

	names, err := filepath.Glob(filepath.Join(root, "functions", "*", "func.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range append(names, filepath.Join(root, "func.yaml")) {
		fields := read(t, name)
		build, ok := fields["build"].(map[string]any)
		require.True(t, ok, name)
		require.Equal(t, "./task deploy", build["builder"], name)
		delete(build, "builder")
		require.NoError(t, schema.Validate(fields), name)
		fields["deploy"].(map[string]any)["anotations"] = map[string]any{}
		require.Error(t, schema.Validate(fields), "a slip of the pen is found")
	}
}

// read gives a YAML file as JSON would have it.
func read(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, yaml.Unmarshal(text, &fields), name)
	asJSON, err := json.Marshal(fields)
	require.NoError(t, err)
	fields = nil
	require.NoError(t, json.Unmarshal(asJSON, &fields))
	return fields
}
