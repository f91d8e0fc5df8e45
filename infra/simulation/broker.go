package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/outbox"
)

// trigger is one of eventing/*.yaml.
type trigger struct {
	name    string
	matches func(eventType string) bool
}

const (
	tickType = "dev.knative.sources.ping"
	owedType = "dev.nudge-wake.notifications"
)

var triggers = []trigger{
	{"audit", func(t string) bool { return strings.HasPrefix(t, "dev.nudge.") }},
	{"recurrence", func(t string) bool {
		return t == "dev.nudge.task.completed.v1" || t == "dev.nudge.task.updated.v1" || t == "dev.nudge.task.deleted.v1"
	}},
	{"reminders", func(t string) bool { return strings.HasPrefix(t, "dev.nudge.task.") || t == tickType }},
	{"notifications", func(t string) bool { return t == "dev.nudge.reminder.due.v1" || t == owedType }},
}

// How a broker is as bad as the field reports.
const (
	duplicated  = 0.4   // deliveries that come more than once
	lost        = 0.1   // deliveries that never come
	outOfTurn   = 0.15  // deliveries that come seconds or minutes late
	hoursLate   = 0.02  // deliveries that come hours late
	refused     = 0.03  // posts that it does not take
	answerLost  = 0.02  // posts that it takes without saying so
	retries     = 5     // of a delivery, before the dead letter
	manyTimes   = 184   // copies of one event
	manyIn      = 4     // worlds, in one of which there is such an event
	oneIn       = 40    // events of that world is the one
	handlerTime = 60000 // milliseconds that a handler may take
)

// broker is a model of the worst that an at-least-once broker does, and does not do.
type broker struct {
	world *world
	taken map[string]int // event → posts that it took
	sent  []string       // ids in the order they were taken first
	ticks int
	many  bool // the event that comes so many times has come
}

// relayBroker is the broker as the relay sees it.
type relayBroker struct{ *world }

// Send implements outbox.Broker.
func (r relayBroker) Send(ctx context.Context, structured []byte) error {
	w, p := r.world, processOf(ctx)
	if p != nil {
		w.pause(p)
		if p.dying {
			return context.Canceled
		}
	}
	if w.now.Before(w.away) {
		w.count("broker is down")
		return errors.New("connection refused")
	}
	if !w.healed && w.chance(refused) {
		w.count("broker refuses")
		return &outbox.Refusal{Status: 503, RetryAfter: time.Duration(w.rng.IntN(2)) * 30 * time.Second}
	}
	var e cloudevents.Event
	if err := json.Unmarshal(structured, &e); err != nil {
		return err
	}
	w.broker.take(e.ID(), e.Type(), structured)
	if !w.healed && w.chance(answerLost) {
		w.count("broker's answer is lost")
		return errors.New("connection reset")
	}
	return nil
}

// take keeps an event and plans its deliveries.
func (b *broker) take(id, eventType string, raw []byte) {
	w := b.world
	if b.taken[id]++; b.taken[id] == 1 && eventType != owedType { // a wake-up was never committed
		b.sent = append(b.sent, id)
	}
	w.note("broker takes %s %s", short(eventType), id)
	for _, t := range triggers {
		if !t.matches(eventType) {
			continue
		}
		if !w.healed && w.chance(lost) {
			w.count("broker loses")
			w.note("lost for %s: %s", t.name, id)
			continue
		}
		for range b.copies(eventType) {
			w.after(b.delay(), func() { b.deliver(t, id, raw, 1) })
		}
	}
}

func (b *broker) copies(eventType string) int {
	w := b.world
	switch {
	case w.healed:
		return 1
	case !b.many && w.seed%manyIn == 0 && eventType != tickType && eventType != owedType && w.rng.IntN(oneIn) == 0:
		b.many = true
		w.count("one event 184 times")
		return manyTimes
	case w.chance(duplicated):
		w.count("broker duplicates")
		return 2 + w.rng.IntN(3)
	}
	return 1
}

func (b *broker) delay() time.Duration {
	w := b.world
	switch {
	case w.healed:
	case w.chance(hoursLate):
		w.count("broker is hours late")
		return w.between(time.Hour, 4*time.Hour)
	case w.chance(outOfTurn):
		w.count("broker reorders")
		return w.between(time.Second, 5*time.Minute)
	}
	return w.between(4*time.Millisecond, 20*time.Millisecond)
}

// deliver posts an event to a capability, and again as the trigger says.
func (b *broker) deliver(t trigger, id string, raw []byte, attempt int) {
	w := b.world
	if w.now.Before(w.away) { // all of it comes at once when the broker is back
		w.at(w.away, func() { b.deliver(t, id, raw, attempt) })
		return
	}
	i := w.anyInstance()
	switch {
	case i == nil && w.anyUp(): // Knative queues requests in front of a busy instance
		w.after(w.between(20*time.Millisecond, 60*time.Millisecond), func() { b.deliver(t, id, raw, attempt) })
		return
	case i == nil:
		b.again(t, id, raw, attempt, 0, nil)
		return
	}
	answered := false
	timeout := w.now.Add(handlerTime * time.Millisecond)
	w.at(timeout, func() {
		if !answered { // F10: the handler goes on beside its own retry
			answered = true
			w.count("handler slower than its time")
			b.again(t, id, raw, attempt, 0, nil)
		}
	})
	w.serve(i, t.name+" "+id, "/events/"+t.name, raw, func(status int, answer []byte) {
		w.note("%s answers %d to %s (try %d, %s)", t.name, status, id, attempt, i.name)
		if answered {
			return
		}
		answered = true
		switch {
		case status/100 == 2:
		case status == 0 || status >= 500 || status == 404 || status == 408 || status == 409 || status == 429:
			b.again(t, id, raw, attempt, status, answer)
		default:
			b.deadLetter(t, id, raw, status, answer)
		}
	})
}

func (b *broker) again(t trigger, id string, raw []byte, attempt, status int, answer []byte) {
	if attempt > retries {
		b.deadLetter(t, id, raw, status, answer)
		return
	}
	b.world.count("delivery retried")
	b.world.after(200*time.Millisecond<<attempt, func() { b.deliver(t, id, raw, attempt+1) })
}

// deadLetter hands an event to the sink for what nobody takes, for as long as it takes.
func (b *broker) deadLetter(t trigger, id string, raw []byte, status int, answer []byte) {
	w := b.world
	var e cloudevents.Event
	if err := json.Unmarshal(raw, &e); err != nil {
		w.note("no dead letter: %v", err)
		return
	}
	w.count("dead letter")
	w.note("dead letter of %s: %s (%d)", t.name, id, status)
	e.SetExtension("knativeerrordest", "http://nudge-"+t.name+".nudge.svc.cluster.local/events/"+t.name)
	if status > 0 {
		e.SetExtension("knativeerrorcode", fmt.Sprint(status))
	}
	e.SetExtension("knativeerrordata", base64.StdEncoding.EncodeToString(answer[:min(len(answer), 512)]))
	letter, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	var try func()
	try = func() {
		i := w.anyInstance()
		if i == nil {
			w.after(time.Second, try)
			return
		}
		w.serve(i, "deadletters "+id, "/events/deadletters", letter, func(status int, _ []byte) {
			if status/100 != 2 {
				w.after(time.Second, try)
			}
		})
	}
	try()
}

// tick is the PingSource's event; it may be lost or doubled as any other.
func (b *broker) tick() {
	b.ticks++
	id := fmt.Sprintf("tick-%d", b.ticks)
	raw := fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/apis/v1/namespaces/nudge/pingsources/tick","type":%q,"datacontenttype":"application/json","data":{}}`, id, tickType)
	w := b.world
	for _, t := range triggers {
		if !t.matches(tickType) {
			continue
		}
		if !w.healed && w.chance(lost) {
			w.count("tick lost")
			continue
		}
		for range 1 + w.rng.IntN(5)/4 {
			w.after(b.delay(), func() { b.deliver(t, id, []byte(raw), 1) })
		}
	}
}

// short is an event's type without what all have.
func short(eventType string) string {
	return strings.TrimSuffix(strings.TrimPrefix(eventType, "dev.nudge."), ".v1")
}
