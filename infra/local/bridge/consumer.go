package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/twmb/franz-go/pkg/kgo"

	"function/infra/local/bridge/filter"
)

const (
	mostCalls      = 32  // deliveries of one trigger at a time
	mostInFlight   = 512 // records of one trigger taken from Kafka and not finished, those waiting for a retry included
	mostPolled     = 256
	commitInterval = 500 * time.Millisecond // what a kill makes come twice
	shutdownGrace  = 5 * time.Second        // for calls that are under way
	sessionTimeout = 10 * time.Second       // after a kill, a real Kafka holds the partitions back this long
)

// consumer is one trigger at work: a consumer group of the broker's topic whose records
// are delivered in no particular order, and committed in order.
type consumer struct {
	trigger  *trigger
	client   *kgo.Client
	deliver  func(ctx, calls context.Context, e event.Event) error
	log      *slog.Logger
	inFlight chan struct{}
	assigned chan struct{} // closed when the group has given this member its partitions
	once     sync.Once

	mu       sync.Mutex
	trackers map[int32]*tracker
}

// item is a record on its way; its tracker was the partition's when it was read.
type item struct {
	record  *kgo.Record
	tracker *tracker
}

func newConsumer(t *trigger, brokers []string, log *slog.Logger) (*consumer, error) {
	c := &consumer{
		trigger: t, log: log.With("trigger", t.name), trackers: map[int32]*tracker{},
		inFlight: make(chan struct{}, mostInFlight), assigned: make(chan struct{}),
	}
	var err error
	c.client, err = kgo.NewClient(append(connect(brokers),
		kgo.ConsumerGroup("knative-trigger-"+t.namespace+"-"+t.name),
		kgo.ConsumeTopics(t.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), // Knative starts at the end; from the start, nothing is missed
		kgo.FetchMaxWait(time.Second),
		kgo.FetchMaxBytes(4*maxBody),
		kgo.SessionTimeout(sessionTimeout),
		kgo.HeartbeatInterval(sessionTimeout/4),
		kgo.AutoCommitMarks(),
		kgo.AutoCommitInterval(commitInterval),
		kgo.BlockRebalanceOnPoll(), // so that what was polled is tracked before its partition can go
		kgo.OnPartitionsAssigned(c.onAssigned),
		kgo.OnPartitionsRevoked(c.onRevoked),
		kgo.OnPartitionsLost(c.onLost),
	)...)
	if err != nil {
		return nil, fmt.Errorf("kafka client of trigger %s: %w", t.name, err)
	}
	return c, nil
}

func (c *consumer) onAssigned(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
	if len(partitions) > 0 {
		c.once.Do(func() { close(c.assigned) })
	}
}

func (c *consumer) onRevoked(ctx context.Context, client *kgo.Client, partitions map[string][]int32) {
	if err := client.CommitMarkedOffsets(ctx); err != nil {
		c.log.Warn("finished events could not be committed and will come again", "error", err)
	}
	c.onLost(ctx, client, partitions)
}

func (c *consumer) onLost(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range partitions[c.trigger.topic] {
		delete(c.trackers, p)
	}
}

// run delivers until ctx is done. Then calls that are under way may end, what is finished
// is committed, and the rest comes again at the next start.
func (c *consumer) run(ctx context.Context) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(shutdownGrace, cancel) })()
	var deliveries sync.WaitGroup
	for ctx.Err() == nil {
		for _, it := range c.poll(ctx) {
			select {
			case c.inFlight <- struct{}{}:
			case <-ctx.Done():
			}
			if ctx.Err() != nil {
				break
			}
			deliveries.Go(func() {
				defer func() { <-c.inFlight }()
				c.handle(ctx, calls, it)
			})
		}
	}
	deliveries.Wait()
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancelLast()
	if err := c.client.CommitMarkedOffsets(last); err != nil {
		c.log.Warn("finished events could not be committed and will come again", "error", err)
	}
	c.client.CloseAllowingRebalance()
}

// poll reads records and puts them on record as pending. Those that the filters keep away
// are finished with that: most records are, at most triggers.
func (c *consumer) poll(ctx context.Context) []item {
	fetches := c.client.PollRecords(ctx, mostPolled)
	defer c.client.AllowRebalance()
	c.mu.Lock()
	defer c.mu.Unlock()
	var items []item
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		if p.Err != nil && !errors.Is(p.Err, context.Canceled) {
			c.log.Warn("kafka refuses to be read", "partition", p.Partition, "error", p.Err)
			return
		}
		t := c.trackers[p.Partition]
		if t == nil && len(p.Records) > 0 {
			t = &tracker{}
			c.trackers[p.Partition] = t
		}
		moved := false
		for _, r := range p.Records {
			t.add(r.Offset)
			t.end = p.HighWatermark
			if attributes, ok := attributesOf(r); ok && !c.trigger.filter(attributes) {
				c.trigger.stats.filtered.Add(1)
				moved = t.finish(r.Offset) || moved
				continue
			}
			items = append(items, item{r, t})
		}
		if moved {
			c.mark(p.Records[0], t)
		}
	})
	return items
}

// handle brings one record to its end, unless ctx ends first.
func (c *consumer) handle(ctx, calls context.Context, it item) {
	if !c.current(it) {
		return // the partition went to another member, which has the record now
	}
	e, err := fromRecord(it.record)
	switch {
	case err != nil: // the ingress lets none in; another producer may
		c.trigger.stats.malformed.Add(1)
		c.log.Error("a record is no CloudEvent and is passed over", "partition", it.record.Partition, "offset", it.record.Offset, "error", err)
	case !c.trigger.filter(filter.Of(e)):
		c.trigger.stats.filtered.Add(1)
	default:
		e.SetExtension("knativekafkapartition", fmt.Sprint(it.record.Partition))
		e.SetExtension("knativekafkaoffset", fmt.Sprint(it.record.Offset))
		if c.deliver(ctx, calls, e) != nil {
			return
		}
	}
	c.finish(it)
}

func (c *consumer) current(it item) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trackers[it.record.Partition] == it.tracker
}

func (c *consumer) finish(it item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trackers[it.record.Partition] == it.tracker && it.tracker.finish(it.record.Offset) {
		c.mark(it.record, it.tracker)
	}
}

// mark lets a record's partition be committed as far as its tracker is.
func (c *consumer) mark(r *kgo.Record, t *tracker) {
	c.client.MarkCommitOffsets(map[string]map[int32]kgo.EpochOffset{r.Topic: {r.Partition: {Epoch: r.LeaderEpoch, Offset: t.next}}})
}

// lag is how many records of the topic the trigger has not finished.
func (c *consumer) lag() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var sum int64
	for _, t := range c.trackers {
		sum += t.lag()
	}
	return sum
}
