package main

import (
	"context"
	"fmt"
)

type checker struct {
	world      *world
	violations []string
}

func (c *checker) violate(invariant, format string, args ...any) {
	c.violations = append(c.violations, invariant+": "+fmt.Sprintf(format, args...))
}

func (c *checker) check(ctx context.Context) error { return nil }
