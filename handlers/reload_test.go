package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// onReload is a subscriber on extra usage with auto-reload from $5 to $20, the session's allowance used up, $6 of credits.
func onReload(t *testing.T, open storetest.Open, card string) (*site, *browser, string) {
	t.Helper()
	s := newSite(t, open)
	b := s.subscriber("ada@example.org")
	id := s.idOf("ada@example.org")
	b.addCard("succeeds")
	b.confirm(b.review("6")).want(http.StatusSeeOther)
	b.addCard(card)
	s.extra(id, 50*money.Dollar)
	version := b.get("/settings/usage").attr("#auto-reload [name=version]", "value")
	b.post("/settings/usage/auto-reload", "version", version, "enabled", "on", "threshold", "5", "target", "20").want(http.StatusSeeOther)
	s.use(id, 40*money.Dollar)
	return s, b, id
}

func (s *site) reload() {
	s.t.Helper()
	s.must(s.svc.RunReloads(context.Background()))
}

// ask asks for a hold of $19 or so over the API.
func (s *site) ask(id string) *answer {
	s.t.Helper()
	body := `{"account":"` + id + `","model":"claude-haiku-4-5","input_tokens":19000000,"max_tokens":1}`
	return s.machine(s.apiKey("usage:write")).json("POST", "/v1/holds", body, "Idempotency-Key", s.newID("key"))
}

// A request that waits for credits gets them on its retry, and everybody is told the same meanwhile.
func TestAHoldWaitsForAReload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, b, id := onReload(t, open, "succeeds")
		refused := s.ask(id).want(http.StatusPaymentRequired).says("reload_pending")
		if refused.header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After %q", refused.header.Get("Retry-After"))
		}
		b.get("/settings/usage").says("Credits are on their way")
		s.reload()
		s.ask(id).want(http.StatusCreated)
		page := b.get("/settings/usage")
		page.says("Bought automatically this month: $14.00. At worst, your card is charged $36.00 more this month.", "Last reload: $14.00")
		b.get("/settings/billing").says("Auto-reload")
		api := s.machine(s.apiKey("accounts:read")).get("/v1/accounts/" + id + "/extra-usage").want(http.StatusOK)
		if !strings.Contains(api.body, `"state":"on","because":null,"retry_at":null,"purchased_this_month":"14"`) {
			t.Error(api.body)
		}
	})
}

// The page says why no reload happened, and when or how it goes on.
func TestThePageSaysWhyAutoReloadDoesNotBuy(t *testing.T) {
	s, b, id := onReload(t, onSQLite(t), "declined")
	s.ask(id)
	s.reload()
	page := b.get("/settings/usage").says("The card was declined. We try again", "Last reload: $14.00 was declined")
	if page.has("form[action='/settings/usage/auto-reload/resume']") {
		t.Error("it goes on by itself: there is nothing to resume")
	}
	s.ask(id).want(http.StatusPaymentRequired).says("reload_paused")
	for range 2 {
		s.advance(6 * time.Hour)
		s.use(id, 40*money.Dollar)
		s.ask(id)
		s.reload()
	}
	page = b.get("/settings/usage").says("declined 3 times in a row", "Resume: I may be charged $14.00 now")
	b.get("/settings/usage")
	form := func(a *answer, field string) string {
		return a.attr("form[action='/settings/usage/auto-reload/resume'] [name="+field+"]", "value")
	}
	resume := func(confirm string) *answer {
		return b.post("/settings/usage/auto-reload/resume", "version", form(page, "version"), "confirm", confirm)
	}
	b.signIn("ada@example.org") // hours have passed: a charge wants the password again
	resume("13.99").want(http.StatusUnprocessableEntity).says("$14.00")
	b.addCard("needs_authentication", "")
	if got := s.status(id).Reload.Pause; got != "" {
		t.Fatalf("another card leaves it paused: %s", got)
	}
	s.ask(id)
	s.reload()
	page = b.get("/settings/usage").says("your bank wants you to confirm the payment", "waits for you to confirm it")
	s.ask(id).says("payment_action_required")
	purchases := b.get("/settings/billing")
	action := purchases.attr("#purchases form", "action")
	bank := b.post(action).want(http.StatusSeeOther).location()
	back := b.post(bank, "answer", "authenticate").want(http.StatusSeeOther).location()
	b.get(back).want(http.StatusSeeOther)
	if got := s.status(id); got.Balance != 20*money.Dollar {
		t.Errorf("%+v", got)
	}
	page = b.get("/settings/usage")
	b.post("/settings/usage/auto-reload/resume", "version", form(page, "version"), "confirm", form(page, "confirm")).want(http.StatusSeeOther)
	if got := s.status(id).Reload; got.Pause != "" {
		t.Errorf("%+v", got)
	}
	b.post(action).want(http.StatusSeeOther) // pressed once more: it leads to how the purchase stands
}

// What the sentence promises are the constants that the rules count with.
func TestTheSentenceSpeaksTheConstants(t *testing.T) {
	s, b, id := onReload(t, onSQLite(t), "succeeds")
	b.get("/settings/usage").says("When your balance falls below $5.00, we charge Visa •• 4242 what brings it back to $20.00: at most 3 times an hour and 10 times a day, never beyond your $50.00 monthly limit.")
	if billing.ReloadsPerHour != 3 || billing.ReloadsPerDay != 10 || billing.DeclinesToPause != 3 {
		t.Error("the sentence above is not true")
	}
	s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		m.LastMonth().LimitKind, m.LastMonth().Limit = string(billing.Unlimited), 0
		return tx.Save(m)
	}))
	b.get("/settings/usage").says("at most $2,000.00 in 24 hours. There is no monthly limit.", "At worst, your card is charged $2,000.00 in any 24 hours.")
}
