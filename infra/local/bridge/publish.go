package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	topicPartitions = 10              // Knative's default for a broker's topic
	topicRetention  = "604800000"     // seven days in milliseconds, Kafka's default, said aloud so that the in-process broker heeds it
	topicSegment    = "16777216"      // bytes; what is old leaves the disk by segments
	publishTimeout  = 5 * time.Second // then the caller hears 503 and tries again
	mostUnsent      = 16 << 20        // bytes waiting for Kafka; then the caller hears 503 at once
	retryKafka      = 100 * time.Millisecond
	longestKafka    = 2 * time.Second
)

var errTooLarge = errors.New("the event is larger than Kafka takes")

// topicOf names a broker's topic as Knative's Kafka broker does.
func topicOf(namespace, broker string) string { return "knative-broker-" + namespace + "-" + broker }

// connection options of every client: quick to come back when Kafka does.
func connect(brokers []string) []kgo.Opt {
	return []kgo.Opt{
		kgo.SeedBrokers(brokers...),
		kgo.ClientID("nudge-bridge"),
		kgo.MetadataMinAge(retryKafka),
		kgo.RetryBackoffFn(func(fails int) time.Duration {
			return min(growing(retryKafka, fails), longestKafka)
		}),
	}
}

// publisher writes events to a broker's topic.
type publisher struct {
	client *kgo.Client
	stats  *counters
}

func newPublisher(brokers []string, stats *counters) (*publisher, error) {
	client, err := kgo.NewClient(append(connect(brokers),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(0), // latency before throughput
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.RecordDeliveryTimeout(publishTimeout),
		kgo.AllowIdempotentProduceCancellation(), // an event twice is allowed, a caller left waiting is not
		kgo.MaxBufferedBytes(mostUnsent),
	)...)
	if err != nil {
		return nil, fmt.Errorf("kafka client: %w", err)
	}
	return &publisher{client: client, stats: stats}, nil
}

// publish returns when Kafka has acknowledged every event. After an error some may be
// in the topic all the same: the caller sends them again.
func (p *publisher) publish(ctx context.Context, topic string, events ...event.Event) error {
	records := make([]*kgo.Record, len(events))
	for i, e := range events {
		var err error
		if records[i], err = toRecord(e); err != nil {
			return err
		}
	}
	return p.produce(ctx, topic, records)
}

// produce is publish of events that are records already.
func (p *publisher) produce(ctx context.Context, topic string, records []*kgo.Record) error {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	results := make(chan error, len(records))
	acknowledged := func(_ *kgo.Record, err error) { results <- err }
	for _, r := range records {
		r.Topic = topic
		p.client.TryProduce(ctx, r, acknowledged)
	}
	for range records {
		select {
		case err := <-results:
			if errors.Is(err, kerr.MessageTooLarge) {
				return errTooLarge
			}
			if err != nil {
				return err
			}
			p.stats.published.Add(1)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// createTopic makes a broker's topic unless it is there, for as long as it takes Kafka to
// be there.
func (p *publisher) createTopic(ctx context.Context, topic string, log *slog.Logger) error {
	retention, segment := topicRetention, topicSegment
	configs := map[string]*string{"retention.ms": &retention, "segment.bytes": &segment}
	for attempt := 1; ; attempt++ {
		_, err := kadm.NewClient(p.client).CreateTopic(ctx, topicPartitions, -1, configs, topic)
		if err == nil || errors.Is(err, kerr.TopicAlreadyExists) {
			return nil
		}
		log.Warn("kafka does not make the topic; trying again", "topic", topic, "error", err)
		if err := pause(ctx, min(growing(retryKafka, attempt), longestKafka)); err != nil {
			return err
		}
	}
}

// pause waits, or returns the context's error as soon as it is done.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
