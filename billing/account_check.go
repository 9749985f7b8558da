package billing

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	_ "time/tzdata" // zones are known on machines without a zone database too

	"extrausage/models"
)

// Bounds of what people type, in characters.
const (
	maxEmailLength   = 254
	maxTextLength    = 200
	maxAddressLength = 500
	maxTaxIDLength   = 50
	maxReasonLength  = 500
	maxTicketLength  = 100
)

// defaultLocale and defaultZone are what an account begins with where nobody said otherwise.
const (
	defaultLocale = "en"
	defaultZone   = "UTC"
)

// accountIDs is the grammar of the ids that callers choose.
var accountIDs = regexp.MustCompile(`^[A-Za-z0-9_-]{3,64}$`)

// NormalEmail is e-mail as accounts are known by it: without space around it, in lower case.
func NormalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// checkEmail refuses what is not one plain address. It takes a normalised e-mail.
func checkEmail(field, email string) error {
	a, err := mail.ParseAddress(email)
	_, domain, _ := strings.Cut(email, "@")
	if err != nil || a.Address != email || len(email) > maxEmailLength || domain == "" || domain == closedDomain || strings.ContainsFunc(email, notInEmail) {
		return invalid(field, "email_invalid")
	}
	return nil
}

// notInEmail are characters that an address may hold when quoted, which nobody's does but an attacker's.
func notInEmail(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"\()<>,;:[]`, r) || r == utf8.RuneError
}

func checkLocale(locale string) error {
	if locale != "en" && locale != "it" {
		return invalid("locale", "locale_unknown")
	}
	return nil
}

// checkZone takes names of the IANA database. "Local" is none: it means another zone on every machine.
func checkZone(name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return invalid("time_zone", "time_zone_unknown")
	}
	return nil
}

func checkPlan(plan string) error {
	if plan != "" && plan != planMax20x {
		return invalid("plan", "plan_unknown")
	}
	return nil
}

// checkLength refuses text that is longer than most characters.
func checkLength(field, text string, most int) error {
	if utf8.RuneCountInString(text) > most {
		f := invalid(field, "too_long")
		f.Args = map[string]any{"max": most}
		return f
	}
	return nil
}

// oneLine is text without what no database or page should have to hold: control characters, broken UTF-8, space around it.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "")))
}

// lines is oneLine for text of several lines.
func lines(text string) string {
	var out []string
	for l := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		out = append(out, oneLine(l))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// clip is the beginning of a line of text, at most so many characters.
func clip(text string, most int) string {
	r := []rune(oneLine(text))
	return string(r[:min(len(r), most)])
}

// maskEmail is e-mail as others than its owner may see it: m•••@example.org.
func maskEmail(email string) string {
	local, domain, found := strings.Cut(email, "@")
	if !found || local == "" {
		return "•••"
	}
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "•••@" + domain
}

// monthNow is the billing month that now falls in, worked out from the newest one kept: reading does not roll months.
func monthNow(b *models.BillingMonth, zoneName string, now models.Instant) (start, end models.Instant) {
	start, end = b.StartsAt, b.EndsAt
	for now >= end {
		start, end = nextMonth(start, end, zone(zoneName))
	}
	return start, end
}
