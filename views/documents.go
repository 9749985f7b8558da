package views

import (
	"strings"

	"extrausage/money"
)

// Titled is the page's frame with its title.
func (p ReceiptProps) Titled() Frame {
	return p.Frame.Named("billing.receipt_title", "Number", p.Number)
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

// lines are a party as an address is written, the first ones its names.
func (p Party) lines(l Lang) (names, rest []string) {
	for _, name := range []string{p.Company, p.Name} {
		if name != "" {
			names = append(names, name)
		}
	}
	for line := range strings.SplitSeq(p.Address, "\n") {
		if strings.TrimSpace(line) != "" {
			rest = append(rest, line)
		}
	}
	if p.Email != "" {
		rest = append(rest, p.Email)
	}
	if p.TaxID != "" {
		rest = append(rest, l.T("billing.document_tax_id", "ID", p.TaxID))
	}
	return names, rest
}
