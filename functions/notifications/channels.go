package notifications

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/channel"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/webhook"
	"function/shared/webpush"
)

const channelsPath = "/api/notifications/channels"

func (f *function) channelOperations(api huma.API) {
	tag := func(op huma.Operation) huma.Operation { op.Tags = []string{"channels"}; return op }
	huma.Register(api, tag(huma.Operation{OperationID: "list-channel-kinds", Method: http.MethodGet, Path: "/api/notifications/channel-kinds", Summary: "The ways to reach people that this installation offers"}), f.kinds)
	huma.Register(api, tag(huma.Operation{OperationID: "list-channels", Method: http.MethodGet, Path: channelsPath, Summary: "The ways to reach the person, oldest first"}), f.listChannels)
	huma.Register(api, tag(huma.Operation{OperationID: "add-channel", Metadata: httpapi.Refuses(todo.CodeExists, todo.CodeLimitReached), Method: http.MethodPost, Path: channelsPath, Summary: "Add a way to reach the person; it must be verified", DefaultStatus: http.StatusCreated}), f.addChannel)
	huma.Register(api, tag(huma.Operation{OperationID: "get-channel", Method: http.MethodGet, Path: channelsPath + "/{id}", Summary: "A channel"}), f.getChannel)
	huma.Register(api, tag(huma.Operation{OperationID: "edit-channel", Method: http.MethodPatch, Path: channelsPath + "/{id}", Summary: "Change a channel (JSON Merge Patch)"}), f.editChannel)
	huma.Register(api, tag(huma.Operation{OperationID: "delete-channel", Method: http.MethodDelete, Path: channelsPath + "/{id}", Summary: "Remove a channel", DefaultStatus: http.StatusNoContent}), f.removeChannel)
	huma.Register(api, tag(huma.Operation{OperationID: "verify-channel", Method: http.MethodPost, Path: channelsPath + "/{id}/verify", Summary: "Without a code: send one through the channel. With it: prove the address"}), f.verify)
	huma.Register(api, tag(huma.Operation{OperationID: "test-channel", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: channelsPath + "/{id}/test", Summary: "Send a test message now, and say what came of it"}), f.test)
}

// channelBody is a channel as the API shows it.
type channelBody struct {
	ID        string    `json:"id" format:"uuid"`
	Kind      string    `json:"kind" enum:"email,webpush,webhook,binding"`
	Label     string    `json:"label" doc:"The person's own name for it"`
	Address   string    `json:"address" doc:"A mail address, a URL, the endpoint of a push subscription, or what the binding takes"`
	Binding   string    `json:"binding,omitempty" doc:"The binding's name"`
	Secret    string    `json:"secret,omitempty" doc:"Signs what a webhook is sent (Standard Webhooks); shown once, when the channel is added"`
	Enabled   bool      `json:"enabled"`
	Reminders bool      `json:"reminders" doc:"Reminders are wanted here"`
	Digest    bool      `json:"digest" doc:"The daily digest is wanted here"`
	Verified  bool      `json:"verified" doc:"Before it is, only its code is sent there"`
	Failing   string    `json:"failing,omitempty" enum:"refused,unreachable,busy,gone,forbidden,unavailable" doc:"Why the last message did not arrive"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
}

func showChannel(c postgres.Channel) channelBody {
	return channelBody{
		ID: c.ID, Kind: c.Kind, Label: c.Label, Address: c.Address.To, Binding: c.Address.Binding, Enabled: c.Enabled, Reminders: c.Reminders, Digest: c.Digest,
		Verified: c.VerifiedAt != nil, Failing: c.Failing, Version: c.Version, CreatedAt: c.CreatedAt,
	}
}

type kindsOutput struct {
	Body struct {
		Email    bool          `json:"email"`
		WebPush  string        `json:"webpush,omitempty" doc:"The key to subscribe with (applicationServerKey, base64url); absent: there is no web push"`
		Webhook  bool          `json:"webhook"`
		Bindings []bindingBody `json:"bindings" nullable:"false"`
	}
}

type bindingBody struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Hint  string `json:"hint,omitempty" doc:"What an address looks like"`
}

func (f *function) kinds(context.Context, *struct{}) (*kindsOutput, error) {
	out := &kindsOutput{}
	out.Body.Email, out.Body.WebPush, out.Body.Webhook, out.Body.Bindings = true, f.keys.Public(), true, []bindingBody{}
	for name, o := range f.outputs {
		out.Body.Bindings = append(out.Body.Bindings, bindingBody{name, o.Label, o.Hint})
	}
	slices.SortFunc(out.Body.Bindings, func(a, b bindingBody) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

type channelsOutput struct {
	Body struct {
		Data []channelBody `json:"data" nullable:"false"`
	}
}

func (f *function) listChannels(ctx context.Context, _ *struct{}) (*channelsOutput, error) {
	list, err := f.Store.Channels(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	out := &channelsOutput{}
	out.Body.Data = []channelBody{}
	for _, c := range list {
		out.Body.Data = append(out.Body.Data, showChannel(c))
	}
	return out, nil
}

type channelOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     channelBody
}

func answer(c postgres.Channel) *channelOutput {
	return &channelOutput{ETag: httpapi.ETag(c.Version), Body: showChannel(c)}
}

type addInput struct {
	Body struct {
		Kind         string        `json:"kind" enum:"email,webpush,webhook,binding"`
		Label        string        `json:"label,omitempty" maxLength:"100"`
		Address      string        `json:"address,omitempty" maxLength:"2048" doc:"A mail address, an https URL, or what the binding takes"`
		Binding      string        `json:"binding,omitempty" maxLength:"100" doc:"One of channel-kinds"`
		Subscription *subscription `json:"subscription,omitempty" doc:"For webpush: the browser's PushSubscription"`
	}
}

type subscription struct {
	Endpoint       string `json:"endpoint" maxLength:"2048"`
	ExpirationTime *int64 `json:"expirationTime,omitempty" nullable:"true"`
	Keys           struct {
		P256dh string `json:"p256dh" maxLength:"200"`
		Auth   string `json:"auth" maxLength:"100"`
	} `json:"keys"`
}

func (f *function) addChannel(ctx context.Context, in *addInput) (*channelOutput, error) {
	c := postgres.Channel{
		ID: f.NewID(), Owner: httpapi.Owner(ctx), Kind: in.Body.Kind, Label: singleLine(strings.TrimSpace(in.Body.Label)), Enabled: true, Reminders: true, Digest: true,
		Version: 1, CreatedAt: f.Now().UTC().Truncate(time.Microsecond),
	}
	var err error
	if c.Address, err = f.address(in); err == nil {
		err = f.Store.AddChannel(ctx, c)
	}
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	out := answer(c)
	out.Location = channelsPath + "/" + c.ID
	out.Body.Secret = c.Address.Secret
	return out, nil
}

// address checks what a channel is to lead to.
func (f *function) address(in *addInput) (a postgres.Address, err error) {
	b := in.Body
	a.To = strings.TrimSpace(b.Address)
	if (b.Subscription != nil) != (b.Kind == channel.WebPush) {
		return a, todo.Invalid("/subscription", "belongs to webpush, and to it alone")
	}
	switch b.Kind {
	case channel.Email:
		if !isMailAddress(a.To) {
			return a, todo.Invalid("/address", "is no e-mail address")
		}
	case channel.Webhook:
		if err := f.policy.Check(a.To); err != nil {
			return a, todo.Invalid("/address", "%s", err)
		}
		a.Secret = webhook.NewSecret(f.random)
	case channel.WebPush:
		s := b.Subscription
		if f.keys.Public() == "" {
			return a, todo.Invalid("/kind", "web push is not set up here")
		}
		if err := f.policy.Check(s.Endpoint); err != nil {
			return a, todo.Invalid("/subscription/endpoint", "%s", err)
		}
		if err := webpush.CheckSubscription(s.Keys.P256dh, s.Keys.Auth); err != nil {
			return a, todo.Invalid("/subscription/keys", "%s", err)
		}
		a.To, a.P256dh, a.Auth = s.Endpoint, s.Keys.P256dh, s.Keys.Auth
	case channel.Binding:
		output, ok := f.outputs[b.Binding]
		if !ok {
			return a, todo.Invalid("/binding", "is none that is offered here")
		}
		if !output.Accepts(a.To) {
			return a, todo.Invalid("/address", "is no address of %s", output.Label)
		}
		a.Binding = b.Binding
	}
	return a, nil
}

// isMailAddress reports whether text is one address, without a name and in ASCII: the
// mail binding takes no other.
func isMailAddress(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return found && local != "" && domain != "" && len(text) <= 254 && !strings.ContainsAny(text, `;,<>"()[]:\`) && !strings.Contains(domain, "@") &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII })
}

func (f *function) getChannel(ctx context.Context, in *idInput) (*channelOutput, error) {
	c, err := f.Store.Channel(ctx, httpapi.Owner(ctx), in.ID)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	return answer(c), nil
}

type editChannelInput struct {
	PathID
	httpapi.Precondition
	Body struct {
		Label     *string `json:"label,omitempty" maxLength:"100"`
		Enabled   *bool   `json:"enabled,omitempty"`
		Reminders *bool   `json:"reminders,omitempty"`
		Digest    *bool   `json:"digest,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

func (f *function) editChannel(ctx context.Context, in *editChannelInput) (*channelOutput, error) {
	c, err := f.current(ctx, in.ID, in.Precondition)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	if in.Body.Label != nil {
		if c.Label = singleLine(strings.TrimSpace(*in.Body.Label)); !utf8.ValidString(c.Label) {
			return nil, httpapi.Fail(ctx, f.Log, todo.Invalid("/label", "is no text"))
		}
	}
	for _, change := range []struct{ target, value *bool }{{&c.Enabled, in.Body.Enabled}, {&c.Reminders, in.Body.Reminders}, {&c.Digest, in.Body.Digest}} {
		if change.value != nil {
			*change.target = *change.value
		}
	}
	if err := f.Store.SetChannel(ctx, c); err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	return f.getChannel(ctx, &idInput{in.PathID})
}

// current gives a channel that is to be changed, after checking the version.
func (f *function) current(ctx context.Context, id string, p httpapi.Precondition) (postgres.Channel, error) {
	version, err := p.Version()
	if err != nil {
		return postgres.Channel{}, err
	}
	c, err := f.Store.Channel(ctx, httpapi.Owner(ctx), id)
	if err == nil && version != 0 && version != c.Version {
		err = todo.Errorf(todo.CodeVersionMismatch, "version %d was named, the current one is %d", version, c.Version)
	}
	return c, err
}

type removeChannelInput struct {
	PathID
	httpapi.Precondition
}

func (f *function) removeChannel(ctx context.Context, in *removeChannelInput) (*struct{}, error) {
	c, err := f.current(ctx, in.ID, in.Precondition)
	if err == nil {
		err = f.Store.RemoveChannel(ctx, c.Owner, c.ID, c.Version, f.Now())
	}
	return nil, httpapi.Fail(ctx, f.Log, err)
}
