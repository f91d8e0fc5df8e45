package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"text/template"
)

// Channels says how people are reached.
type Channels struct {
	// VAPIDPrivateKey identifies the server to push services (RFC 8292): 32 bytes in
	// base64url. Empty: there is no web push.
	VAPIDPrivateKey string `envconfig:"VAPID_PRIVATE_KEY" secret:"true"`
	// VAPIDSubject is whom a push service can write to: an e-mail address or https URL.
	VAPIDSubject string `envconfig:"VAPID_SUBJECT" default:"nudge@localhost"`
	// Bindings are Dapr output bindings that people may choose: a JSON object from a name
	// to an Output. On a cluster it is a key of the functions' secret.
	Bindings string `envconfig:"CHANNEL_BINDINGS" secret:"true"`
	// AllowPrivate lets webhooks and push services be at private addresses, and speak
	// plain http: for development.
	AllowPrivate bool `envconfig:"OUTBOUND_ALLOW_PRIVATE"`
}

// Output is a Dapr output binding as a channel. Metadata and Data are templates
// (text/template) over .Title, .Text, .Link, .Address, .Key and .Message (JSON).
type Output struct {
	Binding   string            `json:"binding"`             // the component
	Operation string            `json:"operation,omitempty"` // create if absent
	Label     string            `json:"label"`               // for people
	Hint      string            `json:"hint,omitempty"`      // what an address looks like
	Pattern   string            `json:"pattern,omitempty"`   // what an address must match, whole
	Metadata  map[string]string `json:"metadata,omitempty"`
	Data      string            `json:"data,omitempty"` // .Message if absent

	address  *regexp.Regexp
	metadata map[string]*template.Template
	data     *template.Template
}

// Message is what the templates see.
type Message struct{ Title, Text, Link, Address, Key, Message string }

// anyAddress is what an address must match where nothing else is said: no character in
// it means anything in a URL or header.
const anyAddress = `[A-Za-z0-9+@._-]{1,200}`

// Outputs reads Bindings.
func (c Channels) Outputs() (map[string]Output, error) {
	list := map[string]Output{}
	if c.Bindings == "" {
		return list, nil
	}
	decoder := json.NewDecoder(bytes.NewBufferString(c.Bindings))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("not a JSON object of bindings: %w", err)
	}
	for name, o := range list {
		if err := o.prepare(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list[name] = o
	}
	return list, nil
}

func (o *Output) prepare() (err error) {
	if o.Binding == "" || o.Label == "" {
		return fmt.Errorf("binding and label must be said")
	}
	if o.Operation == "" {
		o.Operation = "create"
	}
	if o.Pattern == "" {
		o.Pattern = anyAddress
	}
	if o.address, err = regexp.Compile(`^(?:` + o.Pattern + `)$`); err != nil {
		return err
	}
	if o.Data == "" {
		o.Data = "{{.Message}}"
	}
	if o.data, err = parseTemplate(o.Data); err != nil {
		return err
	}
	o.metadata = map[string]*template.Template{}
	for key, text := range o.Metadata {
		if o.metadata[key], err = parseTemplate(text); err != nil {
			return err
		}
	}
	return nil
}

// parseTemplate reads a template, and tries it: a wrong name is found at the start, not at night.
func parseTemplate(text string) (*template.Template, error) {
	t, err := template.New("").Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	return t, t.Execute(&bytes.Buffer{}, Message{})
}

// Accepts reports whether an address is one of the binding's.
func (o Output) Accepts(address string) bool { return o.address.MatchString(address) }

// Fill makes what the binding is called with.
func (o Output) Fill(m Message) (data []byte, metadata map[string]string, err error) {
	metadata = map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(o.metadata)) {
		var out bytes.Buffer
		if err := o.metadata[key].Execute(&out, m); err != nil {
			return nil, nil, err
		}
		metadata[key] = out.String()
	}
	var out bytes.Buffer
	err = o.data.Execute(&out, m)
	return out.Bytes(), metadata, err
}
