package views

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
	case InvoiceEmpty:
		return "invoice.title_empty", []any{"Month", p.month()}
	case InvoiceIssued:
	}
	return "billing.invoice_title", []any{"Number", p.Number}
}

// note says why a month has no invoice, or none yet; "" for one that is issued.
func (p InvoiceProps) note() string {
	l := p.Frame.Lang
	switch p.State {
	case InvoicePreview:
		return l.T("billing.invoice_preview_note", "At", p.At, "End", p.Ends)
	case InvoiceClosing:
		return l.T("billing.invoice_closing_note")
	case InvoiceEmpty:
		return l.T("invoice.empty_note")
	case InvoiceIssued:
	}
	return ""
}

// month names the billing month. Its middle tells: after a change of the billing zone it begins some hours off.
func (p InvoiceProps) month() string {
	return p.Frame.Lang.Month(p.Starts.Add(p.Ends.Sub(p.Starts) / 2))
}

// facts are the lines under an invoice's heading.
func (p InvoiceProps) facts() []Fact {
	l := p.Frame.Lang
	var facts []Fact
	if p.State == InvoiceIssued {
		facts = append(facts,
			Fact{Name: l.T("billing.invoice_number"), Value: p.Number},
			Fact{Name: l.T("billing.invoice_issued"), Value: l.DateTime(p.At)})
	}
	facts = append(facts,
		Fact{Name: l.T("billing.invoice_period"), Value: l.T("billing.invoice_period_is", "From", p.Starts, "To", p.Ends)},
		Fact{Name: l.T("invoice.time_zone"), Value: p.TimeZone})
	if p.Account != "" {
		facts = append(facts, Fact{Name: l.T("invoice.account"), Value: p.Account})
	}
	return append(facts, Fact{Name: l.T("billing.invoice_extra"), Value: l.Money(p.Extra)})
}

// balance is what leads from the opening to the closing balance.
func (p InvoiceProps) balance() []Fact {
	l := p.Frame.Lang
	lines := []Fact{
		{Name: l.T("billing.invoice_opening", "At", p.Starts), Value: l.Money(p.Opening)},
		{Name: l.T("billing.invoice_bought"), Value: signed(l, p.Purchased)},
	}
	if p.Returned != 0 {
		lines = append(lines, Fact{Name: l.T("billing.invoice_returned"), Value: taken(l, p.Returned)})
	}
	if p.Corrections != 0 {
		lines = append(lines, Fact{Name: l.T("billing.invoice_corrections"), Value: signed(l, p.Corrections)})
	}
	return append(lines, Fact{Name: l.T("billing.invoice_used"), Value: taken(l, p.Extra)})
}

// closingLabel names the last line of the balance: that of a running month is not the closing one.
func (p InvoiceProps) closingLabel() string {
	if p.State == InvoicePreview {
		return p.Frame.Lang.T("billing.invoice_so_far")
	}
	return p.Frame.Lang.T("billing.invoice_closing", "At", p.Ends)
}

// what is a movement in words.
func (m InvoiceMovement) what(l Lang) string {
	switch m.Kind {
	case MovementPurchase:
		return l.T("invoice.moved_purchase", "Card", m.Card.Short())
	case MovementAutoReload:
		return l.T("invoice.moved_auto_reload", "Card", m.Card.Short())
	case MovementRefund:
		return l.T("invoice.moved_refund")
	case MovementDispute:
		return l.T("invoice.moved_dispute")
	case MovementDisputeWon:
		return l.T("invoice.moved_dispute_won")
	case MovementCorrection:
	}
	return l.T("invoice.moved_correction")
}

// amount is a movement's amount: a purchase's as it was paid, any other with its sign.
func (m InvoiceMovement) amount(l Lang) string {
	if m.Kind == MovementPurchase || m.Kind == MovementAutoReload {
		return l.Money(m.Amount)
	}
	return signed(l, m.Amount)
}

// invoiceBadge is an invoice's state as a badge.
func invoiceBadge(s InvoiceState) (BadgeKind, string) {
	switch s {
	case InvoicePreview:
		return BadgeBusy, "billing.invoice_state_preview"
	case InvoiceClosing:
		return BadgeBusy, "billing.invoice_state_closing"
	case InvoiceEmpty:
		return BadgeNeutral, "invoice.state_empty"
	case InvoiceIssued:
	}
	return BadgeOn, "billing.invoice_state_issued"
}

// invoiceLink is the word of the link to a month, and its label.
func invoiceLink(s InvoiceState) (word, label string) {
	switch s {
	case InvoiceIssued:
		return "billing.invoice_open", "billing.invoice_of"
	case InvoiceEmpty:
		return "invoice.statement", "invoice.statement_of"
	case InvoicePreview, InvoiceClosing:
	}
	return "billing.invoice_preview", "billing.invoice_preview_of"
}
