package views

// Document is an invoice or a receipt in words, ready to be set on pages: what the page in the browser says, for the PDF.
type Document struct {
	Lang    string // tag
	Title   string
	Lead    string // may be empty
	Parties []DocumentParty
	Facts   []Fact // Name and Value only
	Parts   []DocumentPart
	Foot    string
	Pages   func(page, pages string) string // the words at the foot of each page
}

// DocumentParty is a seller or a buyer.
type DocumentParty struct {
	Heading string
	Names   []string
	Lines   []string
}

// DocumentPart is a section: a heading, sentences, a table, and sentences after it. What is empty is left out.
type DocumentPart struct {
	Heading string
	Texts   []string
	Columns []DocumentColumn
	Rows    []DocumentRow
	Notes   []string
}

// DocumentColumn is a column of a table. Shares of all columns are its width.
type DocumentColumn struct {
	Label  string
	Share  int
	Number bool // set to the right
}

// DocumentRow is a row of a table; the first cell of one with fewer cells than columns spans what is missing.
type DocumentRow struct {
	Weight RowWeight
	Cells  []string
}

// RowWeight is how a row stands out.
type RowWeight int

// The weights.
const (
	RowPlain    RowWeight = iota
	RowGroup              // heads rows
	RowSubtotal           // sums a group
	RowTotal              // sums a table
)

// Document is the invoice in words. Only an issued one is handed out as a document.
func (p InvoiceProps) Document() Document {
	l := p.Frame.Lang
	id, args := p.heading()
	d := Document{
		Lang: l.Tag(), Title: l.T(id, args...), Lead: p.month(), Parties: documentParties(l, p.Seller, p.Buyer), Facts: p.facts(),
		Foot: l.T("billing.document_no_tax"), Pages: pagesOf(l),
	}
	if p.PlanName != "" {
		d.Parts = append(d.Parts, DocumentPart{
			Heading: l.T("billing.invoice_subscription"),
			Texts: []string{
				l.T("billing.invoice_plan", "Plan", p.PlanName) + ": " + l.Money(p.PlanPrice) + ", " + l.T("billing.invoice_separately"),
				l.T("billing.invoice_subscription_note"),
			},
		})
	}
	d.Parts = append(d.Parts, p.chargesPart(), p.purchasesPart())
	if len(p.Others) > 0 {
		d.Parts = append(d.Parts, movementsPart(l, l.T("invoice.others"), p.Others, l.T("invoice.others_total"), signed(l, p.Corrections.Sub(p.Returned))))
	}
	return withBalance(d, p)
}

func withBalance(d Document, p InvoiceProps) Document {
	l := p.Frame.Lang
	part := DocumentPart{Heading: l.T("billing.invoice_balance"), Columns: []DocumentColumn{{Share: 3}, {Share: 1, Number: true}}}
	for _, line := range p.balance() {
		part.Rows = append(part.Rows, DocumentRow{Cells: []string{line.Name, line.Value}})
	}
	part.Rows = append(part.Rows, DocumentRow{Weight: RowTotal, Cells: []string{p.closingLabel(), l.Money(p.Closing)}})
	d.Parts = append(d.Parts, part)
	return d
}

func documentParties(l Lang, seller, buyer Party) []DocumentParty {
	of := func(heading string, p Party) DocumentParty {
		names, lines := p.lines(l)
		return DocumentParty{Heading: heading, Names: names, Lines: lines}
	}
	return []DocumentParty{of(l.T("billing.document_from"), seller), of(l.T("billing.document_to"), buyer)}
}

func pagesOf(l Lang) func(page, pages string) string {
	return func(page, pages string) string { return l.T("invoice.page_of", "Page", page, "Pages", pages) }
}

func (p InvoiceProps) chargesPart() DocumentPart {
	l := p.Frame.Lang
	part := DocumentPart{Heading: l.T("billing.invoice_charges")}
	if len(p.Models) == 0 {
		part.Texts = []string{l.T("billing.invoice_charges_none")}
		return part
	}
	part.Columns = []DocumentColumn{
		{Label: l.T("pricing.col_class"), Share: 5}, {Label: l.T("pricing.col_tokens"), Share: 3, Number: true},
		{Label: l.T("pricing.col_rate"), Share: 3, Number: true}, {Label: l.T("pricing.col_cost"), Share: 3, Number: true},
	}
	for _, m := range p.Models {
		part.Rows = append(part.Rows, m.rows(l)...)
	}
	part.Rows = append(part.Rows, DocumentRow{Weight: RowTotal, Cells: []string{l.T("billing.invoice_extra"), l.Money(p.Extra)}})
	part.Notes = []string{l.T("billing.invoice_paid")}
	return part
}

func (m InvoiceModel) rows(l Lang) []DocumentRow {
	rows := []DocumentRow{{Weight: RowGroup, Cells: []string{m.Model + " (" + l.N("billing.invoice_requests", m.Requests) + ")"}}}
	for _, line := range m.Lines {
		class := l.T(classNames[line.Class])
		if tier := tierText(l, line.Tier); tier != "" {
			class += " (" + tier + ")"
		}
		rows = append(rows, DocumentRow{Cells: []string{class, l.Int64(line.Tokens), perMTok(l, line.PerMTok), l.Money(line.Cost)}})
	}
	if m.PlanPart > 0 {
		rows = append(rows, DocumentRow{Cells: []string{l.T("billing.invoice_plan_part"), taken(l, m.PlanPart)}})
	}
	if m.Absorbed > 0 {
		rows = append(rows, DocumentRow{Cells: []string{l.T("billing.invoice_absorbed"), taken(l, m.Absorbed)}})
	}
	return append(rows, DocumentRow{Weight: RowSubtotal, Cells: []string{l.T("billing.invoice_model_total", "Model", m.Model), l.Money(m.Charge)}})
}

func (p InvoiceProps) purchasesPart() DocumentPart {
	l := p.Frame.Lang
	if len(p.Purchases) == 0 {
		return DocumentPart{Heading: l.T("billing.invoice_purchases"), Texts: []string{l.T("billing.invoice_purchases_none")}}
	}
	return movementsPart(l, l.T("billing.invoice_purchases"), p.Purchases, l.T("invoice.purchases_total"), l.Money(p.Purchased))
}

func movementsPart(l Lang, heading string, movements []InvoiceMovement, totalLabel, total string) DocumentPart {
	part := DocumentPart{Heading: heading, Columns: []DocumentColumn{
		{Label: l.T("billing.col_what"), Share: 6}, {Label: l.T("billing.col_date"), Share: 5}, {Label: l.T("invoice.col_receipt"), Share: 2},
		{Label: l.T("billing.col_amount"), Share: 3, Number: true},
	}}
	for _, m := range movements {
		part.Rows = append(part.Rows, DocumentRow{Cells: []string{m.what(l), l.DateTime(m.At), m.Receipt, m.amount(l)}})
	}
	part.Rows = append(part.Rows, DocumentRow{Weight: RowTotal, Cells: []string{totalLabel, total}})
	return part
}

// Document is the receipt in words.
func (p ReceiptProps) Document() Document {
	l := p.Frame.Lang
	item := "billing.receipt_item"
	if p.Purchase.Auto {
		item = "billing.receipt_item_auto"
	}
	part := DocumentPart{
		Columns: []DocumentColumn{{Label: l.T("billing.col_what"), Share: 3}, {Label: l.T("billing.col_amount"), Share: 1, Number: true}},
		Rows:    []DocumentRow{{Cells: []string{l.T(item), l.Money(p.Purchase.Amount)}}},
		Notes: []string{
			l.T("billing.receipt_paid", "Card", p.Purchase.Card.Short()), l.T("billing.receipt_balance", "Balance", p.BalanceAfter),
			l.T("billing.receipt_id", "ID", p.Purchase.ID),
		},
	}
	if p.Purchase.Refunded > 0 {
		part.Rows = append(part.Rows, DocumentRow{Cells: []string{l.T("billing.receipt_refunded"), taken(l, p.Purchase.Refunded)}})
	}
	part.Rows = append(part.Rows, DocumentRow{
		Weight: RowTotal, Cells: []string{l.T("billing.receipt_total"), l.Money(p.Purchase.Amount.Sub(p.Purchase.Refunded))},
	})
	return Document{
		Lang: l.Tag(), Title: l.T("billing.receipt_title", "Number", p.Number), Lead: l.T("billing.receipt_lead", "When", l.On(p.Purchase.At)),
		Parties: documentParties(l, p.Seller, p.Buyer), Parts: []DocumentPart{part}, Foot: l.T("billing.document_no_tax"), Pages: pagesOf(l),
	}
}
