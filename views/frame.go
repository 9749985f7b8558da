package views

import (
	"time"
)

// Frame is what surrounds a page. It is part of every page's props.
type Frame struct {
	Lang Lang
	// Title is the id of the page's title. Pages set their own; a handler sets it only to say something else.
	Title string
	// TitleArgs are the values of Title.
	TitleArgs []any
	// Path is the path of the request: it marks where one is in the navigation, and is where a change of language returns to.
	Path string
	// User is who is signed in; nil when nobody is.
	User *User
	// Notices is how many notices are unread.
	Notices int
	// Flash is what the last change did, told once.
	Flash *Flash
	// TestPayments says that no money moves: the banner on every page.
	TestPayments bool
	// Dev shows links to the development pages.
	Dev bool
	// Now is when the page is rendered.
	Now time.Time
	// Assets are where the page's files are.
	Assets Assets

	failed bool
}

// Assets are the addresses of the files a page loads, content hash included.
type Assets struct {
	CSS  string // app.css
	App  string // app.js
	HTMX string // vendor/htmx
	SSE  string // vendor/hx-sse
	Live string // live.js, of the usage page
	Icon string // icon.svg
}

// User is who is signed in.
type User struct {
	Email string
	// Name may be empty.
	Name string
	// Staff may look at accounts.
	Staff bool
}

// FlashKind is the tone of a notice.
type FlashKind string

// The tones of a notice.
const (
	KindInfo    FlashKind = "info"
	KindSuccess FlashKind = "success"
	KindWarning FlashKind = "warning"
	KindDanger  FlashKind = "danger"
)

// Flash tells what the last change did.
type Flash struct {
	Kind      FlashKind
	MessageID string
	// Args are the message's values, in pairs; amounts and instants are worded by the view.
	Args []any
	// Undo, if set, offers to change it back.
	Undo *Undo
}

// Undo is a button that changes something back: POST to Action with the field change.
type Undo struct {
	Action string // usually /settings/usage/undo
	Change string // which change, as the undo use case knows it
	// LabelID is the message on the button ("Change back to $50.00"), Args its values.
	LabelID string
	Args    []any
}

// Named gives the frame the page's title, unless the handler gave one.
func (f Frame) Named(id string, args ...any) Frame {
	if f.Title == "" {
		f.Title, f.TitleArgs = id, args
	}
	return f
}

// With marks the title of a page whose fields have an error.
func (f Frame) With(fields ...Field) Frame {
	for _, field := range fields {
		f.failed = f.failed || field.Error != ""
	}
	return f
}

// Failed marks the title of a page that reports an error.
func (f Frame) Failed(failed bool) Frame {
	f.failed = f.failed || failed
	return f
}

// DocumentTitle is the text of the title element: "Error: Usage · Extra Usage".
func (f Frame) DocumentTitle() string {
	title := f.Lang.T("base.product")
	if f.Title != "" {
		title = f.Lang.T(f.Title, f.TitleArgs...) + " · " + title
	}
	if f.failed {
		title = f.Lang.T("base.error_prefix") + " " + title
	}
	return title
}
