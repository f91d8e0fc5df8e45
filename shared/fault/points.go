package fault

import "context"

// BeforeCommit is the point right before a transaction is sent. An error means that
// nothing was sent.
func (f *Faults) BeforeCommit(ctx context.Context) error {
	if f == nil {
		return nil
	}
	if _, on := f.strike(KillBeforeCommit); on {
		f.kill(ctx)
	}
	if _, on := f.strike(FailBeforeCommit); on {
		return injected(FailBeforeCommit)
	}
	return nil
}

// AfterCommit is the point right after a transaction was committed. An error means
// that the caller is not to know that it was.
func (f *Faults) AfterCommit(ctx context.Context) error {
	if f == nil {
		return nil
	}
	if _, on := f.strike(KillAfterCommit); on {
		f.kill(ctx)
	}
	if _, on := f.strike(UnknownCommit); on {
		return injected(UnknownCommit)
	}
	return nil
}

// Publish sends an event by way of the faults: late, out of turn, refused, lost, or
// several times. The event counts as sent when the first of its copies is.
func (f *Faults) Publish(ctx context.Context, send func(context.Context) error) error {
	if f == nil {
		return send(ctx)
	}
	if _, on := f.strike(KillBeforePublish); on {
		f.kill(ctx)
	}
	for _, kind := range []Kind{DelayPublish, ReorderPublish} {
		if r, on := f.strike(kind); on {
			if err := f.wait(ctx, r.duration); err != nil {
				return err
			}
		}
	}
	if _, on := f.strike(FailPublish); on {
		return injected(FailPublish)
	}
	if _, on := f.strike(LosePublish); on {
		return nil
	}
	if err := send(ctx); err != nil {
		return err
	}
	if r, on := f.strike(DuplicatePublish); on {
		for range r.count {
			_ = send(ctx) // one copy less is no loss
		}
	}
	if _, on := f.strike(KillAfterPublish); on {
		f.kill(ctx)
	}
	return nil
}

// Status is a provider's refusal, as an HTTP status.
type Status int

// Error implements error.
func (s Status) Error() string {
	if s == tooMany {
		return "the provider answered 429 (injected)"
	}
	return "the provider answered 503 (injected)"
}

const (
	tooMany     Status = 429
	unavailable Status = 503
)

// Provider calls a provider of notifications by way of the faults. What it makes up is
// a Status, or context.DeadlineExceeded where the call was made and its answer lost.
func (f *Faults) Provider(ctx context.Context, call func(context.Context) error) error {
	if f == nil {
		return call(ctx)
	}
	if _, on := f.strike(ProviderLimited); on {
		return tooMany
	}
	if _, on := f.strike(ProviderDown); on {
		return unavailable
	}
	if err := call(ctx); err != nil {
		return err
	}
	if _, on := f.strike(ProviderLost); on {
		return context.DeadlineExceeded
	}
	return nil
}
