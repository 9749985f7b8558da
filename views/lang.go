package views

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"extrausage/money"
)

// Lang is a language and a time zone: all a view needs to word a value. It is a value, safe to copy. The zero Lang is
// English in UTC.
type Lang struct {
	tag       string
	zone      *time.Location
	localizer *i18n.Localizer
}

// NewLang makes a Lang. A tag other than "it" is English; a nil zone is UTC.
func NewLang(tag string, zone *time.Location) Lang {
	if tag != "it" {
		tag = "en"
	}
	if zone == nil {
		zone = time.UTC
	}
	return Lang{tag: tag, zone: zone, localizer: i18n.NewLocalizer(catalogue(), tag)}
}

// Tag is the language, as the html element's lang attribute says it.
func (l Lang) Tag() string {
	if l.tag == "" {
		return "en"
	}
	return l.tag
}

// Zone is the time zone instants are shown in.
func (l Lang) Zone() *time.Location {
	if l.zone == nil {
		return time.UTC
	}
	return l.zone
}

// T is the message id with values filled in, given as pairs: T("usage.session_reached", "When", t). Amounts, instants and
// counts among the values are worded as [Lang.Money], [Lang.DateTime] and [Lang.Int] do.
func (l Lang) T(id string, args ...any) string {
	return l.message(&i18n.LocalizeConfig{MessageID: id, TemplateData: l.values(args)})
}

// N is the message id in the plural form that n asks for. The message may show n as {{.Count}}.
func (l Lang) N(id string, n int, args ...any) string {
	data := l.values(args)
	data["Count"] = l.Int(n)
	return l.message(&i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: n})
}

func (l Lang) message(config *i18n.LocalizeConfig) string {
	localizer := l.localizer
	if localizer == nil {
		localizer = NewLang(l.tag, l.zone).localizer
	}
	text, tag, err := localizer.LocalizeWithTag(config)
	switch {
	case err != nil:
		return missing(config.MessageID, err.Error())
	case tag.String() != l.Tag():
		return missing(config.MessageID, "not in "+l.Tag())
	case strings.Contains(text, "<no value>"):
		return missing(config.MessageID, "a value is missing: "+text)
	}
	return text
}

func (l Lang) values(args []any) map[string]any {
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = l.worded(args[i+1])
	}
	return data
}

func (l Lang) worded(value any) any {
	switch v := value.(type) {
	case money.Amount:
		return l.Money(v)
	case time.Time:
		return l.DateTime(v)
	case int:
		return l.Int(v)
	case int64:
		return l.Int64(v)
	}
	return value
}

// Money is an exact amount: "$1,234.50", "$1.234,50".
func (l Lang) Money(a money.Amount) string { return a.Format(l.Tag()) }

// MoneyRound is an amount for summaries, in whole cents.
func (l Lang) MoneyRound(a money.Amount) string { return a.Round(l.Tag()) }

// AmountField is an amount as a form field shows it, without "$": "1,234.50" in English, "1.234,50" in Italian.
func (l Lang) AmountField(a money.Amount) string { return strings.Replace(l.Money(a), "$", "", 1) }

// Int is a count with its groups of three parted.
func (l Lang) Int(n int) string { return l.Int64(int64(n)) }

// Int64 is [Lang.Int] for large counts, such as tokens.
func (l Lang) Int64(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	separator := ","
	if l.Tag() == "it" {
		separator = "."
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return sign + digits
}

// Percent is a whole percentage; Italian and English write it alike.
func (l Lang) Percent(n int) string { return l.Int(n) + "%" }

// And joins words to "a, b and c".
func (l Lang) And(words ...string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + l.T("base.and") + " " + words[last]
}
