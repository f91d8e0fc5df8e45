package bridge

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

const (
	defaultTimeout  = time.Minute      // of one delivery, where the manifest says none
	defaultPatience = time.Minute      // the most a Retry-After is waited for, where the manifest says nothing
	longestBackoff  = 30 * time.Second // of what is retried for as long as it takes
)

// policy is a delivery spec made ready: how often and when an event is sent again.
type policy struct {
	retries  int
	backoff  func(attempt int) time.Duration // before the attempt after this one, the first being 1
	timeout  time.Duration
	patience time.Duration
}

// newPolicy merges a trigger's delivery with its broker's, field by field, as Knative's
// Kafka broker does.
func newPolicy(trigger, broker delivery) (policy, error) {
	d := merge(trigger, broker)
	p := policy{timeout: defaultTimeout, patience: defaultPatience, backoff: func(int) time.Duration { return 0 }}
	if d.Retry != nil {
		if p.retries = *d.Retry; p.retries < 0 {
			return policy{}, fmt.Errorf("delivery.retry is negative: %d", p.retries)
		}
	}
	var delay time.Duration
	for _, field := range []struct {
		name, text string
		into       *time.Duration
	}{
		{"backoffDelay", d.BackoffDelay, &delay}, {"timeout", d.Timeout, &p.timeout}, {"retryAfterMax", d.RetryAfterMax, &p.patience},
	} {
		if field.text == "" {
			continue
		}
		var err error
		if *field.into, err = parseDuration(field.text); err != nil {
			return policy{}, fmt.Errorf("delivery.%s: %w", field.name, err)
		}
	}
	switch d.BackoffPolicy {
	case "exponential":
		p.backoff = func(attempt int) time.Duration { return scale(delay, math.Exp2(float64(attempt))) }
	case "linear":
		p.backoff = func(attempt int) time.Duration { return scale(delay, float64(attempt)) }
	case "":
	default:
		return policy{}, fmt.Errorf("delivery.backoffPolicy is %q; it may be exponential or linear", d.BackoffPolicy)
	}
	return p, nil
}

func merge(trigger, broker delivery) delivery {
	d := trigger
	if d.Retry == nil {
		d.Retry = broker.Retry
	}
	for _, f := range []struct{ own, other *string }{
		{&d.BackoffPolicy, &broker.BackoffPolicy},
		{&d.BackoffDelay, &broker.BackoffDelay},
		{&d.Timeout, &broker.Timeout},
		{&d.RetryAfterMax, &broker.RetryAfterMax},
	} {
		if *f.own == "" {
			*f.own = *f.other
		}
	}
	if d.DeadLetterSink.empty() {
		d.DeadLetterSink = broker.DeadLetterSink
	}
	return d
}

// wait is how long to hold back before the attempt after this one: the back-off, or what
// the answer's Retry-After asks for if that is longer.
func (p policy) wait(attempt int, retryAfter time.Duration) time.Duration {
	return max(p.backoff(attempt), min(retryAfter, p.patience))
}

// retriable reports whether Knative sends an event again after this status
// (knative/specs, eventing data plane, "Event Acknowledgement and Delivery Retry").
func retriable(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

// retryAfter reads the header of a 429 or 503: seconds or an HTTP date (RFC 9110, 10.2.3).
func retryAfter(r *http.Response, now time.Time) time.Duration {
	if r.StatusCode != http.StatusTooManyRequests && r.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	text := r.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return scale(time.Second, float64(max(seconds, 0)))
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

var iso8601 = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// parseDuration reads an ISO 8601 duration in days or less, like PT0.2S.
func parseDuration(text string) (time.Duration, error) {
	parts := iso8601.FindStringSubmatch(text)
	if parts == nil || text[len(text)-1] == 'P' || text[len(text)-1] == 'T' {
		return 0, fmt.Errorf("%q is no ISO 8601 duration of days, hours, minutes and seconds, like PT0.2S", text)
	}
	var total float64
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if parts[i+1] != "" {
			n, err := strconv.ParseFloat(parts[i+1], 64)
			if err != nil {
				return 0, err
			}
			total += n * float64(unit)
		}
	}
	return scale(1, total), nil
}

// scale multiplies without overflow.
func scale(d time.Duration, by float64) time.Duration {
	if product := float64(d) * by; product < math.MaxInt64 {
		return time.Duration(product)
	}
	return math.MaxInt64
}

// growing doubles from first up to the longest back-off; the first attempt is 1.
func growing(first time.Duration, attempt int) time.Duration {
	return min(scale(first, math.Exp2(float64(attempt-1))), longestBackoff)
}
