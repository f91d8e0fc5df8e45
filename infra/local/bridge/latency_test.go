package bridge_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"function/eventing"
	"function/infra/local/bridge"
	"function/infra/local/broker"
)

// BenchmarkIngressToHandler measures from the POST at the ingress, over HTTP, to the
// handler's call, one event at a time, with all the system's triggers at work, on a
// broker that syncs to disk. Compare BenchmarkBareKafka.
func BenchmarkIngressToHandler(b *testing.B) {
	kafka, err := broker.Start(broker.Options{Dir: b.TempDir()})
	require.NoError(b, err)
	defer func() { require.NoError(b, kafka.Close()) }()
	arrived := make(chan time.Time, 1)
	handler := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/events/recurrence" {
			arrived <- time.Now()
		}
	}))
	defer handler.Close()
	br, err := bridge.New(bridge.Options{
		Manifests: eventing.Manifests(), Brokers: kafka.Addrs(),
		Resolve: func(_ bridge.Ref, uri string) (string, error) { return handler.URL + uri, nil },
	})
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- br.Run(ctx) }()
	<-br.Ready()
	ingress := httptest.NewServer(br.Handler())
	defer ingress.Close()
	send := func(i int) time.Duration {
		e := task(strconv.Itoa(i))
		e.SetType("dev.nudge.task.completed.v1")
		request, err := cehttp.NewHTTPRequestFromEvent(ctx, ingress.URL+"/nudge/default", e)
		require.NoError(b, err)
		began := time.Now()
		response, err := http.DefaultClient.Do(request)
		require.NoError(b, err)
		require.NoError(b, response.Body.Close())
		require.Equal(b, http.StatusAccepted, response.StatusCode)
		return (<-arrived).Sub(began)
	}
	measure(b, send)
	cancel()
	require.NoError(b, <-ended)
}

// BenchmarkBareKafka measures from produce, acknowledged by the same kind of broker, to a
// group consumer's poll.
func BenchmarkBareKafka(b *testing.B) {
	kafka, err := broker.Start(broker.Options{Dir: b.TempDir()})
	require.NoError(b, err)
	defer func() { require.NoError(b, kafka.Close()) }()
	client, err := kgo.NewClient(kgo.SeedBrokers(kafka.Addrs()...), kgo.ProducerLinger(0), kgo.ConsumerGroup("g"), kgo.ConsumeTopics("bare"))
	require.NoError(b, err)
	defer client.Close()
	_, err = kadm.NewClient(client).CreateTopic(b.Context(), -1, -1, nil, "bare")
	require.NoError(b, err)
	arrived := make(chan time.Time, 1)
	go func() {
		for {
			fetches := client.PollFetches(context.Background())
			if fetches.IsClientClosed() {
				return
			}
			fetches.EachRecord(func(*kgo.Record) { arrived <- time.Now() })
		}
	}()
	value := make([]byte, 600)
	measure(b, func(i int) time.Duration {
		r := &kgo.Record{Topic: "bare", Key: []byte(strconv.Itoa(i)), Value: value}
		began := time.Now()
		require.NoError(b, client.ProduceSync(b.Context(), r).FirstErr())
		return (<-arrived).Sub(began)
	})
}

func measure(b *testing.B, send func(int) time.Duration) {
	for i := range 100 {
		send(i)
	}
	took := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		took = append(took, send(i))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
}
