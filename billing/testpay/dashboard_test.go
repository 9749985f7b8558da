package testpay_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// dashboard is the address of a page of the dashboard.
func (r *rig) dashboard(charge string) string {
	return strings.TrimSuffix(r.web.URL+"/test-provider/dashboard/"+charge, "/")
}

// read gets a page in a language.
func (r *rig) read(address, language string) string {
	r.t.Helper()
	q, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Accept-Language", language)
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s %v", address, answer.Status, err)
	}
	return html.UnescapeString(string(body))
}

func (r *rig) says(body string, texts ...string) {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			r.t.Errorf("does not say %q:\n%s", text, body)
		}
	}
}

// TestTheDashboardPlaysReversals goes the way of a person: all charges, one of them, and every button in turn.
func TestTheDashboardPlaysReversals(t *testing.T) {
	r := newRig(t)
	if body := r.read(r.dashboard(""), "en"); !strings.Contains(body, "There are no charges yet") {
		t.Errorf("empty:\n%s", body)
	}
	c := r.paid("purchase_1")
	r.says(r.read(r.web.URL+"/test-provider/", "en"), `href="/test-provider/dashboard"`)
	r.says(r.read(r.dashboard(""), "en"), "Dashboard", `href="/test-provider/dashboard/`+c.ID+`"`, "$10.00", "Succeeded · card “Succeeds”", "purchase_1", "2026-11-10 09:00 UTC")
	r.says(r.read(r.dashboard(""), "it"), "Pannello", "Riuscito · carta “Va a buon fine”")

	push := func(form url.Values, status int) {
		t.Helper()
		if answer, body := r.ask(http.MethodPost, r.dashboard(c.ID), form); answer.StatusCode != status {
			t.Errorf("%v: %s\n%s", form, answer.Status, body)
		}
	}
	part := regexp.MustCompile(`<option value="(\d+)">`)
	parts := func() (all []string) {
		for _, m := range part.FindAllStringSubmatch(r.read(r.dashboard(c.ID), "en"), -1) {
			all = append(all, m[1])
		}
		return all
	}
	if got := strings.Join(parts(), " "); got != "1000 100 200 500" {
		t.Errorf("parts %s", got)
	}
	push(url.Values{"part": {"200"}, "begin": {"refund.made"}}, http.StatusSeeOther)
	push(url.Values{"part": {"100"}, "begin": {"refund.pending"}}, http.StatusSeeOther)
	push(url.Values{"part": {"500"}, "begin": {"dispute.inquiry"}}, http.StatusSeeOther)
	body := r.read(r.dashboard(c.ID), "en")
	r.says(body, "Refunded", "Refund not made yet", "Inquiry of the bank", "The refund fails", "Cancel the refund", "Close the inquiry", "all that is left: $8.00")
	r.says(r.read(r.dashboard(c.ID), "it"), "Rimborsi e contestazioni", "Rimborso non ancora eseguito", "Richiesta di informazioni della banca", "Apri una contestazione", "tutto ciò che resta: $8,00")

	found, err := r.find("purchase_1")
	if err != nil || len(found.Reversals) != 3 {
		t.Fatalf("%+v %v", found, err)
	}
	made, pending, inquiry := found.Reversals[0].ID, found.Reversals[1].ID, found.Reversals[2].ID
	push(url.Values{"reversal": {made}, "to": {"refund.failed"}}, http.StatusSeeOther)
	push(url.Values{"reversal": {pending}, "to": {"refund.canceled"}}, http.StatusSeeOther)
	push(url.Values{"reversal": {inquiry}, "to": {"dispute.opened"}}, http.StatusSeeOther)
	push(url.Values{"reversal": {inquiry}, "to": {"dispute.won"}}, http.StatusSeeOther)
	push(url.Values{"part": {"1000"}, "begin": {"dispute.opened"}}, http.StatusSeeOther)
	r.says(r.read(r.dashboard(c.ID), "en"), "Refund failed", "Refund canceled", "Dispute won", "Disputed, under review", ">Win<", ">Lose<")
	if got := parts(); got != nil {
		t.Errorf("nothing is left, and yet: %v", got)
	}
	for name, form := range map[string]url.Values{
		"more than there is": {"part": {"100"}, "begin": {"refund.made"}},
		"no amount":          {"part": {"a dollar"}, "begin": {"refund.made"}},
		"too big a number":   {"part": {"99999999999999999999"}, "begin": {"refund.made"}},
		"nothing":            {},
		"after its end":      {"reversal": {inquiry}, "to": {"dispute.lost"}},
		"an unknown one":     {"reversal": {"x"}, "to": {"dispute.lost"}},
	} {
		answer, body := r.ask(http.MethodPost, r.dashboard(c.ID), form)
		if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "This is not possible with this charge any more.") {
			t.Errorf("%s: %s\n%s", name, answer.Status, body)
		}
	}
	found, _ = r.find("purchase_1")
	var states []billing.ReversalState
	for _, reversal := range found.Reversals {
		states = append(states, reversal.State)
	}
	want := []billing.ReversalState{billing.ReversalReturned, billing.ReversalClosed, billing.ReversalReturned, billing.ReversalTaken}
	if !slices.Equal(states, want) {
		t.Errorf("states %v, want %v", states, want)
	}
}

func TestTheDashboardTellsWhatIsToCome(t *testing.T) {
	r := newRig(t)
	c, err := r.Debit(context.Background(), r.request(r.card("disputed_later"), "purchase_1", money.Dollars(10)))
	if err != nil {
		t.Fatal(err)
	}
	r.says(r.read(r.dashboard(c.ID), "en"), "The bank will claim this charge back on 2026-11-12 09:00 UTC")
	r.says(r.read(r.dashboard(c.ID), "it"), "La banca contesterà questo addebito il 2026-11-12 09:00 UTC")
	r.now = r.now.Add(testpay.DisputedAfter)
	if body := r.read(r.dashboard(c.ID), "en"); strings.Contains(body, "will claim") || !strings.Contains(body, "Disputed, under review") {
		t.Errorf("two days later:\n%s", body)
	}
	waits, err := r.Debit(context.Background(), r.request(r.card("needs_authentication"), "purchase_2", money.Dollars(10)))
	if err != nil {
		t.Fatal(err)
	}
	if body := r.read(r.dashboard(waits.ID), "en"); strings.Contains(body, "<form") || !strings.Contains(body, "Waits for authentication") {
		t.Errorf("nothing was charged, so nothing can be given back:\n%s", body)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if answer, _ := r.ask(method, r.dashboard("x"), url.Values{"part": {"100"}, "begin": {"refund.made"}}); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s of an unknown charge: %s", method, answer.Status)
		}
	}
}

// TestTheDashboardIsBounded: the newest charges, and no more of them than a page bears.
func TestTheDashboardIsBounded(t *testing.T) {
	r := newRig(t)
	card := r.card("succeeds")
	for i := range 51 {
		if _, err := r.Debit(context.Background(), r.request(card, "purchase_"+time.Duration(i).String(), money.Dollars(5))); err != nil {
			t.Fatal(err)
		}
	}
	body := r.read(r.dashboard(""), "en")
	if n := strings.Count(body, "<li>"); n != 50 || strings.Contains(body, "purchase_0s") || !strings.Contains(body, "purchase_50ns") {
		t.Errorf("%d charges:\n%s", n, body)
	}
}
