package bridge_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/stretchr/testify/require"
)

func TestEventArrivesWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	sent := task("1")
	r.accept(t, sent)
	c := r.next(t)
	require.Equal(t, "/events/a", c.path)
	require.Equal(t, "reply", c.header.Get("Prefer"))
	require.Equal(t, r.namespace, c.header.Get("Kn-Namespace"))
	require.Equal(t, "1.0", c.header.Get("Ce-Specversion"), "binary mode")
	require.Equal(t, sent.Extensions()["traceparent"], c.header.Get("Traceparent"))
	require.NotEmpty(t, c.event.Extensions()["knativekafkapartition"])
	require.NotEmpty(t, c.event.Extensions()["knativekafkaoffset"])
	c.event.SetExtension("knativekafkapartition", nil)
	c.event.SetExtension("knativekafkaoffset", nil)
	require.Equal(t, sent.Context, c.event.Context)
	require.Equal(t, sent.Data(), c.event.Data())
}

func TestAttributesThatNoHeaderCanCarry(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	for _, subject := range []string{"zwei\nZeilen", "žluťoučký kůň 🐎", `quote " and % sign`} {
		sent := task("1")
		sent.SetSubject(subject)
		body, err := sent.MarshalJSON()
		require.NoError(t, err)
		w := r.postRaw("", map[string]string{"Content-Type": event.ApplicationCloudEventsJSON}, body)
		require.Equal(t, http.StatusAccepted, w.Code, w.Body.String())
		require.Equal(t, subject, r.next(t).event.Subject())
	}
}

func TestEachTriggerGetsWhatItsFiltersTake(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents), oneTrigger("b", "[{exact: {type: dev.nudge.chat.message.v1}}]"), oneTrigger("c", "[]"))
	chat := task("2")
	chat.SetType("dev.nudge.chat.message.v1")
	r.accept(t, task("1"))
	r.accept(t, chat)
	got := map[string]int{}
	for range 4 {
		c := r.next(t)
		got[c.path+" "+c.event.ID()]++
	}
	require.Equal(t, map[string]int{"/events/a 1": 1, "/events/b 2": 1, "/events/c 1": 1, "/events/c 2": 1}, got)
	require.Eventually(t, func() bool {
		n := r.bridge.Stats().Triggers
		return n["a"].Filtered == 1 && n["b"].Filtered == 1 && n["c"].Delivered == 2
	}, patience, 5*time.Millisecond)
	r.stop()
	require.Empty(t, r.calls)
}

func TestBatchArrives(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	r.accept(t, task("1"), task("2"), task("3"))
	got := map[string]bool{}
	for range 3 {
		got[r.next(t).event.ID()] = true
	}
	require.Len(t, got, 3)
}

func TestRefusedForGoodIsADeadLetterAtOnce(t *testing.T) {
	t.Parallel()
	for _, code := range []int{http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusFound} {
		r := newRig(t, oneTrigger("a", taskEvents))
		r.answerWith(status(code))
		r.accept(t, task("1"))
		require.Equal(t, "/events/a", r.next(t).path)
		dead := r.next(t)
		require.Equal(t, "/events/deadletters", dead.path)
		require.Equal(t, r.URL+"/events/a", dead.event.Extensions()["knativeerrordest"])
		require.Equal(t, fmt.Sprint(code), dead.event.Extensions()["knativeerrorcode"])
		require.Equal(t, base64.StdEncoding.EncodeToString([]byte("no good")), dead.event.Extensions()["knativeerrordata"])
		require.Equal(t, task("1").Data(), dead.event.Data())
		require.Equal(t, "1", dead.event.ID())
		r.stop()
		require.Empty(t, r.calls)
		require.EqualValues(t, 1, r.bridge.Stats().Triggers["a"].DeadLettered)
	}
}

func TestRetriesBackOffAndEndAsDeadLetter(t *testing.T) {
	t.Parallel()
	for _, code := range []int{404, 408, 409, 429, 500, 503} {
		r := newRig(t, oneTrigger("a", taskEvents))
		r.answerWith(status(code))
		r.accept(t, task("1"))
		last := r.next(t)
		for _, atLeast := range []time.Duration{40, 80, 160} { // milliseconds: 20 ms doubled per attempt
			c := r.next(t)
			require.Equal(t, "/events/a", c.path)
			require.GreaterOrEqual(t, c.at.Sub(last.at), atLeast*time.Millisecond*9/10)
			last = c
		}
		require.Equal(t, "/events/deadletters", r.next(t).path)
		r.stop()
		require.Empty(t, r.calls)
		require.EqualValues(t, 3, r.bridge.Stats().Triggers["a"].Retried)
	}
}

func TestRetryAfterIsHeeded(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	first := true
	r.answerWith(func(w http.ResponseWriter, _ call) {
		if first {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		first = false
	})
	r.accept(t, task("1"))
	began := r.next(t).at
	require.GreaterOrEqual(t, r.next(t).at.Sub(began), time.Second)
}

func TestDeadLetterSinkThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	failures := 2
	r.answerWith(func(w http.ResponseWriter, c call) {
		switch {
		case c.path == "/events/a":
			w.WriteHeader(http.StatusUnprocessableEntity)
		case failures > 0:
			failures--
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
	})
	r.accept(t, task("1"))
	require.Equal(t, "/events/a", r.next(t).path)
	for range 3 {
		require.Equal(t, "/events/deadletters", r.next(t).path)
	}
	r.stop()
	require.EqualValues(t, 2, r.bridge.Stats().Triggers["a"].DeadLetterFailures)
	require.EqualValues(t, 1, r.bridge.Stats().Triggers["a"].DeadLettered)
}

func TestSlowHandlerDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents), oneTrigger("b", taskEvents))
	release := make(chan struct{})
	r.answerWith(func(_ http.ResponseWriter, c call) {
		if c.path == "/events/a" && c.event.ID() == "slow" {
			<-release
		}
	})
	slow := task("slow")
	r.accept(t, slow)
	for i := range 20 { // the same key, so the same partition as the slow one
		e := task(fmt.Sprint(i))
		e.SetExtension("partitionkey", slow.Extensions()["partitionkey"])
		r.accept(t, e)
	}
	got := map[string]int{}
	for range 42 {
		got[r.next(t).path]++
	}
	require.Equal(t, map[string]int{"/events/a": 21, "/events/b": 21}, got)
	close(release)
}

func TestReplyIsPublished(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents), oneTrigger("b", "[{exact: {type: dev.nudge.chat.reply.v1}}]"))
	reply := task("reply")
	reply.SetType("dev.nudge.chat.reply.v1")
	r.answerWith(func(w http.ResponseWriter, c call) {
		if c.path == "/events/a" {
			if err := cehttp.WriteResponseWriter(t.Context(), messageOf(reply), http.StatusOK, w); err != nil {
				t.Error(err)
			}
		}
	})
	r.accept(t, task("1"))
	require.Equal(t, "/events/a", r.next(t).path)
	c := r.next(t)
	require.Equal(t, "/events/b", c.path)
	require.Equal(t, "reply", c.event.ID())
	require.Equal(t, reply.Data(), c.event.Data())
}

func TestAnswerThatIsNoEventIsADeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	r.answerWith(func(w http.ResponseWriter, c call) {
		if c.path == "/events/a" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"ok":true}`))
		}
	})
	r.accept(t, task("1"))
	require.Equal(t, "/events/a", r.next(t).path)
	dead := r.next(t)
	require.Equal(t, "/events/deadletters", dead.path)
	why, err := base64.StdEncoding.DecodeString(fmt.Sprint(dead.event.Extensions()["knativeerrordata"]))
	require.NoError(t, err)
	require.Contains(t, string(why), "no CloudEvent")
}

func TestMetricsAreServed(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	r.accept(t, task("1"))
	r.next(t)
	r.stop()
	text := render(r.bridge.Handler(), "/metrics")
	for _, line := range []string{"nudge_bridge_published_total 1", `nudge_bridge_delivered_total{trigger="a"} 1`, `nudge_bridge_lag{trigger="a"} 0`} {
		require.Contains(t, strings.Split(text, "\n"), line)
	}
}
