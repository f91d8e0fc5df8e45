package language

import "function/shared/language/engine"

// Work is what understanding has done so far, in steps that are the same on
// every machine.
func Work() int64 { return compared.Load() + engine.Work() }
