package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"function/infra/deploy/command"
)

const (
	checkJob   = "nudge-check"
	migrateJob = "nudge-migrate"
)

// checkDatabase has a Job try every database of the secrets from inside the cluster,
// where the functions will be, and removes it again.
func (t Target) checkDatabase(ctx context.Context, image string) error {
	t.say("trying the databases from inside the cluster")
	remove := func(ctx context.Context) {
		_, _ = t.kubectl(ctx, nil, "delete", "job", checkJob, "--ignore-not-found", "--wait=true")
	}
	remove(ctx)
	defer remove(context.WithoutCancel(ctx))
	if err := t.runJob(ctx, checkJob, image, "-check"); err != nil {
		return fmt.Errorf("a database cannot be used from inside the cluster: %w\nstart it, or correct the address in the secret (nudge: DATABASE_URL and DATABASE_READ_URL, nudge-statestore: DATABASE_URL, nudge-auth: DATABASE_URL, nudge-migrate: MIGRATE_URL)", err)
	}
	return nil
}

// migrate brings the tables up to date, once for an image: what it did stays to be seen.
func (t Target) migrate(ctx context.Context, image string) error {
	_, digest, _ := strings.Cut(image, "@sha256:")
	name := migrateJob + "-" + digest[:min(len(digest), 10)]
	output, err := t.kubectl(ctx, nil, "get", "job", name, "--ignore-not-found", "--output=jsonpath={.status.succeeded}")
	if err == nil && strings.TrimSpace(string(output)) == "1" {
		t.say("the tables are up to date")
		return nil
	}
	if _, err := t.kubectl(ctx, nil, "delete", "job", name, "--ignore-not-found", "--wait=true"); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	t.say("bringing the tables up to date")
	if err := t.runJob(ctx, name, image); err != nil {
		return fmt.Errorf("the tables cannot be brought up to date: %w", err)
	}
	return nil
}

// runJob runs one to its end. What it said is the error where it fails.
func (t Target) runJob(ctx context.Context, name, image string, args ...string) error {
	manifest, err := t.job(name, image, args)
	if err != nil {
		return err
	}
	if _, err := t.kubectl(ctx, manifest, "apply", "--filename=-"); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type end struct {
		condition string
		err       error
	}
	ends := make(chan end, 2)
	for _, condition := range []string{"complete", "failed"} {
		go func() {
			_, err := t.kubectl(ctx, nil, "wait", "--for=condition="+condition, "--timeout=120s", "job/"+name)
			ends <- end{condition, err}
		}()
	}
	first := <-ends
	if first.err == nil && first.condition == "complete" {
		return nil
	}
	if first.err != nil {
		if second := <-ends; second.err == nil && second.condition == "complete" {
			return nil
		}
	}
	said, err := t.kubectl(ctx, nil, "logs", "job/"+name, "--tail=20")
	if text := strings.TrimSpace(string(said)); err == nil && text != "" {
		return errors.New(text)
	}
	events, _ := t.kubectl(ctx, nil, "get", "events", "--field-selector=involvedObject.kind=Pod,type=Warning", "--output=jsonpath={.items[-1:].message}")
	return fmt.Errorf("the job %s did not end well: %s", name, command.Said(errors.New(strings.TrimSpace(string(events)))))
}

// job fills infra/kubernetes/jobs/database.yaml in.
func (t Target) job(name, image string, args []string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(t.Root, "infra", "kubernetes", "jobs", "database.yaml"))
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if err := yaml.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	section(fields, "metadata")["name"] = name
	pod := section(section(section(fields, "spec"), "template"), "spec")
	containers, _ := pod["containers"].([]any)
	if len(containers) != 1 {
		return nil, errors.New("infra/kubernetes/jobs/database.yaml must have one container")
	}
	container, _ := containers[0].(map[string]any)
	container["image"], container["args"] = image, args
	return yaml.Marshal(fields)
}
