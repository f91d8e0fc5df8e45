// No Go here. This file keeps the Go command's ./... out of node_modules.
module function/frontend

go 1.26.0
