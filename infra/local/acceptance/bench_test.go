package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"function/infra/local/stack"
)

// percentiles reports p50 and p99 of durations in milliseconds.
func percentiles(b *testing.B, name string, durations []time.Duration) (p50, p99 time.Duration) {
	slices.Sort(durations)
	p50, p99 = durations[len(durations)/2], durations[len(durations)*99/100]
	b.ReportMetric(float64(p50.Microseconds())/1000, name+"-p50-ms")
	b.ReportMetric(float64(p99.Microseconds())/1000, name+"-p99-ms")
	return p50, p99
}

// From the completion's answer to the next occurrence committed, through Kafka, 200 in
// a row; beside it, in turns, a bare produce→consume on the same broker.
func BenchmarkCompletionToNextOccurrence(b *testing.B) {
	const rounds = 200
	status := theStack(b)
	p := signUp(b)
	events := p.live(b)
	bare := newBareTopic(b, brokersOf(status))
	p.add(b, `{"title":"Again","due":{"date":"2027-01-01","zone":"UTC"},"recurrence":{"rrule":"FREQ=DAILY"}}`)
	for b.Loop() {
		ours, floor := make([]time.Duration, 0, rounds), make([]time.Duration, 0, rounds)
		for range rounds {
			open := p.list(b, "all")
			require.Len(b, open, 1)
			drain(events)
			p.complete(b, open[0])
			start := time.Now()
			next := await(b, events, 5*time.Second, "next occurrence", func(e event) bool {
				return e.Name == "change" && !bytes.Contains(e.Data, []byte(open[0].ID))
			})
			ours = append(ours, next.At.Sub(start))
			floor = append(floor, bare.roundTrip(b))
		}
		_, ourP99 := percentiles(b, "completion", ours)
		_, bareP99 := percentiles(b, "bare", floor)
		b.ReportMetric(float64(ourP99)/float64(bareP99), "ratio-p99")
	}
}

func drain(events <-chan event) {
	for {
		select {
		case <-events:
		default:
			return
		}
	}
}

// bareTopic is a producer and a consumer with nothing in between.
type bareTopic struct {
	client *kgo.Client
	topic  string
}

// brokersOf gives the addresses of the Kafka that the stack uses.
func brokersOf(status stack.Status) []string {
	if brokers := realKafka(); brokers != nil {
		return brokers
	}
	return []string{status.Services["kafka"].Address}
}

func newBareTopic(b *testing.B, brokers []string) *bareTopic {
	topic := fmt.Sprintf("bare-%d", time.Now().UnixNano())
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic(topic), kgo.ConsumeTopics(topic), kgo.RequiredAcks(kgo.AllISRAcks()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchMaxWait(50*time.Millisecond))
	require.NoError(b, err)
	b.Cleanup(client.Close)
	_, err = kadm.NewClient(client).CreateTopic(b.Context(), 1, -1, nil, topic)
	require.NoError(b, err)
	return &bareTopic{client, topic}
}

func (t *bareTopic) roundTrip(b *testing.B) time.Duration {
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
	defer cancel()
	start := time.Now()
	require.NoError(b, t.client.ProduceSync(ctx, &kgo.Record{Value: make([]byte, 1024)}).FirstErr())
	for {
		fetches := t.client.PollFetches(ctx)
		require.NoError(b, fetches.Err0())
		if fetches.NumRecords() > 0 {
			return time.Since(start)
		}
	}
}

// From a reminder's time to its notification row, 100 of them.
func BenchmarkReminderToNotification(b *testing.B) {
	const reminders = 100
	p := signUp(b)
	events := p.live(b)
	for b.Loop() {
		first := time.Now().Add(10 * time.Second).UTC().Truncate(time.Second)
		for i := range reminders {
			at := first.Add(time.Duration(i) * 100 * time.Millisecond)
			p.add(b, fmt.Sprintf(`{"title":"Ring %d","reminders":[{"at":%q}]}`, i, at.Format(time.RFC3339Nano)))
		}
		require.True(b, time.Now().Before(first), "all made before the first comes")
		var lateness []time.Duration
		for len(lateness) < reminders {
			came := await(b, events, 30*time.Second, "notification", func(e event) bool { return e.Name == "notification" })
			var n struct {
				RemindAt time.Time `json:"remind_at"`
			}
			require.NoError(b, json.Unmarshal(came.Data, &n))
			require.False(b, came.At.Before(n.RemindAt), "never early")
			lateness = append(lateness, came.At.Sub(n.RemindAt))
		}
		percentiles(b, "reminder", lateness)
	}
}

// idleAfter is when a process that was busy has given its memory back (function.go).
const idleAfter = 25 * time.Second

// What the functions process takes when nothing happens.
func BenchmarkIdleMemory(b *testing.B) {
	status := theStack(b)
	pid := status.Services["functions"].PID
	<-time.After(idleAfter) // what is measured is the absence of requests for so long
	for b.Loop() {
		text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		if err != nil {
			b.Skip("the process's memory is read from /proc, which this system does not have")
		}
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
				kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
				require.NoError(b, err)
				b.ReportMetric(kib/1024, "MiB")
			}
		}
	}
}
