package handlers_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// monthEnd moves the clock to the end of November in this zone, and does what the workers do then.
func (s *site) monthEnd(zone string) {
	s.t.Helper()
	loc, err := time.LoadLocation(zone)
	s.must(err)
	s.now.Store(time.Date(2026, time.December, 1, 0, 0, 0, 0, loc).UnixMicro())
	s.issue()
}

func (s *site) issue() {
	s.t.Helper()
	_, err := s.svc.ExpireHolds(context.Background())
	s.must(err)
	_, err = s.svc.IssueInvoices(context.Background())
	s.must(err)
}

// correct books what the operator corrects.
func (s *site) correct(id string, amount money.Amount) {
	s.t.Helper()
	s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		m.AppendEntry(&models.Entry{MonthStartsAt: m.LastMonth().StartsAt, Kind: "correction", Contra: "operator", Amount: amount})
		return tx.Save(m)
	}))
}

// invoiced is a subscriber in Rome whose November has everything in it and is over.
func (s *site) invoiced() (b *browser, id string) {
	s.t.Helper()
	b = s.subscriber(ada)
	id = s.idOf(ada)
	b.post("/settings/profile/invoice-address", "name", "Ada Byron", "company", `=Così & "Più"`, "address", "Via Roma 1\n00100 Roma", "tax_id", "IT123")
	b.addCard("succeeds")
	b.confirm(b.review("30")).follow()
	b.confirm(b.review("20.50")).follow()
	s.extra(id, 50*money.Dollar)
	s.use(id, 39*money.Dollar)
	s.use(id, 3*money.Dollar+1000)
	s.event(billing.Event{Account: id, Model: "claude-sonnet-4-5", Usage: pricing.Usage{Input: 200_001, CacheRead: 7, Output: 1001}})
	s.correct(id, money.Cents(-125))
	s.monthEnd("UTC")
	return s.browser().signIn(ada), id
}

// An issued invoice says the same on the page, in the PDF and in the file, to the nano, in both languages.
func TestIssuedInvoice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, id := s.invoiced()
		const path = "/settings/billing/invoices/2026-11"
		var charged, balance money.Amount
		for _, e := range s.entries(id) {
			if balance = balance.Add(e.Amount); e.Kind == "charge" {
				charged = charged.Sub(e.Amount)
			}
		}
		list := b.get("/settings/billing").says("November 2026", "INV-000001", "Issued", charged.Format("en"))
		for _, href := range []string{path, path + "/pdf", path + "/csv"} {
			if !list.has(`#invoices a[href="` + href + `"]`) {
				t.Errorf("the list does not lead to %s", href)
			}
		}
		figures := func(lang string) []string {
			return []string{charged.Format(lang), balance.Format(lang), "+" + money.Cents(5050).Format(lang), money.Cents(-125).Format(lang), "INV-000001", "Haiku 4.5", "Sonnet 4.5",
				"Ada Byron", `=Così & "Più"`, "00100 Roma", "Extra Usage Ltd", "Max 20x", ada, id}
		}
		page := b.get(path).want(http.StatusOK).says(figures("en")...).says("Invoice INV-000001", "Issued 1 December 2026, 00:00 UTC", "Time zone UTC",
			"Credits, paid with Visa •• 4242", "Receipt 2", "Total purchases $50.50", "Corrections", "Closing balance, 1 December 2026, 00:00 UTC", baseURL+path)
		if page.has(".document .notice") || !page.has(`a[href="`+path+`/pdf"][download]`) || len(page.linksOn("/settings/billing/purchases/")) != 2 {
			t.Error("the page has a notice, or no way to the PDF or the receipts")
		}
		pdf := s.pdf(b, path+"/pdf", "INV-000001.pdf")
		saysAll(t, "PDF", wordsOf(pdf...), append(figures("en"), "Invoice INV-000001", "Total purchases", "Page 1 of ")...)

		rows := b.get(path + "/csv").rows()
		var led money.Amount
		for _, r := range rows {
			if r["line"] != "closing_balance" && r["amount"] != "" {
				led = led.Add(sum(t, []map[string]string{r}, "amount"))
			}
		}
		last := rows[len(rows)-1]
		if last["line"] != "closing_balance" || led != balance || sum(t, []map[string]string{last}, "amount") != balance || last["reference"] != "INV-000001" {
			t.Errorf("the file leads to %s, closes with %v, balance %s", led.Decimal(), last, balance.Decimal())
		}
		if sum(t, rows, "cost") != charged {
			t.Errorf("costs of the file are %s of %s", sum(t, rows, "cost").Decimal(), charged.Decimal())
		}

		s.must(s.svc.SaveLocale(t.Context(), id, "it"))
		b.get(path).says(figures("it")...).says("Fattura INV-000001", "Totale acquisti $50,50", "Fuso orario UTC")
		saysAll(t, "PDF", wordsOf(s.pdf(b, path+"/pdf", "INV-000001.pdf")...), append(figures("it"), "Fattura INV-000001", "Totale utilizzo extra", "Pagina 1 di ")...)
	})
}

// linksOn are the addresses below this one that a page's main part leads to.
func (a *answer) linksOn(prefix string) (out []string) {
	a.t.Helper()
	for _, n := range a.all("main a[href]") {
		if href := attrOf(n, "href"); strings.HasPrefix(href, prefix) {
			out = append(out, href)
		}
	}
	return out
}

// pdf downloads a PDF twice, which has to be the same bytes, and gives its pages.
func (s *site) pdf(b *browser, path, name string) [][]written {
	s.t.Helper()
	a := b.get(path).want(http.StatusOK)
	if a.header.Get("Content-Type") != "application/pdf" || a.header.Get("Content-Disposition") != `attachment; filename="`+name+`"` {
		s.t.Errorf("%s: %v", path, a.header)
	}
	s.advance(time.Hour)
	if again := b.get(path); !bytes.Equal([]byte(a.body), []byte(again.body)) {
		s.t.Errorf("%s is other bytes an hour later", path)
	}
	return pagesOf(s.t, []byte(a.body))
}

func saysAll(t testing.TB, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q: %s", what, w, text)
		}
	}
}

// What was issued is not changed by what is saved afterwards, on any of its ways out; what runs is.
func TestIssuedInvoiceStaysAsItWas(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b, id := s.invoiced()
	const path = "/settings/billing/invoices/2026-11"
	pdf, file := b.get(path+"/pdf").body, b.get(path+"/csv").body
	b.post("/settings/profile/invoice-address", "name", "Somebody Else", "company", "", "address", "", "tax_id", "").follow()
	s.must(s.svc.SaveTimeZone(t.Context(), id, "Pacific/Auckland"))
	s.use(id, 5*money.Dollar)
	s.issue()
	if b.get(path+"/pdf").body != pdf || b.get(path+"/csv").body != file {
		t.Error("the invoice changed")
	}
	page := b.get(path).says("Ada Byron", "1 November 2026, 00:00 UTC")
	if strings.Contains(page.text("article.document"), "Somebody Else") {
		t.Error("the page names the new buyer")
	}
	b.get("/settings/billing/invoices/2026-12").says("Somebody Else", "This is not an invoice", "Preview: December 2026")
}

// A running month, one that is being closed and one without movement are no invoices, say so, and have no PDF.
func TestWhatIsNotIssuedIsNoInvoice(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.subscriber(ada)
	s.subscriber(anna)
	s.extra(s.idOf(ada), 50*money.Dollar)
	s.correct(s.idOf(ada), money.Dollar)
	s.now.Store(time.Date(2026, time.November, 30, 23, 59, 0, 0, time.UTC).UnixMicro())
	hold, _, err := s.svc.Hold(t.Context(), billing.HoldRequest{Caller: "k", Key: "k", Account: s.idOf(ada), Model: "claude-haiku-4-5", Worst: pricing.Usage{Input: 1000, Output: 10}})
	s.must(err)
	s.monthEnd("UTC")
	b, other := s.browser().signIn(ada), s.browser().signIn(anna)
	b.get("/settings/billing").says("Being closed", "Running month")
	b.get("/settings/billing/invoices/2026-11").says("This is not an invoice", "Not issued yet: November 2026", "as soon as the requests that began in it have ended")
	b.get("/settings/billing/invoices/2026-12").says("This is not an invoice", "Preview: December 2026")
	other.get("/settings/billing").says("Nothing to invoice")
	other.get("/settings/billing/invoices/2026-11").says("This is not an invoice", "No invoice: November 2026", "there is nothing to invoice")
	for _, b := range []*browser{b, other} {
		for _, month := range []string{"2026-10", "2026-11", "2026-12", "2027-01", "x"} {
			b.get("/settings/billing/invoices/" + month + "/pdf").want(http.StatusNotFound)
		}
		for _, href := range b.get("/settings/billing").linksOn("/settings/billing/invoices/") {
			if strings.HasSuffix(href, "/pdf") {
				t.Errorf("the list leads to %s", href)
			}
		}
	}
	s.must(s.svc.Void(t.Context(), hold.ID))
	s.advance(time.Minute)
	s.issue()
	b.get("/settings/billing/invoices/2026-11/pdf").want(http.StatusOK)
	other.get("/settings/billing/invoices/2026-11/pdf").want(http.StatusNotFound) // hers has nothing; Ada's has no address of its own
}

// A receipt is a file as well, its owner's alone.
func TestReceiptPDF(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b, other := s.subscriber(ada), s.subscriber(anna)
	b.addCard("succeeds")
	b.confirm(b.review("20")).follow()
	path := b.get("/settings/billing").attr("#purchases a[href]", "href")
	b.get(path).says(baseURL + path)
	saysAll(t, "receipt", wordsOf(s.pdf(b, path+"/pdf", "receipt-1.pdf")...), "Receipt 1", "Ada Byron", "$20.00", "Paid with Visa •• 4242", "Total paid", "Balance right after: $20.00")
	other.get(path + "/pdf").want(http.StatusNotFound)
}
