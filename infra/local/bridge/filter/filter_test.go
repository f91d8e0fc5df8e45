package filter_test

import (
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/infra/local/bridge/filter"
)

func completed() event.Event {
	e := event.New()
	e.SetID("1")
	e.SetSource("/nudge/tasks")
	e.SetType("dev.nudge.task.completed.v1")
	e.SetSubject("tasks/7")
	e.SetExtension("partitionkey", "user-1")
	return e
}

func exact(name, value string) filter.Spec {
	return filter.Spec{Exact: map[string]string{name: value}}
}

func prefix(name, value string) filter.Spec {
	return filter.Spec{Prefix: map[string]string{name: value}}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	isCompleted, isDeleted := exact("type", "dev.nudge.task.completed.v1"), exact("type", "dev.nudge.task.deleted.v1")
	for name, tc := range map[string]struct {
		specs []filter.Spec
		want  bool
	}{
		"none takes all":      {nil, true},
		"exact":               {[]filter.Spec{isCompleted}, true},
		"exact, another":      {[]filter.Spec{isDeleted}, false},
		"extension":           {[]filter.Spec{exact("partitionkey", "user-1")}, true},
		"extension not there": {[]filter.Spec{exact("tenant", "x")}, false},
		"prefix":              {[]filter.Spec{prefix("type", "dev.nudge.")}, true},
		"prefix of an absent": {[]filter.Spec{prefix("dataschema", "urn:")}, false},
		"suffix":              {[]filter.Spec{{Suffix: map[string]string{"type": ".v1"}}}, true},
		"each of a list":      {[]filter.Spec{prefix("type", "dev."), isDeleted}, false},
		"any":                 {[]filter.Spec{{Any: []filter.Spec{isDeleted, isCompleted}}}, true},
		"all":                 {[]filter.Spec{{All: []filter.Spec{isDeleted, isCompleted}}}, false},
		"not":                 {[]filter.Spec{{Not: &isDeleted}}, true},
		"not of not":          {[]filter.Spec{{Not: &filter.Spec{Not: &isDeleted}}}, false},
	} {
		pass, err := filter.New(tc.specs)
		require.NoError(t, err, name)
		require.Equal(t, tc.want, pass(filter.Of(completed())), name)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	inner := exact("type", "x")
	for want, spec := range map[string]filter.Spec{
		"names 0":                   {},
		"names 2":                   {Exact: inner.Exact, Prefix: inner.Exact},
		"one attribute":             {Exact: map[string]string{"type": "x", "source": "y"}},
		"must not be empty":         {Suffix: map[string]string{"type": ""}},
		"any needs at least one":    {Any: []filter.Spec{}},
		"filter 1: filter 2: a fil": {All: []filter.Spec{inner, {}}},
		"does not speak":            {CESQL: "type = 'x'"},
	} {
		_, err := filter.New([]filter.Spec{spec})
		require.ErrorContains(t, err, want)
	}
}
