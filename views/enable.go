package views

import "strings"

// enableStep is a step of enabling, in order.
type enableStep int

const (
	stepCard enableStep = iota
	stepPreferences
	stepUnlimited // shown within the preferences: not everybody meets it
	stepReview
)

var enableListed = []enableStep{stepCard, stepPreferences, stepReview}

// listed is the entry of the step list that a step belongs to.
func (s enableStep) listed() enableStep {
	if s == stepUnlimited {
		return stepPreferences
	}
	return s
}

func (s enableStep) label() string {
	switch s {
	case stepCard:
		return "enable.step_card"
	case stepReview:
		return "enable.step_review"
	}
	return "enable.step_preferences"
}

// back is the page before.
func (s enableStep) back() string {
	switch s {
	case stepCard:
		return "/settings/usage"
	case stepPreferences:
		return "/settings/usage/enable/payment-method"
	}
	return "/settings/usage/enable/preferences"
}

// errors are in the order of the fields on the page.
func (p EnablePreferencesProps) errors() []FormError {
	return append(problems(p.Problem), Errors(p.LimitKind, p.LimitAmount, p.AutoReload, p.Threshold, p.Target, p.FirstPurchase, p.Continue)...)
}

// Rows are the terms as the review page shows them.
func (t EnableTerms) Rows(l Lang) []Fact {
	return []Fact{
		{Name: l.T("enable.row_card"), Value: t.Card.Short()},
		{Name: l.T("usage.limit_section"), Value: t.limitText(l)},
		{Name: l.T("usage.reload_section"), Value: t.reloadText(l)},
		{Name: l.T("enable.row_purchase"), Value: t.purchaseText(l)},
		{Name: l.T("enable.row_reload_now"), Value: t.reloadNowText(l)},
		{Name: l.T("enable.row_worst"), Value: t.worstText(l)},
		{Name: l.T("usage.continue_section"), Value: t.continueText(l)},
		{Name: l.T("enable.row_rates"), Value: l.T("enable.rates_text")},
		{Name: l.T("enable.row_stop"), Value: l.T("enable.stop_text")},
	}
}

func (t EnableTerms) limitText(l Lang) string {
	if t.Limit.Kind == LimitAmount {
		return l.T("enable.limit_value", "Limit", t.Limit.Amount)
	}
	return l.T("enable.unlimited_value")
}

func (t EnableTerms) reloadText(l Lang) string {
	if !t.ReloadOn {
		return l.T("usage.reload_is_off")
	}
	return reloadRule(l, &t.Card, t.Limit, t.Figures, "Threshold", t.Threshold, "Target", t.Target)
}

func (t EnableTerms) purchaseText(l Lang) string {
	if t.FirstPurchase == 0 {
		return l.T("enable.purchase_none", "Balance", l.MoneyRound(t.Balance))
	}
	return l.T("enable.purchase_value", "Amount", t.FirstPurchase, "Card", t.Card.Short(), "Balance", l.MoneyRound(t.Balance.Add(t.FirstPurchase)))
}

func (t EnableTerms) reloadNowText(l Lang) string {
	if t.ReloadNow == 0 {
		return l.T("enable.reload_now_none")
	}
	return l.T("enable.reload_now_value", "Amount", t.ReloadNow, "Card", t.Card.Short(), "Threshold", t.Threshold)
}

func (t EnableTerms) worstText(l Lang) string {
	switch {
	case !t.Bounded:
		return l.T("enable.worst_unbounded", "Ceiling", t.Figures.DailyCeiling)
	case t.WorstCase == 0:
		return l.T("enable.worst_nothing")
	case !t.ReloadOn:
		return l.T("enable.worst_manual", "Amount", t.WorstCase)
	}
	return l.T("enable.worst_value", "Amount", t.WorstCase)
}

func (t EnableTerms) continueText(l Lang) string {
	return UsageStatus{Preference: t.Continue, Limit: t.Limit}.continueSentence(l)
}

// Button is what the button says: the obligation itself.
func (t EnableTerms) Button(l Lang) string {
	if t.Limit.Kind == LimitAmount {
		return l.T("enable.button", "Limit", t.Limit.Amount)
	}
	return l.T("enable.button_unlimited")
}

// Text is the terms as they are kept with the consent: one line for each row.
func (t EnableTerms) Text(l Lang) string {
	var lines []string
	for _, row := range t.Rows(l) {
		lines = append(lines, row.Name+": "+row.Value)
	}
	return strings.Join(lines, "\n")
}
