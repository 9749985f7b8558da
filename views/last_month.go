package views

import "extrausage/money"

// summary says in a sentence what the month came to, and who bore it.
func (p LastMonthProps) summary(l Lang) string {
	said := l.T("pricing.month_summary", "Month", l.Month(p.Month), "Total", p.Total, "Plan", p.Parts.Plan, "Extra", p.Parts.Extra)
	if p.Parts.Absorbed > 0 {
		said += " " + l.T("pricing.month_absorbed", "Absorbed", p.Parts.Absorbed)
	}
	return said
}

// changed tells whether the page's rates are others than those of the month.
func (p LastMonthProps) changed() bool {
	return p.Total != money.Sum(p.Parts.Plan, p.Parts.Extra, p.Parts.Absorbed)
}
