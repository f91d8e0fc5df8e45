package bridge

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"function/infra/local/bridge/filter"
)

const (
	firstHold   = 50 * time.Millisecond // between attempts to connect to a subscriber that is not there
	longestHold = time.Second
	firstRescue = 500 * time.Millisecond // between attempts to leave a dead letter
)

// trigger is a Trigger made ready: which events go where, and what if they can't.
type trigger struct {
	namespace, name, topic string
	filter                 filter.Filter
	subscriber, deadLetter destination
	policy                 policy
	stats                  *triggerCounters
}

func newTrigger(m triggerManifest, brokers map[string]brokerManifest) (*trigger, error) {
	if m.Metadata.Name == "" {
		return nil, errors.New("a trigger has no name")
	}
	broker, ok := brokers[topicOf(m.Metadata.Namespace, m.Spec.Broker)]
	if !ok {
		return nil, fmt.Errorf("trigger %s: there is no broker %q in the namespace %s", m.Metadata.Name, m.Spec.Broker, m.Metadata.Namespace)
	}
	t := &trigger{
		namespace: m.Metadata.Namespace, name: m.Metadata.Name, topic: topicOf(m.Metadata.Namespace, m.Spec.Broker),
		subscriber: m.Spec.Subscriber, stats: &triggerCounters{},
		deadLetter: merge(m.Spec.Delivery, broker.Spec.Delivery).DeadLetterSink,
	}
	for _, to := range []struct {
		what string
		destination
	}{{"subscriber", t.subscriber}, {"dead-letter sink", t.deadLetter}} {
		if to.empty() {
			return nil, fmt.Errorf("trigger %s has no %s: an event would be lost", t.name, to.what)
		}
		if to.Ref != nil && to.Ref.Kind == "Broker" {
			return nil, fmt.Errorf("trigger %s: its %s is a broker, which the laptop's bridge does not do", t.name, to.what)
		}
	}
	var err error
	if t.filter, err = filter.New(m.Spec.Filters); err != nil {
		return nil, fmt.Errorf("trigger %s: %w", t.name, err)
	}
	if t.policy, err = newPolicy(m.Spec.Delivery, broker.Spec.Delivery); err != nil {
		return nil, fmt.Errorf("trigger %s: %w", t.name, err)
	}
	return t, nil
}

// courier brings the events of one trigger to its subscriber.
type courier struct {
	*trigger
	resolve   func(destination) (string, error)
	sender    *sender
	publisher *publisher
	calls     chan struct{} // a place in it for each call under way
	holdFor   time.Duration
	now       func() time.Time
	log       *slog.Logger
}

// deliver brings an event to the subscriber or, failing that, to the dead-letter sink, and
// does not give up. An error means that ctx ended first and the event is to come again.
func (c *courier) deliver(ctx, calls context.Context, e event.Event) error {
	a, err := c.toSubscriber(ctx, calls, e)
	if err != nil {
		return err
	}
	if a.err == nil {
		c.stats.delivered.Add(1)
		return c.publishReply(ctx, a.reply)
	}
	c.log.Warn("an event goes to the dead-letter sink", "trigger", c.name, "type", e.Type(), "id", e.ID(), "status", a.status, "error", a.err)
	if err := c.toDeadLetterSink(ctx, calls, deadLetterOf(e, a)); err != nil {
		return err
	}
	c.stats.deadLettered.Add(1)
	return nil
}

// toSubscriber tries as often as the policy says. A subscriber that cannot be connected
// to is waited for, as Knative's activator does while a pod comes up: that uses up no
// retry until holdFor has passed.
func (c *courier) toSubscriber(ctx, calls context.Context, e event.Event) (answer, error) {
	began, held := c.now(), 0
	for attempt := 1; ; {
		a, err := c.call(ctx, calls, c.subscriber, e)
		if err != nil || a.err == nil {
			return a, err
		}
		wait := c.policy.wait(attempt, a.retryAfter)
		switch {
		case a.unreachable && c.now().Sub(began) < c.holdFor:
			held++
			c.stats.held.Add(1)
			wait = min(growing(firstHold, held), longestHold)
		case a.status != 0 && !retriable(a.status), attempt > c.policy.retries:
			return a, nil
		default:
			attempt++
			c.stats.retried.Add(1)
		}
		if err := pause(ctx, wait); err != nil {
			return a, err
		}
	}
}

// toDeadLetterSink tries until it succeeds: an event is never dropped.
func (c *courier) toDeadLetterSink(ctx, calls context.Context, e event.Event) error {
	for attempt := 1; ; attempt++ {
		a, err := c.call(ctx, calls, c.deadLetter, e)
		if err != nil {
			return err
		}
		if a.err == nil {
			return nil
		}
		c.stats.deadLetterFailures.Add(1)
		c.log.Error("the dead-letter sink did not take an event; trying again", "trigger", c.name, "id", e.ID(), "status", a.status, "error", a.err)
		if err := pause(ctx, max(growing(firstRescue, attempt), min(a.retryAfter, c.policy.patience))); err != nil {
			return err
		}
	}
}

// call sends once. The error is that of ctx; what went wrong at the other end is in the
// answer.
func (c *courier) call(ctx, calls context.Context, to destination, e event.Event) (answer, error) {
	select {
	case c.calls <- struct{}{}:
		defer func() { <-c.calls }()
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	url, err := c.resolve(to)
	if err != nil {
		return answer{err: err, unreachable: true}, nil
	}
	a := c.sender.send(calls, url, c.namespace, c.policy.timeout, e)
	return a, calls.Err()
}

// publishReply puts a subscriber's answer into the broker, for as long as that takes.
func (c *courier) publishReply(ctx context.Context, reply *event.Event) error {
	if reply == nil {
		return nil
	}
	for attempt := 1; ; attempt++ {
		err := c.publisher.publish(ctx, c.topic, *reply)
		if err == nil {
			c.stats.replied.Add(1)
			return nil
		}
		c.log.Warn("a reply could not be published; trying again", "trigger", c.name, "id", reply.ID(), "error", err)
		if err := pause(ctx, growing(firstRescue, attempt)); err != nil {
			return err
		}
	}
}

// deadLetterOf adds the extensions by which Knative says what went wrong. Where nobody
// answered the code is -1 and the data is the error.
func deadLetterOf(e event.Event, a answer) event.Event {
	code, data := a.status, a.body
	if code == 0 {
		code = -1
	}
	if len(data) == 0 {
		data = []byte(a.err.Error())
	}
	e = e.Clone()
	e.SetExtension("knativeerrordest", a.url)
	e.SetExtension("knativeerrorcode", code)
	e.SetExtension("knativeerrordata", base64.StdEncoding.EncodeToString(data))
	return e
}
