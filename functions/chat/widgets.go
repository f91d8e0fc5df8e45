package chat

import (
	"fmt"
	"strings"

	"function/shared/assistant"
	"function/shared/chatkit"
	"function/shared/todo"
)

// The actions of the widgets' buttons.
const (
	actionComplete = "task.complete"
	actionReopen   = "task.reopen"
	actionOpen     = "task.open" // the page's own
	actionUndo     = "changeset.undo"
	actionConfirm  = "pending.confirm"
	actionCancel   = "pending.cancel"
	actionPick     = "choice.pick"
)

// widget is what a part of an answer looks like, and what copying it gives.
type widget struct {
	root chatkit.Root
	copy string
}

func widgetsOf(p assistant.Part) []widget {
	switch {
	case p.Task != nil:
		return []widget{{taskCard(*p.Task), copyOf(*p.Task)}}
	case p.List != nil:
		return listOf(*p.List)
	case p.Preview != nil:
		return []widget{{previewCard(*p.Preview), copyOf(p.Preview.List.Cards...)}}
	case p.Choices != nil:
		return []widget{{choicesCard(*p.Choices), copyOf(p.Choices.List.Cards...)}}
	}
	return nil
}

func cardID(taskID string) string { return "task-" + taskID }

// taskCard shows a task with its facts, a line each, and what can be done.
func taskCard(c assistant.Card) chatkit.Card {
	t := c.Task
	head := []chatkit.Node{chatkit.Title(t.Title)}
	switch {
	case t.Trashed():
		head = append(head, chatkit.Badge("deleted", "danger"))
	case t.Status == todo.StatusCompleted:
		head = append(head, chatkit.Badge("done", "success"))
	}
	if t.Priority != todo.PriorityMedium {
		head = append(head, priorityBadge(t.Priority))
	}
	card := chatkit.NewCard(cardID(t.ID), chatkit.Row(head...))
	add := func(n chatkit.Node) { card.Children = append(card.Children, n) }
	if t.Description != "" {
		add(chatkit.Text(t.Description))
	}
	if c.Words.Due != "" {
		add(chatkit.Row(chatkit.Icon("calendar"), dueText(c.Words)))
	}
	if c.Words.Rule != "" {
		add(chatkit.Row(chatkit.Icon("repeat"), chatkit.Text(c.Words.Rule)))
	}
	for _, r := range c.Words.Reminders {
		add(chatkit.Row(chatkit.Icon("bell"), chatkit.Text(r)))
	}
	if len(t.Tags) > 0 {
		row := chatkit.Row()
		for _, tag := range t.Tags {
			row.Children = append(row.Children, chatkit.Badge("#"+tag, "secondary"))
		}
		add(row)
	}
	if buttons := taskButtons(c); len(buttons) > 0 {
		add(chatkit.Row(buttons...))
	}
	return card
}

func taskButtons(c assistant.Card) []chatkit.Node {
	t := c.Task
	payload := map[string]any{"id": t.ID, "version": t.Version}
	var buttons []chatkit.Node
	switch {
	case t.Trashed():
	case t.Status == todo.StatusOpen:
		buttons = append(buttons, chatkit.Button("Complete", "primary", chatkit.ActionConfig{Type: actionComplete, Payload: payload}))
	case c.ChangeSet == "":
		buttons = append(buttons, chatkit.Button("Open again", "secondary", chatkit.ActionConfig{Type: actionReopen, Payload: payload}))
	}
	if c.ChangeSet != "" {
		buttons = append(buttons, undoButton(c.ChangeSet))
	}
	return buttons
}

func undoButton(changeSet string) chatkit.Node {
	return chatkit.Button("Undo", "secondary", chatkit.ActionConfig{Type: actionUndo, Payload: map[string]any{"id": changeSet}})
}

func priorityBadge(p todo.Priority) chatkit.Node {
	if p == todo.PriorityHigh {
		return chatkit.Badge(string(p), "danger")
	}
	return chatkit.Badge(string(p), "secondary")
}

func dueText(w assistant.Words) chatkit.Words {
	text := chatkit.Text(w.Due)
	if w.Overdue {
		text.Color = "danger"
	}
	return text
}

// listOf shows tasks that open in the page, and the undo of what was done to them
// together.
func listOf(l assistant.List) []widget {
	list := chatkit.NewList("")
	for _, c := range l.Cards {
		list.Children = append(list.Children, chatkit.Item(cardID(c.Task.ID),
			&chatkit.ActionConfig{Type: actionOpen, Payload: map[string]any{"id": c.Task.ID}, Handler: "client"}, line(c)...))
	}
	if l.More > 0 {
		list.Status = &chatkit.WidgetStatus{Text: fmt.Sprintf("The first %d of %d", len(l.Cards), len(l.Cards)+l.More)}
	}
	widgets := []widget{{list, copyOf(l.Cards...)}}
	if len(l.Cards) > 0 && l.Cards[0].ChangeSet != "" {
		together := fmt.Sprintf("%d tasks changed together", len(l.Cards)+l.More)
		widgets = append(widgets, widget{chatkit.NewCard("", chatkit.Row(chatkit.Caption(together), undoButton(l.Cards[0].ChangeSet))), together})
	}
	return widgets
}

// line is a task in a list.
func line(c assistant.Card) []chatkit.Node {
	nodes := []chatkit.Node{chatkit.Text(c.Task.Title)}
	switch {
	case c.Task.Trashed():
		nodes = append(nodes, chatkit.Badge("deleted", "danger"))
	case c.Task.Status == todo.StatusCompleted:
		nodes = append(nodes, chatkit.Badge("done", "success"))
	}
	if c.Task.Priority != todo.PriorityMedium {
		nodes = append(nodes, priorityBadge(c.Task.Priority))
	}
	if c.Words.Due != "" {
		due := chatkit.Caption(c.Words.Due)
		due.Color = dueText(c.Words).Color
		nodes = append(nodes, due)
	}
	if c.Words.Rule != "" {
		nodes = append(nodes, chatkit.Icon("repeat"))
	}
	for _, tag := range c.Task.Tags {
		nodes = append(nodes, chatkit.Badge("#"+tag, "secondary"))
	}
	return []chatkit.Node{chatkit.Row(nodes...)}
}

func previewCard(p assistant.Preview) chatkit.Card {
	card := chatkit.NewCard("pending-"+p.Pending, chatkit.Title(p.Title))
	for _, c := range p.List.Cards {
		card.Children = append(card.Children, line(c)...)
	}
	if p.List.More > 0 {
		card.Children = append(card.Children, chatkit.Caption(fmt.Sprintf("and %d more", p.List.More)))
	}
	payload := map[string]any{"id": p.Pending}
	card.Confirm = &chatkit.Labelled{Label: p.Confirm, Action: chatkit.ActionConfig{Type: actionConfirm, Payload: payload}}
	card.Cancel = &chatkit.Labelled{Label: "Cancel", Action: chatkit.ActionConfig{Type: actionCancel, Payload: payload}}
	return card
}

func choicesCard(ch assistant.Choices) chatkit.Card {
	card := chatkit.NewCard("pending-" + ch.Pending)
	for _, c := range ch.List.Cards {
		label := c.Task.Title
		if c.Words.Due != "" {
			label += " · " + c.Words.Due
		}
		card.Children = append(card.Children, chatkit.Button(label, "secondary",
			chatkit.ActionConfig{Type: actionPick, Payload: map[string]any{"id": ch.Pending, "task": c.Task.ID}}))
	}
	return card
}

func copyOf(cards ...assistant.Card) string {
	var lines []string
	for _, c := range cards {
		text := c.Task.Title
		if c.Words.Due != "" {
			text += " — " + c.Words.Due
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}
