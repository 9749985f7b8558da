package handlers_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// addCard adds a test card by a whole visit to the provider, and gives the page the subscriber comes back to.
func (b *browser) addCard(kind string, pairs ...string) *answer {
	b.s.t.Helper()
	visit := b.post("/settings/billing/payment-method", pairs...).want(http.StatusSeeOther).location()
	back := b.post(visit, "card", kind).want(http.StatusSeeOther).location()
	return b.get(back).follow()
}

// review fills in the form that buys credits and gives the page that asks to confirm.
func (b *browser) review(amount string) *answer {
	b.s.t.Helper()
	key := b.get("/settings/billing").value("key")
	return b.post("/settings/billing/credits", "amount", amount, "key", key).want(http.StatusOK)
}

// confirm presses the button of a review page.
func (b *browser) confirm(review *answer) *answer {
	b.s.t.Helper()
	return b.post("/settings/billing/credits", "amount", review.value("amount"), "key", review.value("key"), "confirm", review.value("confirm"))
}

// extra puts an account on extra usage, always continued, with a limit.
func (s *site) extra(id string, limit money.Amount) {
	s.t.Helper()
	s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		m.Meter.ExtraUsage, m.Meter.AlwaysContinue, m.Meter.ExtraUsageSinceAt, m.Meter.AlwaysContinueSinceAt = true, true, m.Now, m.Now
		m.LastMonth().LimitKind, m.LastMonth().Limit = string(billing.LimitAmount), limit
		if err := tx.AddConsent(&models.Consent{AccountID: id, ID: s.newID("consent"), At: m.Now, Terms: "test", Locale: "en"}); err != nil {
			return err
		}
		return tx.Save(m)
	}))
}

// use reports a request of Haiku 4.5 that cost this much, and gives its id.
func (s *site) use(id string, cost money.Amount) string {
	s.t.Helper()
	return s.event(billing.Event{Account: id, Model: "claude-haiku-4-5", Usage: pricing.Usage{Input: int64(cost)/1000 - 5, Output: 1}})
}

func (s *site) event(e billing.Event) string {
	s.t.Helper()
	e.ID = fmt.Sprint("event ", s.ids.Add(1))
	if e.MessageID == "" {
		e.MessageID = "msg " + e.ID
	}
	out, err := s.svc.RecordEvents(context.Background(), []billing.Event{e}, billing.ChargeAsUsual)
	s.must(err)
	if out[0].Status != billing.EventRecorded {
		s.t.Fatalf("%+v", out[0])
	}
	a, err := s.svc.Activity(context.Background(), out[0].AccountID, billing.ActivityFilter{}, billing.Place{}, 1)
	s.must(err)
	return a.Requests[0].ID
}

func (s *site) idOf(email string) string {
	s.t.Helper()
	status, err := s.svc.Status(context.Background(), email)
	s.must(err)
	return status.AccountID
}

// entries is the ledger of an account.
func (s *site) entries(id string) []models.Entry {
	s.t.Helper()
	var all []models.Entry
	s.must(s.store.View(context.Background(), func(tx *models.Tx) (err error) {
		all, err = tx.AllEntries(id)
		return err
	}))
	return all
}

// rows is a CSV answer as maps by column.
func (a *answer) rows() []map[string]string {
	a.t.Helper()
	a.want(http.StatusOK)
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		a.t.Fatalf("%s is %s", a.what, got)
	}
	cells, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil {
		a.t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range cells[1:] {
		row := map[string]string{}
		for i, name := range cells[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// sum adds a column of amounts; empty cells count nothing.
func sum(t testing.TB, rows []map[string]string, column string) money.Amount {
	t.Helper()
	var total money.Amount
	for _, r := range rows {
		if r[column] == "" {
			continue
		}
		a, err := money.ParseDecimal(r[column])
		if err != nil {
			t.Fatalf("%s: %v", column, err)
		}
		total = total.Add(a)
	}
	return total
}
