package assistant

import (
	"errors"
	"strings"

	"function/shared/todo"
)

// excuse turns errors that a person can do something about into sentences. Others are
// returned.
func (s *session) excuse(err error) error {
	var known *todo.Error
	var mine *excused
	if errors.As(err, &mine) {
		s.say(mine.key, mine.holes...)
		return nil
	}
	if !errors.As(err, &known) {
		return err
	}
	switch known.Code {
	case todo.CodeInvalid:
		s.sayInvalid(known)
	case todo.CodeConflict, todo.CodeNotPossible, todo.CodeExists, todo.CodeLimitReached, todo.CodeInProgress:
		if strings.HasPrefix(s.step, stepUndo) {
			s.say("error.undo")
			break
		}
		s.say("error.conflict")
	case todo.CodeTooLarge:
		s.say("error.other")
	case todo.CodeVersionMismatch:
		s.say("error.version")
	case todo.CodeNotFound:
		s.say("error.not_found")
	case todo.CodeDuplicate:
		s.say("error.duplicate")
	default:
		return err
	}
	return nil
}

// excused is what keeps an act from being done, as a sentence of the catalog.
type excused struct {
	key   string
	holes []any
}

// Error implements error.
func (e *excused) Error() string { return e.key }

func excuse(key string, holes ...any) error { return &excused{key, holes} }

// stepUndo begins the steps that take something back.
const stepUndo = "undo"

// sayInvalid says which rule of the domain was broken, by the field that it is about.
func (s *session) sayInvalid(e *todo.Error) {
	key := "error.other"
	if len(e.Fields) > 0 {
		for part := range strings.SplitSeq(e.Fields[0].Pointer, "/") {
			switch part {
			case "title", "tags", "due", "recurrence", "until", "time_zone":
				key = "error." + part
			case "reminders":
				key = "error.reminder"
			case "subtasks":
				s.say("error.subtasks", "n", todo.MaxDepth)
				return
			default:
				continue
			}
			break
		}
	}
	s.say(key)
}
