package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"function/infra/deploy/command"
	"function/infra/deploy/funccli"
)

// sourceAnnotation tells what a Service was made from. func makes a new revision each
// time it is asked, so it is asked only if this changes.
const sourceAnnotation = "nudge.dev/source"

// windowAnnotation is how long an instance stays up after its last request. It is for the
// autoscaler, but func puts annotations on the Service too, where Knative refuses the
// autoscaler's: func.yaml has it by this name, and it is patched in after func.
const (
	windowAnnotation     = "nudge.dev/window"
	autoscalerAnnotation = "autoscaling.knative.dev/window"
)

// metricInterval is how often an instance sends its metrics, in milliseconds. One that a
// tick wakes idles for ten seconds and is then ended without a word (the image's stop
// signal is SIGKILL): by then it has sent what it counted.
const metricInterval = "4000"

// serviceAccount is who the functions are (infra/kubernetes/base).
const serviceAccount = "nudge"

// Function is a function to deploy.
type Function struct {
	Capability string // its folder in functions/
	Name       string // of the Knative Service
	file       []byte // its func.yaml
}

// Functions reads functions/*/func.yaml, in the order in which to deploy: dead letters
// first, because the broker waits for the address to send them to, and only a broker
// with an address gives the other functions K_SINK in their first revision.
func Functions(root string) ([]Function, error) {
	paths, err := filepath.Glob(filepath.Join(root, "functions", "*", "func.yaml"))
	if err != nil {
		return nil, err
	}
	var first, rest []Function
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := Function{Capability: filepath.Base(filepath.Dir(path)), file: file}
		var parsed struct{ Name string }
		if err := yaml.Unmarshal(file, &parsed); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if f.Name = parsed.Name; f.Name != "nudge-"+f.Capability {
			return nil, fmt.Errorf("%s: name is %q; it must be nudge-%s, as triggers call it", path, f.Name, f.Capability)
		}
		if f.Capability == "deadletters" {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	if len(first) == 0 {
		return nil, errors.New("there is no functions/deadletters/func.yaml, which events that fail need")
	}
	return append(first, rest...), nil
}

// prepared gives the func.yaml to deploy with an image, and what it is made from.
func (f Function) prepared(image, collector string) (file []byte, source string, err error) {
	hash := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s", image, serviceAccount, collector, metricInterval, f.file))
	source = hex.EncodeToString(hash[:])[:16]
	var fields map[string]any
	if err := yaml.Unmarshal(f.file, &fields); err != nil {
		return nil, "", err
	}
	section(fields, "build")["builder"] = "host"
	if run := section(fields, "run"); collector != "" {
		envs, _ := run["envs"].([]any)
		run["envs"] = append(envs, variable("OTEL_EXPORTER_OTLP_ENDPOINT", collector), variable("OTEL_SERVICE_NAME", f.Name), variable("OTEL_METRIC_EXPORT_INTERVAL", metricInterval))
	}
	deploy := section(fields, "deploy")
	deploy["serviceAccountName"] = serviceAccount
	annotations := section(deploy, "annotations")
	annotations[sourceAnnotation] = source
	annotations["dapr.io/config"] = "nudge" // infra/dapr/kubernetes/configuration.yaml
	file, err = yaml.Marshal(fields)
	return file, source, err
}

func variable(name, value string) map[string]any {
	return map[string]any{"name": name, "value": value}
}

func section(fields map[string]any, name string) map[string]any {
	if found, ok := fields[name].(map[string]any); ok {
		return found
	}
	made := map[string]any{}
	fields[name] = made
	return made
}

// deploy has func deploy one function, if it is not there as it should be. func
// rewrites the func.yaml that it is given, so it gets a copy.
func (t Target) deploy(ctx context.Context, cli, image string, f Function) error {
	file, source, err := f.prepared(image, t.Collector)
	if err != nil {
		return fmt.Errorf("functions/%s/func.yaml: %w", f.Capability, err)
	}
	if t.deployed(ctx, f, source) {
		t.say("%s is as it should be", f.Name)
		return t.patch(ctx, f)
	}
	dir := filepath.Join(t.Root, ".build", "deploy", f.Capability)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o750), os.WriteFile(filepath.Join(dir, "func.yaml"), file, 0o600)); err != nil {
		return err
	}
	t.say("deploying %s", f.Name)
	_, err = t.Run(ctx, command.Command{
		Name: cli, Dir: dir, Env: funccli.Environment(),
		Args: []string{"deploy", "--path", dir, "--image", image, "--build=false", "--push=false", "--namespace", t.Namespace},
	})
	if err != nil {
		return fmt.Errorf("%s is not ready: %w\n(its log: kubectl --namespace %s logs --selector serving.knative.dev/service=%[1]s --container user-container)",
			f.Name, err, t.Namespace)
	}
	return t.patch(ctx, f)
}

// patch says to the autoscaler what func cannot. A Service that has it stays as it is.
func (t Target) patch(ctx context.Context, f Function) error {
	var parsed struct {
		Deploy struct{ Annotations map[string]string }
	}
	if err := yaml.Unmarshal(f.file, &parsed); err != nil {
		return err
	}
	window := parsed.Deploy.Annotations[windowAnnotation]
	if window == "" {
		return nil
	}
	patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{%q:%q}}}}}`, autoscalerAnnotation, window)
	if _, err := t.kubectl(ctx, nil, "patch", "services.serving.knative.dev", f.Name, "--type=merge", "--patch", patch); err != nil {
		return fmt.Errorf("tell the autoscaler about %s: %w", f.Name, err)
	}
	return nil
}

// deployed says whether the Service was made from the same source and is ready. What
// cannot be found out is deployed again, which is safe.
func (t Target) deployed(ctx context.Context, f Function, source string) bool {
	output, err := t.kubectl(ctx, nil, "get", "services.serving.knative.dev", f.Name, "--output=json", "--ignore-not-found")
	if err != nil || len(bytes.TrimSpace(output)) == 0 {
		return false
	}
	var service struct {
		Metadata struct{ Annotations map[string]string }
		Status   struct {
			Conditions []struct{ Type, Status string }
		}
	}
	if json.Unmarshal(output, &service) != nil || service.Metadata.Annotations[sourceAnnotation] != source {
		return false
	}
	for _, c := range service.Status.Conditions {
		if c.Type == "Ready" {
			return c.Status == "True"
		}
	}
	return false
}
