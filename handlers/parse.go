package handlers

import (
	"errors"
	"strconv"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

// Strings become typed values here, or a fault that names the field. A repeated field counts as its first value.

// parseAmount reads an amount as people type it.
func parseAmount(lang views.Lang, field, typed string) (money.Amount, error) {
	a, err := money.ParseInput(typed)
	var in *money.InputError
	if !errors.As(err, &in) {
		return a, err
	}
	f := &billing.Fault{Kind: billing.Invalid, Field: field, Code: "amount_" + string(in.Kind)}
	if s := in.SuggestionsIn(lang.Tag()); len(s) == 2 {
		f.Args = map[string]any{"first": s[0], "second": s[1]}
	}
	return 0, f
}

// parseOptionalAmount is parseAmount for a field that may be left empty, which is 0.
func parseOptionalAmount(lang views.Lang, field, typed string) (money.Amount, error) {
	if typed == "" {
		return 0, nil
	}
	return parseAmount(lang, field, typed)
}

// parseLimit reads a monthly limit. Nothing is chosen for the subscriber.
func parseLimit(lang views.Lang, kindField, amountField string, c echo.Context) (billing.Limit, error) {
	switch c.FormValue(kindField) {
	case "unlimited":
		return billing.Limit{Kind: billing.Unlimited}, nil
	case "amount":
		a, err := parseAmount(lang, amountField, c.FormValue(amountField))
		return billing.Limit{Kind: billing.LimitAmount, Amount: a}, err
	}
	return billing.Limit{}, &billing.Fault{Kind: billing.Invalid, Field: kindField, Code: "limit_kind_missing"}
}

// parseReload reads an auto-reload rule; switched off it has no amounts.
func parseReload(lang views.Lang, switchField string, c echo.Context) (billing.ReloadRule, error) {
	if c.FormValue(switchField) != "on" {
		return billing.ReloadRule{}, nil
	}
	threshold, err := parseAmount(lang, "threshold", c.FormValue("threshold"))
	if err != nil {
		return billing.ReloadRule{}, err
	}
	target, err := parseAmount(lang, "target", c.FormValue("target"))
	return billing.ReloadRule{On: true, Threshold: threshold, Target: target}, err
}

// parseVersion reads the version of the settings that a form was made from; anything else than one is -1, which fits none.
func parseVersion(c echo.Context) int64 {
	v, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil || v < 0 {
		return -1
	}
	return v
}

// field is a form field as typed, with the fault if it is about this field.
func field(c echo.Context, lang views.Lang, name string, f *billing.Fault) views.Field {
	out := views.Field{Name: name, Value: c.FormValue(name)}
	if f != nil && f.Field == name {
		out.Error = lang.Fault(f.Code, f.Args)
	}
	return out
}
