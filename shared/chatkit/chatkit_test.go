package chatkit_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/chatkit"
)

var at = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))

func TestAStreamIsWhatTheProtocolSays(t *testing.T) {
	recorder := httptest.NewRecorder()
	stream := chatkit.NewStream(recorder)
	require.False(t, stream.Started())
	require.NoError(t, stream.Send(chatkit.ThreadCreated(chatkit.NewThread("thr_1", "", at))))
	require.NoError(t, stream.Send(chatkit.Options(false)))
	base := chatkit.Base{ID: "msg_1", ThreadID: "thr_1", CreatedAt: at}
	require.NoError(t, stream.Message(chatkit.NewAssistantMessage(base, chatkit.OutputText("a < b\nc"))))
	require.NoError(t, stream.Send(chatkit.Failed("no", true)))
	require.Equal(t, "text/event-stream", recorder.Header().Get("Content-Type"))
	require.True(t, recorder.Flushed)
	require.Equal(t, strings.Join([]string{
		`data: {"type":"thread.created","thread":{"id":"thr_1","created_at":"2026-11-23T09:00:00+01:00","status":{"type":"active"},"metadata":{},"items":{"data":[],"has_more":false}}}`,
		`data: {"type":"stream_options","stream_options":{"allow_cancel":false}}`,
		`data: {"type":"thread.item.added","item":{"id":"msg_1","thread_id":"thr_1","created_at":"2026-11-23T09:00:00+01:00","type":"assistant_message","content":[]}}`,
		`data: {"type":"thread.item.updated","item_id":"msg_1","update":{"type":"assistant_message.content_part.added","content_index":0,"content":{"type":"output_text","text":"","annotations":[]}}}`,
		`data: {"type":"thread.item.updated","item_id":"msg_1","update":{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"a < b\n"}}`,
		`data: {"type":"thread.item.updated","item_id":"msg_1","update":{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":"c"}}`,
		`data: {"type":"thread.item.updated","item_id":"msg_1","update":{"type":"assistant_message.content_part.done","content_index":0,"content":{"type":"output_text","text":"a < b\nc","annotations":[]}}}`,
		`data: {"type":"thread.item.done","item":{"id":"msg_1","thread_id":"thr_1","created_at":"2026-11-23T09:00:00+01:00","type":"assistant_message","content":[{"type":"output_text","text":"a < b\nc","annotations":[]}]}}`,
		`data: {"type":"error","code":"stream.error","message":"no","allow_retry":true}`,
	}, "\n\n")+"\n\n", recorder.Body.String())
}

func TestWidgetsLeaveOutWhatTheyDoNotHave(t *testing.T) {
	card := chatkit.NewCard("task-1", chatkit.Row(chatkit.Title("pay rent"), chatkit.Badge("high", "danger")),
		chatkit.Button("Complete", "primary", chatkit.ActionConfig{Type: "task.complete", Payload: map[string]any{"id": "1", "version": 2}}))
	text, err := chatkit.Marshal(chatkit.NewWidgetItem(chatkit.Base{ID: "msg_2", ThreadID: "thr_1", CreatedAt: at}, card, ""))
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"msg_2","thread_id":"thr_1","created_at":"2026-11-23T09:00:00+01:00","type":"widget","widget":{"type":"Card","id":"task-1","children":[
		{"type":"Row","gap":2,"align":"center","wrap":"wrap","children":[{"type":"Title","value":"pay rent","size":"sm"},{"type":"Badge","label":"high","color":"danger"}]},
		{"type":"Button","label":"Complete","style":"primary","size":"sm","onClickAction":{"type":"task.complete","payload":{"id":"1","version":2}}}]}}`, string(text))
	text, err = chatkit.Marshal(chatkit.NewList("list"))
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"ListView","id":"list","children":[]}`, string(text))
}

func TestRequestsAreRead(t *testing.T) {
	request, err := chatkit.Decode(strings.NewReader(`{"type":"threads.create","surprise":1,"params":{"input":{"content":[{"type":"input_text","text":"pay "},
		{"type":"input_tag","id":"task_42","text":"rent","data":{},"interactive":true}],"attachments":[],"inference_options":{"model":"x"},"later":true}},"metadata":{"a":1}}`))
	require.NoError(t, err)
	var create chatkit.ThreadsCreate
	require.NoError(t, request.Read(&create))
	require.Equal(t, "pay rent", create.Input.Text())

	request, err = chatkit.Decode(strings.NewReader(`{"type":"threads.list"}`))
	require.NoError(t, err)
	var list chatkit.List
	require.NoError(t, request.Read(&list))
	require.Equal(t, chatkit.DefaultLimit, list.Limit)
	require.True(t, list.Descending())
}

func TestBadRequestsSayWhereAndWhy(t *testing.T) {
	read := func(body string, p func(chatkit.Request) error) *chatkit.BadRequest {
		request, err := chatkit.Decode(strings.NewReader(body))
		if err == nil {
			err = p(request)
		}
		var bad *chatkit.BadRequest
		require.True(t, errors.As(err, &bad), "%s: %v", body, err)
		return bad
	}
	create := func(r chatkit.Request) error { return r.Read(&chatkit.ThreadsCreate{}) }
	add := func(r chatkit.Request) error { return r.Read(&chatkit.ThreadsAddUserMessage{}) }
	items := func(r chatkit.Request) error { return r.Read(&chatkit.List{}) }
	for _, c := range []struct {
		body, pointer string
		read          func(chatkit.Request) error
	}{
		{``, "", create},
		{`{`, "", create},
		{`[]`, "", create},
		{`{"type":"x"} {}`, "", create},
		{`{"params":{}}`, "/type", create},
		{`{"type":7}`, "/type", create},
		{`{"type":"x"}`, "/params/input/content", create},
		{`{"type":"x","params":[]}`, "/params", create},
		{`{"type":"x","params":{"input":{"content":"hello"}}}`, "/params/input/content", create},
		{`{"type":"x","params":{"input":{"content":[{"type":"image","text":""}]}}}`, "/params/input/content/0/type", create},
		{`{"type":"x","params":{"input":{"content":[{"type":"input_text","text":"a\u0000"}]}}}`, "/params/input/content/0/text", create},
		{`{"type":"x","params":{"input":{"content":[{"type":"input_text","text":"a"}],"attachments":["atc_1"]}}}`, "/params/input/attachments", create},
		{`{"type":"x","params":{"input":{"content":[{"type":"input_text","text":"a"}]}}}`, "/params/thread_id", add},
		{`{"type":"x","params":{"thread_id":"thr_1","limit":101}}`, "/params/limit", items},
		{`{"type":"x","params":{"thread_id":"thr_1","order":"up"}}`, "/params/order", items},
		{`{"type":"x","params":{"thread_id":"thr_1","limit":"many"}}`, "/params/limit", items},
	} {
		require.Equal(t, c.pointer, read(c.body, c.read).Pointer, c.body)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"x"}]}}}`)
	f.Fuzz(func(_ *testing.T, body string) {
		if request, err := chatkit.Decode(strings.NewReader(body)); err == nil {
			_ = request.Read(&chatkit.ThreadsAddUserMessage{})
			_ = request.Read(&chatkit.CustomAction{})
			_ = request.Read(&chatkit.List{})
		}
	})
}
