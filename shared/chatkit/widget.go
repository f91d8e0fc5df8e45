package chatkit

// Root is a whole widget: a Card or a ListView.
type Root interface{ root() }

// Node is a component inside a widget.
type Node interface{ node() }

// ActionConfig says what a component does when it is used. Handler "client" leaves it
// to the page; empty is the server.
type ActionConfig struct {
	Type    string         `json:"type"`
	Payload map[string]any `json:"payload,omitempty"`
	Handler string         `json:"handler,omitempty"`
}

// Labelled is a button of a card's foot.
type Labelled struct {
	Label  string       `json:"label"`
	Action ActionConfig `json:"action"`
}

// WidgetStatus is the small line over a widget.
type WidgetStatus struct {
	Text string `json:"text"`
}

// Card is a widget of its own.
type Card struct {
	Type     string    `json:"type"`
	ID       string    `json:"id,omitempty"`
	Children []Node    `json:"children"`
	Confirm  *Labelled `json:"confirm,omitempty"`
	Cancel   *Labelled `json:"cancel,omitempty"`
}

// ListView is a list of items that can be clicked.
type ListView struct {
	Type     string         `json:"type"`
	ID       string         `json:"id,omitempty"`
	Status   *WidgetStatus  `json:"status,omitempty"`
	Children []ListViewItem `json:"children"`
}

// ListViewItem is one line of a ListView.
type ListViewItem struct {
	Type          string        `json:"type"`
	ID            string        `json:"id,omitempty"`
	Children      []Node        `json:"children"`
	OnClickAction *ActionConfig `json:"onClickAction,omitempty"`
}

// Box is a Row or a Col.
type Box struct {
	Type     string `json:"type"`
	Gap      int    `json:"gap,omitempty"`
	Align    string `json:"align,omitempty"`
	Wrap     string `json:"wrap,omitempty"`
	Children []Node `json:"children"`
}

// Words is a Title, Text or Caption.
type Words struct {
	Type  string `json:"type"`
	Value string `json:"value"`
	Color string `json:"color,omitempty"`
	Size  string `json:"size,omitempty"`
}

// Label is a Badge.
type Label struct {
	Type  string `json:"type"`
	Label string `json:"label"`
	Color string `json:"color,omitempty"`
}

// Symbol is an Icon.
type Symbol struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// Press is a Button.
type Press struct {
	Type          string        `json:"type"`
	Label         string        `json:"label"`
	Style         string        `json:"style,omitempty"`
	Size          string        `json:"size,omitempty"`
	OnClickAction *ActionConfig `json:"onClickAction,omitempty"`
}

func (Card) root()     {}
func (ListView) root() {}

func (Box) node()    {}
func (Words) node()  {}
func (Label) node()  {}
func (Symbol) node() {}
func (Press) node()  {}

// NewCard makes a card of its parts.
func NewCard(id string, children ...Node) Card {
	return Card{Type: "Card", ID: id, Children: children}
}

// NewList makes a ListView.
func NewList(id string, items ...ListViewItem) ListView {
	if items == nil {
		items = []ListViewItem{}
	}
	return ListView{Type: "ListView", ID: id, Children: items}
}

// Item makes a line of a list.
func Item(id string, action *ActionConfig, children ...Node) ListViewItem {
	return ListViewItem{Type: "ListViewItem", ID: id, Children: children, OnClickAction: action}
}

// Row puts components side by side, wrapping where there is no room.
func Row(children ...Node) Box {
	return Box{Type: "Row", Gap: 2, Align: "center", Wrap: "wrap", Children: children}
}

// Title is a heading; like all words in widgets it is plain, Markdown stays as written.
func Title(value string) Words { return Words{Type: "Title", Value: value, Size: "sm"} }

// Text is the body size.
func Text(value string) Words { return Words{Type: "Text", Value: value} }

// Caption is small and quiet.
func Caption(value string) Words { return Words{Type: "Caption", Value: value} }

// Badge is a small label; color is secondary, success, danger, warning, info or discovery.
func Badge(label, color string) Label { return Label{Type: "Badge", Label: label, Color: color} }

// Icon is one of the protocol's icons.
func Icon(name string) Symbol { return Symbol{Type: "Icon", Name: name} }

// Button does something when pressed.
func Button(label, style string, action ActionConfig) Press {
	return Press{Type: "Button", Label: label, Style: style, Size: "sm", OnClickAction: &action}
}

// Still is a widget as it was read from storage.
type Still struct{ Widget map[string]any }

func (Still) root() {}

// MarshalJSON gives the widget.
func (s Still) MarshalJSON() ([]byte, error) { return Marshal(s.Widget) }
