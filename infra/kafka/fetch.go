package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Programs is what Kafka runs by.
type Programs struct {
	Java string // the launcher
	Jars string // the folder of Kafka and what it needs
}

// ErrAbsent is for a machine that lacks what Kafka runs by.
var ErrAbsent = errors.New("a real Kafka needs Java 17 or newer and Maven, and this machine lacks one of them; everything else uses the broker inside the runner")

// copyDependencies is pinned, so that what Maven does is the same everywhere.
const copyDependencies = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

// Fetch finds Java and has Maven put Kafka below .build/kafka of the project at root,
// once for each pom.xml. ErrAbsent where Java or Maven is missing.
func Fetch(ctx context.Context, root string) (Programs, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return Programs{}, fmt.Errorf("%w (%w)", ErrAbsent, err)
	}
	pom := filepath.Join(root, "infra", "kafka", "pom.xml")
	text, err := os.ReadFile(pom)
	if err != nil {
		return Programs{}, fmt.Errorf("%s is not the project's folder: %w", root, err)
	}
	sum := sha256.Sum256(text)
	folder, err := filepath.Abs(filepath.Join(root, ".build", "kafka"))
	if err != nil {
		return Programs{}, err
	}
	jars := filepath.Join(folder, hex.EncodeToString(sum[:])[:12])
	if _, err := os.Stat(jars); err == nil {
		return Programs{java, jars}, nil
	}
	maven, err := exec.LookPath("mvn")
	if err != nil {
		return Programs{}, fmt.Errorf("%w (%w)", ErrAbsent, err)
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return Programs{}, err
	}
	// Under its final name only when all of it is there: two that fetch at once, or one
	// that is interrupted, do no harm.
	part, err := os.MkdirTemp(folder, "part-")
	if err != nil {
		return Programs{}, err
	}
	defer func() { _ = os.RemoveAll(part) }()
	fmt.Fprintln(os.Stderr, "kafka: Maven fetches Apache Kafka, once")
	fetch := exec.CommandContext(ctx, maven, "-q", "-B", "-f", pom, copyDependencies, "-DoutputDirectory="+part)
	if said, err := fetch.CombinedOutput(); err != nil {
		return Programs{}, fmt.Errorf("Maven could not fetch Kafka (%w):\n%s", err, bytes.TrimSpace(said)) //nolint:staticcheck // a name begins it
	}
	if err := os.Rename(part, jars); err != nil && !exists(jars) {
		return Programs{}, err
	}
	return Programs{java, jars}, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
