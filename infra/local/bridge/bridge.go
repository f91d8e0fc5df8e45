// Package bridge is the data plane of Knative's Kafka broker on a laptop. It reads the
// Knative manifests that a cluster is given and honours them: an ingress that
// answers once Kafka has the event, a consumer group per Trigger with its filters,
// retries, back-off and dead-letter sink, and PingSources.
//
// Delivery is at least once and in no order. An event is committed when its subscriber or
// the dead-letter sink has taken it, so neither a kill nor a restart loses one. Where the
// bridge differs from Knative on purpose is said in docs/decisions/0005-local-event-bridge.md.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/uuid"
)

// Options of a Bridge. Manifests, Brokers and Resolve are required.
type Options struct {
	// Manifests holds *.yaml in its root: Brokers, Triggers, PingSources.
	Manifests fs.FS
	// Brokers are Kafka's addresses, host:port.
	Brokers []string
	// Resolve gives the URL of a Kubernetes object, with the manifest's uri as its path.
	// It is asked before each delivery, so a subscriber may move. An error makes the
	// event wait.
	Resolve func(ref Ref, uri string) (string, error)
	// Namespace of manifests that name none; "nudge" if empty.
	Namespace string
	// HoldFor is how long an event waits for a subscriber that cannot be connected to
	// before that counts as a failure; ten minutes if zero, not at all if negative.
	HoldFor time.Duration
	// Log takes what happens, without the data of events; nil drops it.
	Log *slog.Logger
	// Now and NewID are the clock and the source of event ids; the real ones if nil.
	Now   func() time.Time
	NewID func() string
}

// Bridge carries events from its ingress through Kafka to the subscribers.
type Bridge struct {
	options   Options
	log       *slog.Logger
	stats     *counters
	topics    map[string]bool
	publisher *publisher
	sender    *sender
	consumers []*consumer
	pings     []*ping
	ready     chan struct{}
}

// New reads and checks the manifests. It connects to nothing: Run does.
func New(o Options) (*Bridge, error) {
	if o.Manifests == nil || len(o.Brokers) == 0 || o.Resolve == nil {
		return nil, errors.New("the event bridge needs manifests, the address of a Kafka broker, and a resolver")
	}
	setDefaults(&o)
	m, err := readManifests(o.Manifests, o.Namespace)
	if err != nil {
		return nil, err
	}
	b := &Bridge{options: o, log: o.Log, stats: &counters{}, topics: map[string]bool{}, sender: newSender(o.Now), ready: make(chan struct{})}
	brokers := map[string]brokerManifest{}
	for _, broker := range m.brokers {
		topic := topicOf(broker.Metadata.Namespace, broker.Metadata.Name)
		brokers[topic], b.topics[topic] = broker, true
	}
	if b.publisher, err = newPublisher(o.Brokers, b.stats); err != nil {
		return nil, err
	}
	if err := errors.Join(b.addTriggers(m.triggers, brokers), b.addPings(m.pings)); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func setDefaults(o *Options) {
	if o.Namespace == "" {
		o.Namespace = "nudge"
	}
	if o.HoldFor == 0 {
		o.HoldFor = 10 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
}

func (b *Bridge) addTriggers(manifests []triggerManifest, brokers map[string]brokerManifest) error {
	seen := map[string]bool{}
	for _, m := range manifests {
		t, err := newTrigger(m, brokers)
		if err != nil {
			return err
		}
		if seen[t.name] {
			return fmt.Errorf("two triggers are named %s", t.name)
		}
		seen[t.name] = true
		c, err := newConsumer(t, b.options.Brokers, b.log)
		if err != nil {
			return err
		}
		c.deliver = (&courier{
			trigger: t, resolve: b.resolve, sender: b.sender, publisher: b.publisher,
			calls: make(chan struct{}, mostCalls), holdFor: b.options.HoldFor, now: b.options.Now, log: b.log,
		}).deliver
		b.consumers = append(b.consumers, c)
	}
	return nil
}

func (b *Bridge) addPings(manifests []pingManifest) error {
	for _, m := range manifests {
		p, err := newPing(m)
		if err != nil {
			return err
		}
		if ref := p.sink.Ref; ref != nil && ref.Kind == "Broker" && !b.topics[topicOf(ref.Namespace, ref.Name)] {
			return fmt.Errorf("ping source %s: there is no broker %s in the namespace %s", p.name, ref.Name, ref.Namespace)
		}
		b.pings = append(b.pings, p)
	}
	return nil
}

// Ready is closed when every trigger has its partitions: an event that comes in from
// then on is delivered at once.
func (b *Bridge) Ready() <-chan struct{} { return b.ready }

// Run delivers and ticks until ctx is done, and returns when what was under way has
// ended. It waits for a Kafka that is not there yet. Run may be called once.
func (b *Bridge) Run(ctx context.Context) error {
	defer b.close()
	for topic := range b.topics {
		if err := b.publisher.createTopic(ctx, topic, b.log); err != nil {
			return nil // ctx is done
		}
	}
	var running sync.WaitGroup
	for _, c := range b.consumers {
		running.Go(func() { c.run(ctx) })
	}
	for _, p := range b.pings {
		running.Go(func() {
			p.run(ctx, b.options.Now, b.options.NewID, func(ctx context.Context, e event.Event) error { return b.tick(ctx, p, e) }, b.log)
		})
	}
	running.Go(func() {
		for _, c := range b.consumers {
			select {
			case <-c.assigned:
			case <-ctx.Done():
				return
			}
		}
		close(b.ready)
	})
	running.Wait()
	return nil
}

func (b *Bridge) close() {
	for _, c := range b.consumers {
		c.client.CloseAllowingRebalance()
	}
	b.publisher.client.Close()
	b.sender.client.CloseIdleConnections()
}

// tick brings a ping's event to its sink.
func (b *Bridge) tick(ctx context.Context, p *ping, e event.Event) error {
	if ref := p.sink.Ref; ref != nil && ref.Kind == "Broker" {
		return b.publisher.publish(ctx, topicOf(ref.Namespace, ref.Name), e)
	}
	to, err := b.resolve(p.sink)
	if err != nil {
		return err
	}
	return b.sender.send(ctx, to, p.namespace, defaultTimeout, e).err
}

func (b *Bridge) resolve(d destination) (string, error) {
	if d.Ref != nil {
		return b.options.Resolve(*d.Ref, d.URI)
	}
	u, err := url.Parse(d.URI)
	if err != nil || !u.IsAbs() {
		return "", fmt.Errorf("%q is no absolute URL", d.URI)
	}
	return d.URI, nil
}
