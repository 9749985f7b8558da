package views

import (
	"strconv"
	"time"

	"extrausage/money"
	"extrausage/pricing"
)

var (
	galleryVisa     = Card{Brand: "visa", Last4: "4242", ExpMonth: 8, ExpYear: 2029}
	galleryEnding   = Card{Brand: "mastercard", Last4: "4444", ExpMonth: 12, ExpYear: 2026, ExpiresSoon: true}
	galleryOutdated = Card{Brand: "amex", Last4: "0005", ExpMonth: 10, ExpYear: 2026, Expired: true}
)

// galleryPurchases has a purchase in each state.
func galleryPurchases() []Purchase {
	purchases := []Purchase{
		{State: PurchaseRequiresAction, Auto: true, ActionURL: "/test-provider/confirm"},
		{State: PurchaseUnknown, Auto: true},
		{State: PurchaseSubmitted},
		{State: PurchasePlanned},
		{State: PurchaseSucceeded, ReceiptURL: "/settings/billing/purchases/p5"},
		{State: PurchaseSucceeded, Auto: true, ReceiptURL: "/settings/billing/purchases/p6", Refunded: money.Dollars(5)},
		{State: PurchaseSucceeded, ReceiptURL: "/settings/billing/purchases/p7", Disputed: true},
		{State: PurchaseDeclined, Auto: true, Failure: FailureInsufficientFunds},
		{State: PurchaseDeclined, Failure: "something_new"},
		{State: PurchaseAbandoned, Auto: true},
	}
	for i := range purchases {
		purchases[i].ID = "pur_0199f3c2_" + strconv.Itoa(i)
		purchases[i].At = galleryNow.Add(-time.Duration(i) * 31 * time.Hour)
		purchases[i].Amount, purchases[i].Card = money.Dollars(20), galleryVisa
	}
	return purchases
}

func billingSamples(f Frame) []GallerySample {
	f.Path = "/settings/billing"
	p := galleryBilling(f)
	fresh := BillingProps{
		Frame: f, PaymentMethod: PaymentMethodProps{Lang: f.Lang, Result: PaymentMethodCancelled},
		Credits:   CreditsProps{Lang: f.Lang, Amount: Field{Name: "amount"}},
		Purchases: PurchasesProps{Lang: f.Lang}, Invoices: InvoicesProps{Lang: f.Lang},
	}
	wrong := galleryBilling(f)
	wrong.PaymentMethod.Card, wrong.PaymentMethod.Result, wrong.PaymentMethod.Reload = &galleryEnding, PaymentMethodReplaced, false
	wrong.Credits.Amount = Field{Name: "amount", Value: "1.234", Error: f.Lang.T("gallery.error_ambiguous")}
	wrong.Purchases.Purchases, wrong.Purchases.NextURL = wrong.Purchases.Purchases[4:5], ""
	expired := galleryBilling(f)
	expired.PaymentMethod.Card, expired.PaymentMethod.Problem = &galleryOutdated, f.Lang.Fault("provider_unreachable", nil)
	expired.Credits.Balance, expired.Credits.Held = money.Cents(-250), 0
	return []GallerySample{
		{"billing", BillingPage(p)}, {"billing-fresh", BillingPage(fresh)}, {"billing-errors", BillingPage(wrong)}, {"billing-expired", BillingPage(expired)},
		{"billing-review", BuyCreditsReviewPage(BuyCreditsReviewProps{
			Frame: f, Amount: money.Dollars(10), Balance: money.Cents(1240), BalanceAfter: money.Cents(2240), Card: galleryVisa, Key: "key",
		})},
	}
}

func galleryBilling(f Frame) BillingProps {
	l := f.Lang
	return BillingProps{
		Frame:         f,
		PaymentMethod: PaymentMethodProps{Lang: l, Card: &galleryVisa, Reload: true, Balance: money.Cents(1240)},
		Credits: CreditsProps{
			Lang: l, Balance: money.Cents(1240), Held: money.Dollars(3), Card: &galleryVisa, Amount: Field{Name: "amount"}, Key: "key",
			Min: money.Dollars(5), Max: money.Dollars(2000),
		},
		Purchases: PurchasesProps{Lang: l, Purchases: galleryPurchases(), NextURL: "/settings/billing?before=pur_9"},
		Invoices: InvoicesProps{Lang: l, Months: []InvoiceMonth{
			{URL: "/settings/billing/invoices/2026-11", Starts: galleryNow, State: InvoicePreview, Extra: money.Cents(3120)},
			{URL: "/settings/billing/invoices/2026-10", Starts: galleryNow.AddDate(0, -1, 0), State: InvoiceClosing, Extra: 4_870_123_400},
			{
				URL: "/settings/billing/invoices/2026-09", Starts: galleryNow.AddDate(0, -2, 0), State: InvoiceIssued, Number: "INV-000041", Extra: money.Cents(1999),
				PDFURL: "/settings/billing/invoices/2026-09/pdf", CSVURL: "/settings/billing/invoices/2026-09/csv",
			},
			{URL: "/settings/billing/invoices/2026-08", Starts: galleryNow.AddDate(0, -3, 0), State: InvoiceEmpty},
		}},
	}
}

func documentSamples(f Frame) []GallerySample {
	invoice := galleryInvoice(f)
	preview := galleryInvoice(f)
	preview.State, preview.Number, preview.Starts, preview.Ends = InvoicePreview, "", invoice.Ends, time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	preview.Buyer, preview.Corrections, preview.PDFURL, preview.At = Party{Email: "ada@example.com"}, money.Dollars(-1), "", galleryNow
	preview.Others = append(preview.Others, InvoiceMovement{Kind: MovementCorrection, At: galleryNow, Amount: money.Dollars(-1)})
	preview.Closing = preview.Closing.Sub(money.Dollars(1))
	closing := galleryInvoice(f)
	closing.State, closing.Models, closing.Purchases, closing.Others, closing.PlanName = InvoiceClosing, nil, nil, nil, ""
	closing.Extra, closing.Purchased, closing.Returned, closing.Closing, closing.PDFURL = 0, 0, 0, closing.Opening, ""
	empty := closing
	empty.State = InvoiceEmpty
	receipt := ReceiptProps{
		Frame: at(f, "/settings/billing/purchases/p5"), Number: "17", Seller: invoice.Seller, Buyer: invoice.Buyer,
		Purchase: galleryPurchases()[4], BalanceAfter: money.Cents(3240),
		PDFURL: "/settings/billing/purchases/p5/pdf", Address: "https://extra-usage.example/settings/billing/purchases/p5",
	}
	refunded := receipt
	refunded.Buyer, refunded.Purchase = Party{}, galleryPurchases()[5]
	return []GallerySample{
		{"invoice", InvoicePage(invoice)}, {"invoice-preview", InvoicePage(preview)}, {"invoice-closing", InvoicePage(closing)},
		{"invoice-empty", InvoicePage(empty)},
		{"receipt", ReceiptPage(receipt)}, {"receipt-refunded", ReceiptPage(refunded)},
	}
}

// galleryInvoice is one whose balance adds up.
func galleryInvoice(f Frame) InvoiceProps {
	p := InvoiceProps{
		Frame: at(f, "/settings/billing/invoices/2026-10"), State: InvoiceIssued, Number: "INV-000042", TimeZone: "Europe/Rome", Account: "acc_0199f3c2",
		At: time.Date(2026, 11, 1, 0, 31, 0, 0, time.UTC), Starts: time.Date(2026, 9, 30, 22, 0, 0, 0, time.UTC), Ends: time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC),
		Seller:   Party{Company: "Extra Usage Demo Inc.", Address: "548 Market Street\nSan Francisco, CA 94104\nUnited States", TaxID: "US-00-0000000"},
		Buyer:    Party{Name: "Ada Lovelace", Company: "Analytical Engines Ltd", Address: "12 St James's Square\nLondon SW1Y 4JH", TaxID: "GB123456789", Email: "ada@example.com"},
		PlanName: "Max 20x", PlanPrice: money.Dollars(200),
		Models: []InvoiceModel{
			{Model: "Sonnet 4.5", Requests: 118, Lines: galleryLines(), PlanPart: 41_000_000, Charge: linesTotal(galleryLines()) - 41_000_000},
			{Model: "Haiku 4.5", Requests: 1, Lines: []PricedLine{{pricing.Input, pricing.TierAny, 1200, money.Dollars(1), 1_200_000}}, Absorbed: 200_000, Charge: 1_000_000},
		},
		Purchased: money.Dollars(60), Returned: money.Dollars(5), Opening: money.Cents(312),
		PDFURL: "/settings/billing/invoices/2026-10/pdf", CSVURL: "/settings/billing/invoices/2026-10/csv",
		Address: "https://extra-usage.example/settings/billing/invoices/2026-10",
	}
	for i := range 3 {
		m := InvoiceMovement{Kind: MovementPurchase, At: p.Starts.AddDate(0, 0, 3+8*i), Amount: money.Dollars(20), Receipt: strconv.Itoa(15 + i), Card: galleryVisa}
		if i > 0 {
			m.Kind = MovementAutoReload
		}
		m.ReceiptURL = "/settings/billing/purchases/p" + strconv.Itoa(i)
		p.Purchases = append(p.Purchases, m)
	}
	p.Others = []InvoiceMovement{{Kind: MovementRefund, At: p.Starts.AddDate(0, 0, 12), Amount: money.Dollars(-5), Receipt: "15", ReceiptURL: "/settings/billing/purchases/p0"}}
	p.Extra = p.Models[0].Charge.Add(p.Models[1].Charge)
	p.Closing = p.Opening.Add(p.Purchased).Sub(p.Returned).Sub(p.Extra)
	return p
}
