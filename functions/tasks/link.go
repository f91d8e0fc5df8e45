package tasks

import (
	"net/url"
	"strconv"
)

// nextLink is the Link header (RFC 8288) to the page that follows.
func nextLink(in *listInput, after string) string {
	query := url.Values{"view": {in.View}, "limit": {strconv.Itoa(in.Limit)}, "after": {after}}
	if in.Q != "" {
		query.Set("q", in.Q)
	}
	for _, tag := range in.Tag {
		query.Add("tag", tag)
	}
	return `</api/tasks?` + query.Encode() + `>; rel="next"`
}
