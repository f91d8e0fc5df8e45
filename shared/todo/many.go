package todo

import (
	"context"
	"strings"
)

// pageOfMany is how many tasks are read at once where all are wanted.
const pageOfMany = 200

// Every gives all tasks that a query finds, of every page. CodeTooLarge where they are
// more than most.
func (s *Service) Every(ctx context.Context, owner string, q Query, most int) ([]Details, error) {
	var list []Details
	for q.Limit = pageOfMany; ; {
		page, err := s.Store.List(ctx, owner, q)
		if err != nil {
			return nil, err
		}
		if list = append(list, page.Data...); len(list) > most {
			return nil, Errorf(CodeTooLarge, "more than %d tasks are meant", most)
		}
		if !page.HasMore {
			return list, nil
		}
		q.After = page.After
	}
}

// Named gives the tasks of ids, each once, in no order. CodeNotFound where one of them
// is not there.
func (s *Service) Named(ctx context.Context, owner string, ids []string) ([]Details, error) {
	list, err := s.Store.Tasks(ctx, owner, ids)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(list))
	for _, d := range list {
		there[d.ID] = true
	}
	for _, id := range ids {
		if !there[strings.ToLower(id)] {
			return nil, Errorf(CodeNotFound, "there is no task %s", id)
		}
	}
	return list, nil
}
