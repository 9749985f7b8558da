package handlers

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/pricing"
)

// Bounds of a document that machines send.
const (
	maxDocument = 64 << 10 // bytes of one thing
	maxDepth    = 32       // of nesting: nothing that we read is deeper than five
	maxText     = 1024     // bytes of one text
)

const (
	mediaJSON        = "application/json"
	mediaCloudEvent  = "application/cloudevents+json"
	mediaCloudEvents = "application/cloudevents-batch+json"
)

// readDocument is the body of a request if it is JSON of one of these media types, of at most so many bytes. It gives the
// media type that it is of.
func readDocument(c echo.Context, most int64, media ...string) (raw []byte, of string, err error) {
	of, params, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || !slices.Contains(media, of) || !strings.EqualFold(cmp.Or(params["charset"], "utf-8"), "utf-8") {
		return nil, "", echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	raw, err = readBody(c, most)
	if err != nil {
		return nil, "", err
	}
	return raw, of, checkDocument(raw)
}

// checkDocument refuses what is no JSON, or JSON that nobody should read.
func checkDocument(raw []byte) error {
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return malformed("it is empty")
	case !utf8.Valid(raw):
		return malformed("it is not UTF-8")
	case deeperThan(raw, maxDepth):
		return malformed("it is nested too deep")
	case !json.Valid(raw):
		return malformed("it is not well-formed")
	}
	return nil
}

// readBody is the body as sent, if it has at most so many bytes.
func readBody(c echo.Context, most int64) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, most))
	if err != nil {
		return nil, tooLargeOr(err)
	}
	return raw, nil
}

// malformed refuses a body that is no document of ours at all. What can be read, and is not what it should be, is another
// fault, with the name of the field.
func malformed(problem string) error {
	return &billing.Fault{Kind: billing.Invalid, Code: "json", Args: map[string]any{"problem": problem}}
}

// deeperThan tells whether brackets nest deeper, whatever else is the matter with the document.
func deeperThan(raw []byte, most int) bool {
	depth, quoted, escaped := 0, false, false
	for _, b := range raw {
		switch {
		case escaped:
			escaped = false
		case quoted && b == '\\':
			escaped = true
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{', b == '[':
			if depth++; depth > most {
				return true
			}
		case b == '}', b == ']':
			depth--
		}
	}
	return false
}

// object reads the members of a JSON object into typed values, up to the first that is not what it should be. Names count as
// they are written: "Account" is not "account", and neither may stand there twice. null is as good as absent.
type object struct {
	path string // from the document on, "" for the document itself
	raw  map[string]json.RawMessage
	read map[string]bool
	err  *billing.Fault
}

// readObject takes a well-formed document apart.
func readObject(path string, raw []byte) *object {
	o := &object{path: path, raw: map[string]json.RawMessage{}, read: map[string]bool{}}
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		o.fail("", "field_object")
		return o
	}
	for d.More() {
		var value json.RawMessage
		name, err := d.Token()
		if err = errors.Join(err, d.Decode(&value)); err != nil {
			o.fail("", "field_object")
			return o
		}
		key := fmt.Sprint(name)
		if _, twice := o.raw[key]; twice {
			o.fail(key, "field_repeated")
		}
		o.raw[key] = value
	}
	return o
}

func (o *object) fail(name, code string) {
	if o.err == nil {
		o.err = fieldFault(o.field(name), code)
	}
}

// field is the path of a member, or with "" of the object, short enough to be told.
func (o *object) field(name string) string {
	name = strings.ToValidUTF8(name[:min(len(name), 64)], "")
	if o.path == "" || name == "" {
		return o.path + name
	}
	return o.path + "." + name
}

func fieldFault(field, code string) *billing.Fault {
	return &billing.Fault{
		Kind: billing.Invalid, Code: code, Field: field, Args: map[string]any{"field": cmp.Or(field, "the document"), "max": maxText},
	}
}

// has tells whether a member stands there, null or not.
func (o *object) has(name string) bool {
	_, there := o.raw[name]
	return there
}

// member is a member's value, nil where it is absent or null.
func (o *object) member(name string) json.RawMessage {
	o.read[name] = true
	if raw := o.raw[name]; string(raw) != "null" {
		return raw
	}
	return nil
}

// want makes a fault of the first of these members that is absent or null.
func (o *object) want(names ...string) {
	for _, n := range names {
		if o.member(n) == nil {
			o.fail(n, "field_missing")
		}
	}
}

// text is a string without control characters, "" where it is absent.
func (o *object) text(name string) (s string) {
	raw := o.member(name)
	switch {
	case raw == nil:
		return ""
	case json.Unmarshal(raw, &s) != nil, strings.ContainsFunc(s, unicode.IsControl):
		o.fail(name, "field_text")
		return ""
	case len(s) > maxText:
		o.fail(name, "too_long")
		return ""
	}
	return s
}

// tokens is a count of tokens, a whole number written as one; 0 where it is absent.
func (o *object) tokens(name string) int64 {
	raw := o.member(name)
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n < 0 || n > pricing.MaxTokens || raw[0] == '-' {
		o.fail(name, "usage_tokens")
		return 0
	}
	return n
}

// time is an instant as RFC 3339 writes it, the zero time where it is absent.
func (o *object) time(name string) time.Time {
	text := o.text(name)
	if text == "" && o.member(name) == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Unix() <= 0 {
		o.fail(name, "field_time")
		return time.Time{}
	}
	return t.UTC()
}

// usage is a usage object of the Messages API.
func (o *object) usage(name string) pricing.Usage {
	raw := o.member(name)
	if raw == nil {
		o.fail(name, "field_missing")
		return pricing.Usage{}
	}
	u, err := pricing.ParseMessagesUsage(raw)
	var problem *pricing.UsageError
	if errors.As(err, &problem) {
		if problem.Field != "" {
			name += "." + problem.Field
		}
		o.fail(name, usageCodes[problem.Problem])
	}
	return u
}

var usageCodes = map[pricing.UsageProblem]string{
	pricing.NotObject: "field_object", pricing.Repeated: "field_repeated", pricing.NotCount: "usage_tokens",
	pricing.NotText: "field_text", pricing.SplitSum: "usage_split", pricing.NoTokens: "usage_empty",
}

// fault is the first thing that is not what it should be, or nil.
func (o *object) fault() error {
	if o.err != nil {
		return o.err
	}
	return nil
}

// closed is fault for documents that have no members but those read.
func (o *object) closed() error {
	var unknown []string
	for name := range o.raw {
		if !o.read[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		o.fail(slices.Min(unknown), "field_unknown")
	}
	return o.fault()
}

// elements are those of a JSON array, at most so many; more is a fault.
func elements(raw []byte, most int) (all []json.RawMessage, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('[') {
		return nil, fieldFault("events", "field_array")
	}
	for d.More() {
		if len(all) == most {
			return nil, &billing.Fault{Kind: billing.Invalid, Code: "batch_size", Args: map[string]any{"max": most}}
		}
		var e json.RawMessage
		if err := d.Decode(&e); err != nil {
			return nil, malformed("it is not well-formed")
		}
		all = append(all, e)
	}
	return all, nil
}
