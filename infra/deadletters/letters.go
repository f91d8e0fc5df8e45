package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"function/shared/outbox"
	"function/shared/postgres"
	"function/shared/todo"
)

const page = 200 // letters read at a time

// each goes through the letters that arguments name.
func (c *command) each(ctx context.Context, which postgres.Letters, do func(postgres.DeadLetter) error) error {
	for after := int64(0); ; {
		list, err := c.store.DeadLetterPage(ctx, which, after, page)
		if err != nil {
			return err
		}
		for _, letter := range list {
			if err := do(letter); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
		after = list[len(list)-1].ID
	}
}

func (c *command) list(ctx context.Context, a arguments) error {
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	n := 0
	err := c.each(ctx, a.which, func(l postgres.DeadLetter) error {
		if n == 0 {
			_, _ = fmt.Fprintln(table, "ID\tRECEIVED\tTIMES\tCODE\tTYPE\tREFUSED BY\tSTATE")
		}
		n++
		_, err := fmt.Fprintf(table, "%d\t%s\t%d\t%s\t%s\t%s\t%s\n", l.ID, l.ReceivedAt.UTC().Format(time.RFC3339), l.Times, code(l), l.Type, l.Destination, state(l))
		return err
	})
	if err != nil {
		return err
	}
	if n == 0 {
		_, err = fmt.Fprintln(c.out, "no dead letters")
		return err
	}
	return table.Flush()
}

// code says how a letter was refused.
func code(l postgres.DeadLetter) string {
	if l.Code <= 0 {
		return "none" // nobody answered
	}
	return fmt.Sprint(l.Code)
}

func state(l postgres.DeadLetter) string {
	switch {
	case l.ReplayedAt == nil:
		return "waiting"
	case l.Open():
		return "came back"
	default:
		return "replayed"
	}
}

func (c *command) letter(ctx context.Context, id int64) (postgres.DeadLetter, error) {
	l, err := c.store.DeadLetter(ctx, id)
	if todo.CodeOf(err) == todo.CodeNotFound {
		return l, fmt.Errorf("there is no letter %d; list --replayed shows all", id)
	}
	return l, err
}

func (c *command) show(ctx context.Context, id int64) error {
	l, err := c.letter(ctx, id)
	if err != nil {
		return err
	}
	replayed := "never"
	if l.ReplayedAt != nil {
		replayed = l.ReplayedAt.UTC().Format(time.RFC3339)
	}
	for _, line := range [][2]string{
		{"id", fmt.Sprint(l.ID)}, {"state", state(l)}, {"received", l.ReceivedAt.UTC().Format(time.RFC3339)}, {"times", fmt.Sprint(l.Times)}, {"replayed", replayed},
		{"refused by", l.Destination + "   (knativeerrordest)"}, {"code", code(l) + "   (knativeerrorcode)"}, {"answer", l.Data + "   (knativeerrordata)"},
	} {
		if _, err := fmt.Fprintf(c.out, "%-11s %s\n", line[0], line[1]); err != nil {
			return err
		}
	}
	var event map[string]any
	if err := json.Unmarshal(l.Event, &event); err != nil {
		return fmt.Errorf("the kept event does not parse: %w", err)
	}
	text, err := json.MarshalIndent(event, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "event\n%s\n", text)
	return err
}

func (c *command) replay(ctx context.Context, a arguments) error {
	sender, err := c.sender()
	if err != nil {
		return err
	}
	sent := 0
	send := func(l postgres.DeadLetter) error {
		if err := c.send(ctx, sender, l); err != nil {
			return fmt.Errorf("letter %d was not sent (%d were): %w", l.ID, sent, err)
		}
		sent++
		return nil
	}
	if len(a.ids) == 0 {
		err = c.each(ctx, a.which, send)
	}
	for _, id := range a.ids {
		var l postgres.DeadLetter
		if l, err = c.letter(ctx, id); err == nil {
			err = send(l)
		}
		if err != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "sent %d again; a letter that comes back shows in list\n", sent)
	return err
}

// send sends one letter and notes when: the instant before it was sent, so that one that
// comes back at once is seen to have come back.
func (c *command) send(ctx context.Context, sender *outbox.Sender, l postgres.DeadLetter) error {
	event, err := clean(l.Event)
	if err != nil {
		return err
	}
	at := c.now()
	if err := sender.Send(ctx, event); err != nil {
		return err
	}
	return c.store.MarkReplayed(ctx, l.ID, at)
}

// added are extensions that a broker put on the event on its way.
var added = []string{"knativeerrordest", "knativeerrorcode", "knativeerrordata", "knativekafkapartition", "knativekafkaoffset", "knativearrivaltime"}

// clean gives the event as its sender made it.
func clean(structured []byte) ([]byte, error) {
	var event map[string]json.RawMessage
	if err := json.Unmarshal(structured, &event); err != nil {
		return nil, fmt.Errorf("the kept event does not parse: %w", err)
	}
	for name := range event {
		if slices.Contains(added, strings.ToLower(name)) {
			delete(event, name)
		}
	}
	return json.Marshal(event)
}
