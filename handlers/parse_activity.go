package handlers

import (
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// parseActivityFilter reads the filter of a list of requests. Days are those of the reader's zone; the last one is included.
func parseActivityFilter(lang views.Lang, c echo.Context) (f billing.ActivityFilter, err error) {
	if f.From, err = parseDay(lang, "from", c.QueryParam("from")); err != nil {
		return f, err
	}
	last, err := parseDay(lang, "to", c.QueryParam("to"))
	if err != nil {
		return f, err
	}
	if !last.IsZero() {
		f.To = last.AddDate(0, 0, 1)
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return f, &billing.Fault{Kind: billing.Invalid, Field: "to", Code: "days_reversed"}
	}
	f.Month, f.Model, f.HoldID = c.QueryParam("month"), c.QueryParam("model"), strings.TrimSpace(c.QueryParam("hold"))
	f.CoveredBy = billing.CoveredBy(c.QueryParam("covered"))
	switch f.CoveredBy {
	case "", billing.CoveredByPlan, billing.CoveredByExtra, billing.CoveredByAbsorbed:
	default:
		return f, &billing.Fault{Kind: billing.Invalid, Field: "covered", Code: "choice_unknown"}
	}
	if !idLike.MatchString(f.HoldID) {
		return f, &billing.Fault{Kind: billing.Invalid, Field: "hold", Code: "hold_malformed"}
	}
	return f, nil
}

// idLike is what any id of ours looks like; none at all is one as well.
var idLike = regexp.MustCompile(`^[A-Za-z0-9_-]{0,200}$`)

// parseDay reads a calendar day; none is the zero time.
func parseDay(lang views.Lang, field, typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, typed, lang.Zone())
	if err != nil || day.Year() < 1970 {
		return time.Time{}, &billing.Fault{Kind: billing.Invalid, Field: field, Code: "day_malformed"}
	}
	return day, nil
}
