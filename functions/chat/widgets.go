package chat

import (
	"strings"

	"function/shared/assistant"
	"function/shared/assistant/catalog"
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

// labels makes widgets in one language.
type labels struct{ *catalog.Catalog }

func (l labels) widgetsOf(p assistant.Part) []widget {
	switch {
	case p.Task != nil:
		return []widget{{l.taskCard(*p.Task), copyOf(*p.Task)}}
	case p.List != nil:
		return l.listOf(*p.List)
	case p.Preview != nil:
		return []widget{{l.previewCard(*p.Preview), copyOf(p.Preview.List.Cards...)}}
	case p.Choices != nil:
		return []widget{{choicesCard(*p.Choices), copyOf(p.Choices.List.Cards...)}}
	}
	return nil
}

func cardID(taskID string) string { return "task-" + taskID }

// taskCard shows a task with its facts, a line each, and what can be done.
func (l labels) taskCard(c assistant.Card) chatkit.Card {
	t := c.Task
	head := []chatkit.Node{chatkit.Title(t.Title)}
	switch {
	case t.Trashed():
		head = append(head, chatkit.Badge(l.Text("label.deleted"), "danger"))
	case t.Status == todo.StatusCompleted:
		head = append(head, chatkit.Badge(l.Text("label.done"), "success"))
	}
	if t.Priority != todo.PriorityMedium {
		head = append(head, l.priorityBadge(t.Priority))
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
	if buttons := l.taskButtons(c); len(buttons) > 0 {
		add(chatkit.Row(buttons...))
	}
	return card
}

func (l labels) taskButtons(c assistant.Card) []chatkit.Node {
	t := c.Task
	payload := map[string]any{"id": t.ID, "version": t.Version}
	var buttons []chatkit.Node
	switch {
	case t.Trashed():
	case t.Status == todo.StatusOpen:
		buttons = append(buttons, chatkit.Button(l.Text("label.complete"), "primary", chatkit.ActionConfig{Type: actionComplete, Payload: payload}))
	case c.ChangeSet == "":
		buttons = append(buttons, chatkit.Button(l.Text("label.reopen"), "secondary", chatkit.ActionConfig{Type: actionReopen, Payload: payload}))
	}
	if c.ChangeSet != "" {
		buttons = append(buttons, l.undoButton(c.ChangeSet))
	}
	return buttons
}

func (l labels) undoButton(changeSet string) chatkit.Node {
	return chatkit.Button(l.Text("label.undo"), "secondary", chatkit.ActionConfig{Type: actionUndo, Payload: map[string]any{"id": changeSet}})
}

func (l labels) priorityBadge(p todo.Priority) chatkit.Node {
	if p == todo.PriorityHigh {
		return chatkit.Badge(l.Text("label.high"), "danger")
	}
	return chatkit.Badge(l.Text("label.low"), "secondary")
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
func (l labels) listOf(shown assistant.List) []widget {
	list := chatkit.NewList("")
	for _, c := range shown.Cards {
		list.Children = append(list.Children, chatkit.Item(cardID(c.Task.ID),
			&chatkit.ActionConfig{Type: actionOpen, Payload: map[string]any{"id": c.Task.ID}, Handler: "client"}, l.line(c)...))
	}
	if shown.More > 0 {
		list.Status = &chatkit.WidgetStatus{Text: l.Text("label.first", "shown", len(shown.Cards), "n", len(shown.Cards)+shown.More)}
	}
	widgets := []widget{{list, copyOf(shown.Cards...)}}
	if len(shown.Cards) > 0 && shown.Cards[0].ChangeSet != "" {
		together := l.Text("label.together", "n", len(shown.Cards)+shown.More)
		widgets = append(widgets, widget{chatkit.NewCard("", chatkit.Row(chatkit.Caption(together), l.undoButton(shown.Cards[0].ChangeSet))), together})
	}
	return widgets
}

// line is a task in a list.
func (l labels) line(c assistant.Card) []chatkit.Node {
	nodes := []chatkit.Node{chatkit.Text(c.Task.Title)}
	switch {
	case c.Task.Trashed():
		nodes = append(nodes, chatkit.Badge(l.Text("label.deleted"), "danger"))
	case c.Task.Status == todo.StatusCompleted:
		nodes = append(nodes, chatkit.Badge(l.Text("label.done"), "success"))
	}
	if c.Task.Priority != todo.PriorityMedium {
		nodes = append(nodes, l.priorityBadge(c.Task.Priority))
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

func (l labels) previewCard(p assistant.Preview) chatkit.Card {
	card := chatkit.NewCard("pending-"+p.Pending, chatkit.Title(p.Title))
	for _, c := range p.List.Cards {
		card.Children = append(card.Children, l.line(c)...)
	}
	if p.List.More > 0 {
		card.Children = append(card.Children, chatkit.Caption(l.Text("label.more", "n", p.List.More)))
	}
	payload := map[string]any{"id": p.Pending}
	card.Confirm = &chatkit.Labelled{Label: p.Confirm, Action: chatkit.ActionConfig{Type: actionConfirm, Payload: payload}}
	card.Cancel = &chatkit.Labelled{Label: l.Text("label.cancel"), Action: chatkit.ActionConfig{Type: actionCancel, Payload: payload}}
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
