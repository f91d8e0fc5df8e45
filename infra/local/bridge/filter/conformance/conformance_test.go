// Package conformance_test holds the laptop's filters equal to the filter package of
// knative.dev/eventing. It is a module of its own because that package compiles
// Kubernetes' whole client, minutes of work that starting the laptop must not pay.
package conformance_test

import (
	"context"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"go.uber.org/zap"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/eventing/pkg/eventfilter"
	"knative.dev/eventing/pkg/eventfilter/subscriptionsapi"
	"pgregory.net/rapid"

	"function/infra/local/bridge/filter"
)

// A small vocabulary, so that filters and events often meet.
var (
	attributes = rapid.SampledFrom([]string{
		"id", "source", "type", "subject", "dataschema", "datacontenttype", "specversion", "time", "partitionkey", "tenant",
	})
	words = rapid.SampledFrom([]string{
		"dev.nudge.", "dev.nudge.task.completed.v1", "dev.nudge.task.deleted.v1", ".v1", "tasks/7", "tasks/", "/nudge/tasks",
		"application/json", "1.0", "2026-", "Z", "user-1", "user-", "1", "urn:nudge:schema:x",
	})
)

// specs draws a filter and its twin in Knative's types.
func specs(t *rapid.T, depth int) (filter.Spec, eventingv1.SubscriptionsAPIFilter) {
	kinds := 3
	if depth > 0 {
		kinds = 6
	}
	pair := func() map[string]string {
		return map[string]string{attributes.Draw(t, "attribute"): words.Draw(t, "value")}
	}
	list := func() (ours []filter.Spec, theirs []eventingv1.SubscriptionsAPIFilter) {
		for range rapid.IntRange(1, 3).Draw(t, "length") {
			o, k := specs(t, depth-1)
			ours, theirs = append(ours, o), append(theirs, k)
		}
		return ours, theirs
	}
	switch rapid.IntRange(1, kinds).Draw(t, "dialect") {
	case 1:
		p := pair()
		return filter.Spec{Exact: p}, eventingv1.SubscriptionsAPIFilter{Exact: p}
	case 2:
		p := pair()
		return filter.Spec{Prefix: p}, eventingv1.SubscriptionsAPIFilter{Prefix: p}
	case 3:
		p := pair()
		return filter.Spec{Suffix: p}, eventingv1.SubscriptionsAPIFilter{Suffix: p}
	case 4:
		ours, theirs := list()
		return filter.Spec{All: ours}, eventingv1.SubscriptionsAPIFilter{All: theirs}
	case 5:
		ours, theirs := list()
		return filter.Spec{Any: ours}, eventingv1.SubscriptionsAPIFilter{Any: theirs}
	default:
		o, k := specs(t, depth-1)
		return filter.Spec{Not: &o}, eventingv1.SubscriptionsAPIFilter{Not: &k}
	}
}

func events(t *rapid.T) event.Event {
	e := event.New()
	e.SetID(words.Draw(t, "id"))
	e.SetSource(words.Draw(t, "source"))
	e.SetType(words.Draw(t, "type"))
	e.SetTime(time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC))
	if rapid.Bool().Draw(t, "has subject") {
		e.SetSubject(words.Draw(t, "subject"))
	}
	if rapid.Bool().Draw(t, "has schema") {
		e.SetDataSchema("urn:nudge:schema:x")
	}
	if rapid.Bool().Draw(t, "has data") {
		e.SetDataContentType(event.ApplicationJSON)
	}
	if rapid.Bool().Draw(t, "has key") {
		e.SetExtension("partitionkey", words.Draw(t, "key"))
	}
	if rapid.Bool().Draw(t, "has number") {
		e.SetExtension("tenant", 1)
	}
	return e
}

func TestSameVerdictAsKnative(t *testing.T) {
	verdicts := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		var ours []filter.Spec
		var theirs []eventingv1.SubscriptionsAPIFilter
		for range rapid.IntRange(0, 3).Draw(t, "filters") {
			o, k := specs(t, 3)
			ours, theirs = append(ours, o), append(theirs, k)
		}
		pass, err := filter.New(ours)
		if err != nil {
			t.Fatal(err)
		}
		// Its Cleanup is not called: it panics now and then, as it does not wait for the
		// goroutine that reorders the filters.
		reference := subscriptionsapi.CreateSubscriptionsAPIFilters(zap.NewNop(), theirs)
		for range 5 {
			e := events(t)
			want := reference.Filter(context.Background(), e) != eventfilter.FailFilter
			verdicts[want]++
			if got := pass(filter.Of(e)); got != want {
				t.Fatalf("the verdict is %v, Knative's is %v, on\n%v", got, want, e)
			}
		}
	})
	if verdicts[true] < 100 || verdicts[false] < 100 {
		t.Fatalf("the events do not try the filters: %v", verdicts)
	}
}
