package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const topic = "knative-broker-nudge-default"

// countRecords reads the broker's whole topic: how often each event is in it.
func countRecords(ctx context.Context, r *runner, report *Report) error {
	status, err := r.status()
	if err != nil {
		return err
	}
	brokers := []string{status.Services["kafka"].Address}
	if named := os.Getenv("KAFKA_BROKERS"); named != "" {
		brokers = strings.Split(named, ",")
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return err
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, topic)
	if err != nil {
		return err
	}
	var left int64
	ends.Each(func(o kadm.ListedOffset) { left += o.Offset })
	times := map[string]int{}
	for left > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return err
		}
		fetches.EachRecord(func(record *kgo.Record) {
			left--
			if id, kind := header(record, "ce_id"), header(record, "ce_type"); strings.HasPrefix(kind, "dev.nudge.") {
				times[id]++
			}
		})
	}
	report.Sent = len(times)
	for _, n := range times {
		report.Records += n
		if n > 1 {
			report.Duplicated++
		}
		report.Most = max(report.Most, n)
	}
	return nil
}

func header(record *kgo.Record, name string) string {
	for _, h := range record.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}
