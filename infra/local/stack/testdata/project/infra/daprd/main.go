// Command daprd answers as healthy, for the runner's own tests.
package main

import (
	"net/http"
	"os"
)

func main() {
	port := ""
	for i, argument := range os.Args {
		if argument == "--dapr-http-port" {
			port = os.Args[i+1]
		}
	}
	if err := http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})); err != nil {
		os.Exit(1)
	}
}
