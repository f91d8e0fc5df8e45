// Command train fits the classifier of intents to its training data and
// writes its weights. The same data give the same bytes.
//
//	go run ./shared/language/cmd/train
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"function/shared/language/classifier"
)

func main() {
	if err := run(filepath.Join("shared", "language", "classifier")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder string) error {
	sentences, err := os.ReadFile(filepath.Join(folder, "training.jsonl"))
	if err != nil {
		return err
	}
	patterns, err := os.ReadFile(filepath.Join(folder, "templates.txt"))
	if err != nil {
		return err
	}
	examples, err := classifier.Data(sentences, patterns)
	if err != nil {
		return err
	}
	weights := classifier.Train(examples).Encode()
	if err := os.WriteFile(filepath.Join(folder, "weights.bin"), weights, 0o644); err != nil { //nolint:gosec // a file of the source tree
		return err
	}
	fmt.Printf("%d sentences, %d bytes of weights\n", len(examples), len(weights))
	return nil
}
