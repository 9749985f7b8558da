package views

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field is a form field as typed, with what is wrong with it.
type Field struct {
	Name  string
	Value string
	// Error is already worded; empty when nothing is wrong.
	Error string
}

// TextInput is a labelled line of text. Label is required, all else optional.
type TextInput struct {
	Field Field
	// ID is the element's id where the page has several fields of one name; else the field's name.
	ID           string
	Label        string
	Hint         string
	Type         string // "text" if empty
	Autocomplete string
	InputMode    string
	// Prefix and Suffix stand beside the field: "$".
	Prefix, Suffix string
	// Size is "s", "m" or "" for the whole width.
	Size string
	// MaxLength bounds what can be typed; 0 does not.
	MaxLength int
	Required  bool
	// Spell is true where a spelling checker helps.
	Spell bool
}

// AmountInput is a TextInput for dollars: text, because a number field refuses the comma Italian keyboards offer.
func AmountInput(field Field, label, hint string) TextInput {
	return TextInput{Field: field, Label: label, Hint: hint, Prefix: "$", Size: "s", InputMode: "decimal", Autocomplete: "off", MaxLength: 40}
}

// Option is a choice of a group of radio buttons or of a select.
type Option struct {
	Value string
	Label string
	Hint  string
	// More is shown inside the choice while it is chosen, such as an amount field.
	More templ.Component
}

// RadioGroup is one choice of a few. Nothing is chosen unless Field.Value is one of the values.
type RadioGroup struct {
	Field   Field
	ID      string
	Legend  string
	Hint    string
	Options []Option
	// Quiet hides the legend from sight where a heading right above says the same.
	Quiet bool
}

// CheckInput is a checkbox. It is ticked when Field.Value equals Value.
type CheckInput struct {
	Field Field
	ID    string
	Value string
	Label string
	Hint  string
	// More is shown while the box is ticked.
	More templ.Component
}

// SelectInput is one choice of many.
type SelectInput struct {
	Field        Field
	ID           string
	Label        string
	Hint         string
	Options      []Option
	Autocomplete string
	Size         string
}

// AreaInput is several lines of text.
type AreaInput struct {
	Field        Field
	ID           string
	Label        string
	Hint         string
	Rows         int
	Autocomplete string
	MaxLength    int
}

// FormError is a line of an error summary.
type FormError struct {
	// For is the id of the field that mends it; empty for an error of no field.
	For  string
	Text string
}

// Errors collects the errors of fields, for an error summary.
func Errors(fields ...Field) []FormError {
	var errs []FormError
	for _, f := range fields {
		if f.Error != "" {
			errs = append(errs, FormError{For: f.Name, Text: f.Error})
		}
	}
	return errs
}

// ButtonKind is how much weight a button has.
type ButtonKind string

// The kinds of buttons: one primary at most in a form.
const (
	ButtonPrimary   ButtonKind = "primary"
	ButtonSecondary ButtonKind = "secondary"
	ButtonQuiet     ButtonKind = "quiet"
	ButtonDanger    ButtonKind = "danger"
)

func or(id, fallback string) string {
	if id != "" {
		return id
	}
	return fallback
}

func orType(t string) string { return or(t, "text") }

// describedBy lists the ids of what explains a field: its hint, its error.
func describedBy(id, hint, problem string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if problem != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

// describes makes the attributes that tie a field to its hint and error.
func describes(id, hint, problem string) templ.Attributes {
	attrs := templ.Attributes{}
	if by := describedBy(id, hint, problem); by != "" {
		attrs["aria-describedby"] = by
	}
	if problem != "" {
		attrs["aria-invalid"] = "true"
	}
	return attrs
}

// swaps makes the htmx attributes of a form that replaces the element with this id; none without an id.
func swaps(action, target string) templ.Attributes {
	if target == "" {
		return nil
	}
	return templ.Attributes{"hx-post": action, "hx-target": "#" + target, "hx-swap": "outerHTML", "hx-sync": "this:drop"}
}

// optionID is the id of a group's choice; the first has the group's own, where an error summary leads.
func optionID(group string, i int) string {
	if i == 0 {
		return group
	}
	return group + "-" + strconv.Itoa(i+1)
}

func inputAttributes(in TextInput) templ.Attributes {
	attrs := describes(or(in.ID, in.Field.Name), in.Hint, in.Field.Error)
	optional(attrs, "autocomplete", in.Autocomplete)
	optional(attrs, "inputmode", in.InputMode)
	if in.MaxLength > 0 {
		attrs["maxlength"] = strconv.Itoa(in.MaxLength)
	}
	if in.Required {
		attrs["required"] = true
	}
	if !in.Spell {
		attrs["spellcheck"] = "false"
	}
	return attrs
}

func areaAttributes(a AreaInput) templ.Attributes {
	attrs := describes(or(a.ID, a.Field.Name), a.Hint, a.Field.Error)
	optional(attrs, "autocomplete", a.Autocomplete)
	attrs["rows"] = strconv.Itoa(max(2, a.Rows))
	if a.MaxLength > 0 {
		attrs["maxlength"] = strconv.Itoa(a.MaxLength)
	}
	return attrs
}

func optional(attrs templ.Attributes, name, value string) {
	if value != "" {
		attrs[name] = value
	}
}
