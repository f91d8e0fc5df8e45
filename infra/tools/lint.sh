#!/bin/sh
# Builds the pinned golangci-lint once (some minutes) and runs it over every module.
set -eu
cd "$(dirname "$0")/../.."
bin=$PWD/.build/bin/golangci-lint-$(cksum <infra/tools/lint/go.sum | cut -d' ' -f1)
if [ ! -x "$bin" ]; then
	echo "building golangci-lint, once: some minutes"
	CGO_ENABLED=0 go build -C infra/tools/lint -o "$bin" github.com/golangci/golangci-lint/v2/cmd/golangci-lint
fi
root=$PWD
for module in . infra/local infra/daprd; do
	(cd "$module" && "$bin" run --config "$root/.golangci.yml" ./...)
done
