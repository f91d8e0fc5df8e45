package main

import (
	"context"
	"fmt"
	"time"

	"function/shared/channel"
	"function/shared/todo"

	store "function/shared/postgres"
)

// person is somebody who uses Nudge; what they know of their tasks they look up.
type person struct {
	owner string
	zone  string
	mail  bool
	tasks int      // made so far: each has a title of its own
	acked []string // change sets that they were told of
}

var zones = []string{"Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe"}

// settle lets people come.
func (w *world) settle() {
	for n := range 2 + w.rng.IntN(2) {
		p := &person{owner: fmt.Sprintf("person-%d", n), zone: zones[w.rng.IntN(len(zones))], mail: n < 2}
		w.people = append(w.people, p)
		w.welcome(p)
		for range 3 {
			w.start("person", w.instances[0], func(ctx context.Context) { w.create(ctx, w.instances[0], p) }, w.reap)
		}
	}
}

// look is what a person sees of their tasks.
type look struct {
	id        string
	completed bool
	trashed   bool
	series    bool
}

func (w *world) look(p *person) []look {
	rows, err := w.worker.db.admin.Query(context.Background(), `SELECT id::text, completed, trashed_at IS NOT NULL, series_id IS NOT NULL FROM tasks WHERE owner = $1 ORDER BY id`, p.owner)
	if err != nil {
		panic(err)
	}
	defer rows.Close()
	var list []look
	for rows.Next() {
		var l look
		if err := rows.Scan(&l.id, &l.completed, &l.trashed, &l.series); err != nil {
			panic(err)
		}
		list = append(list, l)
	}
	return list
}

// act lets somebody do something, now and then two things at once.
func (w *world) act() {
	p := w.people[w.rng.IntN(len(w.people))]
	for range 1 + w.rng.IntN(4)/3 {
		i := w.anyInstance()
		if i == nil {
			return
		}
		i.busy++
		h := i.host
		w.start("person", i, func(ctx context.Context) { w.choose(ctx, i, p) }, func() {
			if i.host == h {
				i.busy--
			}
			w.reap()
		})
	}
}

func (w *world) choose(ctx context.Context, i *instance, p *person) {
	tasks := w.look(p)
	if len(tasks) < 4 || w.chance(0.2) && len(tasks) < 40 {
		w.create(ctx, i, p)
		return
	}
	t := tasks[w.rng.IntN(len(tasks))]
	if w.chance(0.5) { // mostly what is recent and open
		for n := len(tasks) - 1; n >= 0; n-- {
			if t = tasks[n]; !t.completed && !t.trashed && w.chance(0.5) {
				break
			}
		}
	}
	w.change(ctx, i, p, t)
}

func (w *world) change(ctx context.Context, i *instance, p *person, t look) {
	act, target, s := todo.Act{Owner: p.owner, Actor: todo.ActorPerson}, todo.Target{ID: t.id}, i.host.Todo
	switch n := w.rng.IntN(100); {
	case t.trashed:
		w.does(p, "restore", t.id)(s.Restore(ctx, act, target))
	case t.completed && n < 50:
		w.does(p, "reopen", t.id)(s.Reopen(ctx, act, target))
	case n < 38:
		w.does(p, "complete", t.id)(s.Complete(ctx, act, target))
	case n < 50:
		w.does(p, "edit title of", t.id)(s.Edit(ctx, act, t.id, 0, todo.Edit{Priority: todo.Some(todo.PriorityHigh), Description: todo.Some(fmt.Sprint(n))}))
	case n < 60:
		w.does(p, "move", t.id)(s.Edit(ctx, act, t.id, 0, todo.Edit{Due: todo.Some(w.due(p, w.between(time.Minute, 30*time.Hour)))}))
	case n < 67:
		w.does(p, "delete", t.id)(s.Delete(ctx, act, target))
	case n < 80:
		w.undo(ctx, i, p)
	case n < 85:
		w.does(p, "snooze", t.id)(s.Snooze(ctx, act, target, w.clock().Add(w.between(time.Minute, 40*time.Minute))))
	case !t.series:
		w.does(p, "complete", t.id)(s.Complete(ctx, act, target))
	case n < 89:
		w.does(p, "skip", t.id)(s.Skip(ctx, act, target))
	case n < 92:
		w.does(p, "pause", t.id)(s.Pause(ctx, act, target, todo.Pause{Until: w.clock().Add(w.between(30*time.Hour, 100*time.Hour)).Format(time.DateOnly)}))
	case n < 95:
		w.does(p, "resume", t.id)(s.Resume(ctx, act, target))
	default:
		w.does(p, "end the series of", t.id)(s.Edit(ctx, act, t.id, 0, todo.Edit{Recurrence: todo.Some[*todo.NewRecurrence](nil)}))
	}
}

// does keeps what a person was told about an act.
func (w *world) does(p *person, what, id string) func(todo.Result, error) {
	return func(r todo.Result, err error) {
		w.note("%s: %s %s: %s", p.owner, what, id, told(r, err))
		w.count("act: " + what)
		if err == nil && r.ChangeSet.ID != "" {
			p.acked = append(p.acked, r.ChangeSet.ID)
		}
	}
}

func told(r todo.Result, err error) string {
	switch {
	case err != nil:
		return string(todo.CodeOf(err))
	case r.ChangeSet.ID == "":
		return "nothing to do"
	}
	return r.ChangeSet.ID
}

func (w *world) undo(ctx context.Context, i *instance, p *person) {
	if len(p.acked) == 0 {
		return
	}
	id := p.acked[len(p.acked)-1-w.rng.IntN(min(len(p.acked), 4))]
	r, err := i.host.Todo.Undo(ctx, todo.Act{Owner: p.owner, Actor: todo.ActorPerson}, id)
	w.does(p, "undo", id)(r, err)
}

// due is a day, or a minute of one, about so far from now.
func (w *world) due(p *person, from time.Duration) *todo.NewDue {
	zone, err := time.LoadLocation(p.zone)
	if err != nil {
		panic(err)
	}
	at := w.clock().Add(from).In(zone)
	d := &todo.NewDue{Date: at.Format(time.DateOnly), Time: at.Format("15:04"), Zone: p.zone}
	switch w.rng.IntN(5) {
	case 0:
		d.Time = ""
	case 1:
		d.Time = "02:30" // an hour that may not exist, or twice
	}
	return d
}

func (w *world) create(ctx context.Context, i *instance, p *person) {
	p.tasks++
	t := todo.NewTask{Title: fmt.Sprintf("%s-%d", p.owner, p.tasks)}
	soon := w.between(2*time.Minute, 25*time.Minute)
	switch w.rng.IntN(10) {
	case 0, 1, 2, 3:
		t.Due = w.due(p, soon)
		t.Recurrence = w.recurrence(t.Due)
	case 4, 5, 6:
		t.Due = w.due(p, soon+time.Hour)
	}
	if t.Due != nil && w.chance(0.7) {
		t.Reminders = append(t.Reminders, todo.NewReminder{Before: &todo.Before{Duration: w.between(0, 20*time.Minute).Truncate(time.Minute)}})
	}
	if w.chance(0.5) {
		at := w.clock().Add(soon).Truncate(time.Second)
		r := todo.NewReminder{At: &at}
		if w.chance(0.25) {
			r.Repeat = time.Duration(5+w.rng.IntN(15)) * time.Minute
		}
		t.Reminders = append(t.Reminders, r)
	}
	w.does(p, "create", t.Title)(i.host.Todo.Create(ctx, todo.Act{Owner: p.owner, Actor: todo.ActorPerson}, t))
}

// recurrence is one of a few rules that a plain walk over the calendar checks.
func (w *world) recurrence(due *todo.NewDue) *todo.NewRecurrence {
	r := &todo.NewRecurrence{Rule: "FREQ=DAILY"}
	switch w.rng.IntN(5) {
	case 0:
		r.Rule = "FREQ=DAILY;INTERVAL=2"
	case 1:
		r.Rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"
	case 2:
		r.Rule = "FREQ=DAILY;COUNT=3"
	case 3:
		until, err := time.Parse(time.DateOnly, due.Date)
		if err != nil {
			panic(err)
		}
		r.Rule = "FREQ=DAILY;UNTIL=" + until.AddDate(0, 0, 2).Format("20060102")
	}
	switch w.rng.IntN(4) {
	case 0:
		r.CatchUp = todo.CatchUpEach
	case 1:
		r.FromCompletion = r.Rule == "FREQ=DAILY" || r.Rule == "FREQ=DAILY;INTERVAL=2"
	}
	return r
}

// wish asks for a reminder some minutes from now.
func (w *world) wish(ctx context.Context, i *instance, p *person) {
	p.tasks++
	at := w.clock().Add(w.between(time.Minute, 15*time.Minute)).Truncate(time.Second)
	t := todo.NewTask{Title: fmt.Sprintf("%s-%d", p.owner, p.tasks), Reminders: []todo.NewReminder{{At: &at}}}
	w.does(p, "create", t.Title)(i.host.Todo.Create(ctx, todo.Act{Owner: p.owner, Actor: todo.ActorPerson}, t))
}

// welcome gives a person their settings.
func (w *world) welcome(p *person) {
	prefs := todo.DefaultPreferences(p.owner)
	prefs.TimeZone = p.zone
	i, now := w.instances[1], w.clock()
	w.start("person", i, func(ctx context.Context) {
		_, err := i.host.Todo.SetPreferences(ctx, prefs)
		if p.mail && err == nil {
			err = i.host.Store.AddChannel(ctx, store.Channel{
				ID: w.newID(), Owner: p.owner, Kind: channel.Email, Address: store.Address{To: p.owner + "@example.test"},
				Enabled: true, Reminders: true, VerifiedAt: &now, CreatedAt: now,
			})
		}
		w.note("%s comes: %s", p.owner, todo.CodeOf(err))
	}, w.reap)
}
