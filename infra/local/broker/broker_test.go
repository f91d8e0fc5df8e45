package broker_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"function/infra/local/broker"
)

const topic = "events"

// TestMain lets the test binary be a broker of its own, for a test to kill.
func TestMain(m *testing.M) {
	dir := os.Getenv("NUDGE_TEST_BROKER_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	b, err := broker.Start(broker.Options{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(b.Addrs()[0])
	select {}
}

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func client(t *testing.T, addr string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(opts, kgo.SeedBrokers(addr), kgo.ProducerLinger(0))...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func createTopic(t *testing.T, c *kgo.Client) {
	t.Helper()
	_, err := kadm.NewClient(c).CreateTopic(deadline(t), -1, -1, nil, topic)
	require.NoError(t, err)
}

func produce(t *testing.T, c *kgo.Client, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		r := &kgo.Record{Topic: topic, Key: []byte(strconv.Itoa(i % 7)), Value: []byte(strconv.Itoa(i))}
		require.NoError(t, c.ProduceSync(deadline(t), r).FirstErr())
	}
}

// consume reads until it has seen every number below n, and fails on a number twice.
func consume(t *testing.T, c *kgo.Client, n int) {
	t.Helper()
	seen := map[string]bool{}
	for ctx := deadline(t); len(seen) < n; {
		fetches := c.PollFetches(ctx)
		require.NoError(t, ctx.Err(), "saw %d of %d", len(seen), n)
		fetches.EachRecord(func(r *kgo.Record) {
			require.False(t, seen[string(r.Value)], "twice: %s", r.Value)
			seen[string(r.Value)] = true
		})
	}
}

func TestRecordsAndOffsetsOutliveTheBroker(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b, err := broker.Start(broker.Options{Dir: dir})
	require.NoError(t, err)
	createTopic(t, client(t, b.Addrs()[0]))
	produce(t, client(t, b.Addrs()[0]), 0, 20)
	group := []kgo.Opt{kgo.ConsumerGroup("g"), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit()}
	first := client(t, b.Addrs()[0], group...)
	consume(t, first, 20)
	require.NoError(t, first.CommitUncommittedOffsets(deadline(t)))
	first.Close()
	require.NoError(t, b.Close())

	b, err = broker.Start(broker.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	consume(t, client(t, b.Addrs()[0], kgo.ConsumeTopics(topic)), 20)
	r := &kgo.Record{Topic: topic, Value: []byte("0")}
	require.NoError(t, client(t, b.Addrs()[0]).ProduceSync(deadline(t), r).FirstErr())
	consume(t, client(t, b.Addrs()[0], group...), 1) // the group goes on where it was
}

func TestKilledBrokerKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const rounds, each = 3, 40
	for round := range rounds {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), "NUDGE_TEST_BROKER_DIR="+dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan(), "the broker came up")
		if round == 0 {
			createTopic(t, client(t, lines.Text()))
		}
		produce(t, client(t, lines.Text()), round*each, (round+1)*each)
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
	}
	b, err := broker.Start(broker.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	consume(t, client(t, b.Addrs()[0], kgo.ConsumeTopics(topic)), rounds*each)
}

func TestOneBrokerPerFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b, err := broker.Start(broker.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	_, err = broker.Start(broker.Options{Dir: dir})
	require.ErrorContains(t, err, "in use by another process")
}

func TestUnusableFolderIsSaid(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := broker.Start(broker.Options{Dir: file})
	require.ErrorContains(t, err, "data folder")
}
