package views

import "extrausage/money"

// Titled is the page's frame with its title.
func (p ReceiptProps) Titled() Frame {
	return p.Frame.Named("billing.receipt_title", "Number", p.Number)
}

// Titled is the page's frame with its title.
func (p InvoiceProps) Titled() Frame {
	id, args := p.heading()
	return p.Frame.Named(id, args...)
}

// heading is the message that heads an invoice: one that is not issued has no number, and says so.
func (p InvoiceProps) heading() (string, []any) {
	switch p.State {
	case InvoicePreview:
		return "billing.invoice_title_preview", []any{"Month", p.month()}
	case InvoiceClosing:
		return "billing.invoice_title_closing", []any{"Month", p.month()}
	}
	return "billing.invoice_title", []any{"Number", p.Number}
}

// month names the billing month. Its middle tells: after a change of the billing zone it begins some hours off.
func (p InvoiceProps) month() string {
	return p.Frame.Lang.Month(p.Starts.Add(p.Ends.Sub(p.Starts) / 2))
}

// closingLabel names the last line of the balance: that of a running month is not the closing one.
func (p InvoiceProps) closingLabel() string {
	if p.State == InvoicePreview {
		return p.Frame.Lang.T("billing.invoice_so_far")
	}
	return p.Frame.Lang.T("billing.invoice_closing", "At", p.Ends)
}

// signed is an amount with its sign shown: "+$10.00", "-$2.50".
func signed(l Lang, a money.Amount) string {
	if a > 0 {
		return "+" + l.Money(a)
	}
	return l.Money(a)
}

// taken is an amount as it is taken from the balance: "-$2.50".
func taken(l Lang, a money.Amount) string { return signed(l, a.Neg()) }

// empty says that nothing was filled in.
func (p Party) empty() bool { return p.Name == "" && p.Company == "" && p.Address == "" }

// facts are the lines under an invoice's heading.
func (p InvoiceProps) facts() []Fact {
	l := p.Frame.Lang
	facts := []Fact{{
		Name:  l.T("billing.invoice_period"),
		Value: l.T("billing.invoice_period_is", "From", p.Starts, "To", p.Ends),
	}}
	if p.State == InvoiceIssued {
		facts = append(facts,
			Fact{Name: l.T("billing.invoice_number"), Value: p.Number},
			Fact{Name: l.T("billing.invoice_issued"), Value: l.DateTime(p.Issued)})
	}
	return facts
}
