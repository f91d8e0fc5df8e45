package main

import (
	"container/heap"
	"context"
	"runtime"
	"time"
)

// event is something that happens at an instant of the world's time.
type event struct {
	at  time.Time
	seq int // what was planned first happens first
	do  func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].seq < a[j].seq
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// scheduler runs processes one at a time: each runs until it yields, so whatever looks
// concurrent happens in an order that the seed decides.
type scheduler struct {
	now     time.Time
	agenda  agenda
	seq     int
	waiting []*process // for an instant or a signal
	live    []*process
	current *process
}

// process is a goroutine that runs only while the scheduler waits for it.
type process struct {
	name     string
	instance *instance // nil: it is not of a process that may crash
	resume   chan struct{}
	yielded  chan struct{}
	dying    bool // its instance crashed: nothing that it does has an effect
	ended    bool
	woken    <-chan struct{}
	due      int // the seq of the event that resumes it
	onEnd    func()
	begun    time.Time
}

type processKey struct{}

func processOf(ctx context.Context) *process {
	p, _ := ctx.Value(processKey{}).(*process)
	return p
}

// at plans something.
func (s *scheduler) at(instant time.Time, do func()) int {
	if instant.Before(s.now) {
		instant = s.now
	}
	s.seq++
	heap.Push(&s.agenda, event{instant, s.seq, do})
	return s.seq
}

func (s *scheduler) after(d time.Duration, do func()) { s.at(s.now.Add(d), do) }

// start begins a process now.
func (s *scheduler) start(name string, i *instance, work func(context.Context), onEnd func()) {
	p := &process{name: name, instance: i, resume: make(chan struct{}), yielded: make(chan struct{}), onEnd: onEnd, begun: s.now}
	s.live = append(s.live, p)
	ctx := context.WithValue(context.Background(), processKey{}, p)
	go func() {
		<-p.resume
		defer func() {
			p.ended = true
			p.yielded <- struct{}{}
		}()
		work(ctx)
	}()
	s.step(p)
}

// step lets a process run until it yields or ends.
func (s *scheduler) step(p *process) {
	if p.ended {
		return
	}
	s.current = p
	p.resume <- struct{}{}
	<-p.yielded
	s.current = nil
	if !p.ended {
		return
	}
	for i, other := range s.live {
		if other == p {
			s.live = append(s.live[:i], s.live[i+1:]...)
			break
		}
	}
	if p.onEnd != nil {
		p.onEnd()
	}
}

// sleep yields until an instant, or until woken is sent to. It is called by the
// process itself.
func (s *scheduler) sleep(p *process, instant time.Time, woken <-chan struct{}) {
	if p.dying {
		return
	}
	due := s.seq + 1
	p.due = s.at(instant, func() { s.resume(p, due) })
	if woken != nil {
		p.woken = woken
		s.waiting = append(s.waiting, p)
	}
	p.yielded <- struct{}{}
	<-p.resume
}

// resume lets a sleeping process go on, unless something else did before.
func (s *scheduler) resume(p *process, due int) {
	if p.ended || p.due != due || due == 0 {
		return
	}
	p.due = 0
	s.stopWaiting(p)
	s.step(p)
}

func (s *scheduler) stopWaiting(p *process) {
	p.woken = nil
	for i, other := range s.waiting {
		if other == p {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			return
		}
	}
}

// wakeSignalled lets those go on whose signal came.
func (s *scheduler) wakeSignalled() bool {
	for _, p := range s.waiting {
		if len(p.woken) > 0 {
			<-p.woken
			s.resume(p, p.due)
			return true
		}
	}
	return false
}

// runUntil lets everything happen that is planned up to an instant.
func (s *scheduler) runUntil(end time.Time) {
	for {
		for s.wakeSignalled() {
		}
		if len(s.agenda) == 0 || s.agenda[0].at.After(end) {
			s.now = end
			return
		}
		next := heap.Pop(&s.agenda).(event)
		s.now = next.at
		next.do()
	}
}

// crash ends the processes of an instance: what they go on to do has no effect.
func (s *scheduler) crash(i *instance) {
	var its []*process
	for _, p := range s.live {
		if p.instance == i {
			p.dying = true
			its = append(its, p)
		}
	}
	for _, p := range its {
		for !p.ended {
			s.stopWaiting(p)
			p.due = 0
			s.step(p)
		}
	}
}

// die ends the calling process at once.
func die(p *process) {
	p.dying = true
	runtime.Goexit()
}
