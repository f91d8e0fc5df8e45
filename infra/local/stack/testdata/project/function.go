// Package function is as small as a function can be, for the runner's own tests.
package function

import (
	"fmt"
	"net/http"
	"os"
)

// Function answers with its number.
type Function struct{}

// New makes the function.
func New() *Function { return &Function{} }

// Handle says which process and which saved version answers.
func (*Function) Handle(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintf(w, "%s %d %s", version, os.Getpid(), r.URL.Path)
}
