package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"extrausage/money"
)

// says fails unless the element says all of these.
func says(t *testing.T, n *html.Node, want ...string) {
	t.Helper()
	said := text(n)
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("it does not say %q:\n%s", w, said)
		}
	}
}

// saysNot fails if the element says any of these.
func saysNot(t *testing.T, n *html.Node, unwanted ...string) {
	t.Helper()
	said := text(n)
	for _, w := range unwanted {
		if strings.Contains(said, w) {
			t.Errorf("it says %q:\n%s", w, said)
		}
	}
}

// onlyForm is the one form that posts to an address.
func onlyForm(t *testing.T, doc *html.Node, action string) *html.Node {
	t.Helper()
	forms := formsTo(doc, action)
	if len(forms) != 1 {
		t.Fatalf("%d forms post to %s", len(forms), action)
	}
	return forms[0]
}

func TestReviewButtonSaysWhatItCosts(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "Buy $10.00 of credits: charges Visa •• 4242 now",
		"it": "Acquista $10,00 di crediti con obbligo di pagamento: prelievo immediato da Visa •• 4242",
	} {
		doc := sample(t, NewLang(tag, nil), "billing-review")
		form := onlyForm(t, doc, "/settings/billing/credits")
		if got := text(all(form, tagged("button"))[0]); got != want {
			t.Errorf("%s: the button says %q", tag, got)
		}
		sent := fields(form)
		if sent["amount"] != "10" || sent["confirm"] != "10" || sent["key"] != "key" {
			t.Errorf("the form sends %v", sent)
		}
	}
}

func TestRemovingACardNamesWhatStops(t *testing.T) {
	l := NewLang("en", nil)
	doc := sample(t, l, "billing")
	form := onlyForm(t, doc, "/settings/billing/payment-method/remove")
	says(t, byID(doc, "payment-method"), "Auto-reload turns off at once", "Your balance of $12.40 stays")
	says(t, form, "Remove Visa •• 4242")
	says(t, byID(sample(t, l, "billing-errors"), "payment-method"), "Auto-reload is off already", "Expires soon", "Card replaced")
	says(t, byID(sample(t, l, "billing-expired"), "payment-method"), "American Express", "Expired", "can no longer be debited")
}

func TestEachPurchaseStateHasItsWords(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "billing")
	says(t, byID(doc, "purchases"),
		"Waiting for you", "Confirm with your bank", "Being checked with the payment provider", "never send it twice",
		"Sent to the payment provider", "About to be sent", "Paid", "$5.00 refunded", "Disputed",
		"The card does not have enough funds.", "Your bank declined the debit.", "Not carried out Nothing was debited.")
	if got := len(all(byID(doc, "purchases"), func(e *html.Node) bool { return strings.HasPrefix(attr(e, "href"), "/settings/billing/purchases/") })); got != 3 {
		t.Errorf("%d receipts, want 3", got)
	}
}

func TestCreditsNeedACard(t *testing.T) {
	l := NewLang("en", nil)
	fresh := sample(t, l, "billing-fresh")
	if forms := formsTo(fresh, "/settings/billing/credits"); len(forms) != 0 {
		t.Error("credits are sold without a card")
	}
	says(t, byID(fresh, "credits"), "Add a card first.")
	onlyForm(t, fresh, "/settings/billing/payment-method")
	field := byID(sample(t, l, "billing-errors"), "amount")
	if attr(field, "inputmode") != "decimal" || attr(field, "type") != "text" || attr(field, "value") != "1.234" {
		t.Errorf("the amount is %v", field.Attr)
	}
}

func TestInvoiceAddsUp(t *testing.T) {
	doc := sample(t, NewLang("en", rome()), "invoice")
	says(t, doc,
		"Invoice INV-000042", "1 October 2026, 00:00 CEST – 1 November 2026, 00:00 CET, end not included",
		"Max 20x plan $200.00, billed separately", "Additional charges: extra usage", "118 requests", "1 request",
		"Covered by your plan -$0.041", "Absorbed by us -$0.0002", "Charges for Sonnet 4.5 $0.454558", "Total extra usage $0.455558",
		"Opening balance, 1 October 2026, 00:00 CEST $3.12", "Credits bought +$60.00", "Refunds and disputes -$5.00", "Extra usage -$0.455558",
		"Closing balance, 1 November 2026, 00:00 CET $57.664442", "No tax is computed.",
		"Time zone Europe/Rome", "Account acc_0199f3c2", "Credits, paid with Visa •• 4242", "Receipt 15 $20.00", "Auto-reload, paid with Visa •• 4242",
		"Total purchases $60.00", "Refund to the card", "Receipt 15 -$5.00", "Total -$5.00", "https://extra-usage.example/settings/billing/invoices/2026-10")
	saysNot(t, doc, "Corrections", "still running", "not an invoice")
	p := galleryInvoice(Frame{})
	if money.Sum(p.Opening, p.Purchased, p.Returned.Neg(), p.Extra.Neg()) != p.Closing {
		t.Error("the sample does not add up")
	}
}

func TestInvoiceThatIsNotIssuedSaysSo(t *testing.T) {
	l := NewLang("en", rome())
	preview := sample(t, l, "invoice-preview")
	says(t, all(preview, tagged("h1"))[0], "Preview: November 2026")
	says(t, preview, "This is not an invoice", "still running", "Balance now", "Corrections -$1.00", "Complete your invoice address")
	saysNot(t, preview, "INV-000042", "Closing balance", "Download PDF")
	closing := sample(t, l, "invoice-closing")
	says(t, closing, "Not issued yet: October 2026", "as soon as the requests that began in it have ended", "No extra usage in this month.", "No purchases in this month.")
	saysNot(t, closing, "billed separately", "Download PDF")
	empty := sample(t, l, "invoice-empty")
	says(t, empty, "No invoice: October 2026", "This is not an invoice", "there is nothing to invoice")
	saysNot(t, empty, "Download PDF")
}

func TestReceipt(t *testing.T) {
	l := NewLang("en", rome())
	says(t, sample(t, l, "receipt"), "Receipt 17", "Credits for extra usage $20.00", "Total paid $20.00", "Paid with Visa •• 4242", "Balance right after: $32.40", "Tax ID: GB123456789")
	says(t, sample(t, l, "receipt-refunded"), "(auto-reload) $20.00", "Refunded to the card -$5.00", "Total paid $15.00")
}

func TestCardNames(t *testing.T) {
	for brand, want := range map[string]string{"visa": "Visa •• 4242", "amex": "American Express •• 4242", "": "Card •• 4242"} {
		if got := (Card{Brand: brand, Last4: "4242"}).Short(); got != want {
			t.Errorf("%q: %q, want %q", brand, got, want)
		}
	}
	if got := (Card{ExpMonth: 4, ExpYear: 2029}).Expiry(); got != "04/2029" {
		t.Errorf("expiry %q", got)
	}
}
