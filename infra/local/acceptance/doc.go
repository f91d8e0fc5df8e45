// Package acceptance holds the tests and benchmarks of the product as a whole: they start
// the real stack, as ./task up does, and use it as people and programs do.
//
// NUDGE_STATUS names the data folder of a stack that runs already; without it each test
// binary starts one of its own in a temporary folder, on free ports.
package acceptance
