// Package chatkit is the server side of the ChatKit protocol, as openai/chatkit-python
// 1.6 speaks it: the requests, the events of a stream, items, pages and widgets, and
// how they are written. It knows no tasks and no storage.
//
// Fields of the protocol are in snake_case, those inside widgets in camelCase. What
// has no value is left out, never null. Times are RFC 3339 with an offset.
package chatkit
