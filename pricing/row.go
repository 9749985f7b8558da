package pricing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"extrausage/money"
)

// Unit sanity: what a million tokens may cost. A rate outside is taken for one in
// another unit (per token, per thousand tokens, in cents) and refused.
const (
	minInputPerMTok = money.Cent
	maxInputPerMTok = 1_000 * money.Dollar
	minPerMTok      = money.Cent / 10 // of the other classes: a cache read is a tenth of input
	maxPerMTok      = 10_000 * money.Dollar
)

// parseRow reads the fields of one line. A problem that is not "" says why the line
// cannot be used.
func parseRow(fields []string) (r row, problem string) {
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	r = row{
		model: fields[0],
		ids:   strings.Fields(fields[1]),
		class: Class(fields[2]),
		tier:  Tier(fields[3]),
	}
	for _, problem := range []string{
		r.namesProblem(),
		r.kindProblem(),
		r.setRate(fields[4]),
		r.setDates(fields[5], fields[6]),
	} {
		if problem != "" {
			return row{}, problem
		}
	}
	return r, ""
}

func (r *row) namesProblem() string {
	if r.model == "" || strings.ContainsAny(r.model, "\r\n") {
		return "the model's name is missing or has a line break"
	}
	if len(r.ids) == 0 {
		return "the model's API ids are missing"
	}
	for i, id := range r.ids {
		if slices.Contains(r.ids[:i], id) {
			return fmt.Sprintf("API id %q stands there twice", id)
		}
	}
	return ""
}

func (r *row) kindProblem() string {
	if !slices.Contains(Classes, r.class) {
		return fmt.Sprintf("unknown token class %q, want one of %q", r.class, Classes)
	}
	if tiers := []Tier{TierAny, TierUpTo200K, TierOver200K}; !slices.Contains(tiers, r.tier) {
		return fmt.Sprintf("unknown prompt tier %q, want one of %q", r.tier, tiers)
	}
	return ""
}

// setRate reads dollars per million tokens, which must make whole nanos per token.
func (r *row) setRate(usdPerMTok string) string {
	perMTok, err := money.ParseDecimal(usdPerMTok)
	if err != nil {
		return err.Error()
	}
	if perMTok <= 0 {
		return "a rate must be above zero"
	}
	lowest, highest := minPerMTok, maxPerMTok
	if r.class == Input {
		lowest, highest = minInputPerMTok, maxInputPerMTok
	}
	if perMTok < lowest || perMTok > highest {
		return fmt.Sprintf("a million tokens of %s cost $%s to $%s: is the unit right?",
			r.class, lowest.Decimal(), highest.Decimal())
	}
	const tokensPerMTok = 1_000_000
	if perMTok%tokensPerMTok != 0 {
		return "a token would cost a fraction of a nano-dollar: at most 3 decimals"
	}
	r.perMTok, r.perToken = perMTok, perMTok/tokensPerMTok
	return ""
}

// setDates reads the half-open time for which the rate holds.
func (r *row) setDates(from, to string) string {
	var problem string
	if r.from, problem = parseDate(from); problem != "" {
		return "effective_from: " + problem
	}
	if r.to, problem = parseDate(to); problem != "" {
		return "effective_to: " + problem
	}
	if !r.to.IsZero() && !r.from.Before(r.to) {
		return "effective_to must be after effective_from"
	}
	return ""
}

// parseDate reads a day, which begins at midnight UTC, or an instant; "" is the zero time.
func parseDate(s string) (date time.Time, problem string) {
	if s == "" {
		return time.Time{}, ""
	}
	date, err := time.Parse(time.DateOnly, s)
	if err != nil {
		date, err = time.Parse(time.RFC3339, s)
	}
	if err != nil || date.Year() < 2000 {
		return time.Time{}, fmt.Sprintf("%q is not a date like 2025-11-01 or 2025-11-01T09:00:00Z from 2000 on", s)
	}
	return date.UTC(), ""
}
