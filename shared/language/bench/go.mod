module function/shared/language/bench

go 1.26.0

replace function => ../../..

require (
	function v0.0.0
	github.com/olebedev/when v1.1.0
)

require (
	github.com/AlekSi/pointer v1.0.0 // indirect
	github.com/pkg/errors v0.8.1 // indirect
)
