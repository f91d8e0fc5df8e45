// Command migrate finds its database, for the runner's own tests.
package main

import "os"

func main() {
	if os.Getenv("MIGRATE_URL") == "" {
		os.Exit(1)
	}
}
