package tasks

import (
	"net/url"
	"strconv"
)

// nextLink is the Link header (RFC 8288) to the page that follows.
func nextLink(in *listInput, after string) string {
	query := url.Values{"limit": {strconv.Itoa(in.Limit)}, "after": {after}}
	for name, value := range map[string]string{"view": in.View, "filter": in.Filter, "q": in.Q, "parent": in.Parent, "sort": in.Sort} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for _, tag := range in.Tag {
		query.Add("tag", tag)
	}
	return `</api/tasks?` + query.Encode() + `>; rel="next"`
}
