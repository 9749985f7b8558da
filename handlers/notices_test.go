package handlers_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// alert runs the worker that tells.
func (s *site) alert() {
	s.t.Helper()
	s.must(s.svc.RunAlerts(context.Background()))
}

// outbox are the mails to an address that wait to be sent, the oldest first. They are taken out.
func (s *site) outbox(to string) (found []models.Mail) {
	s.t.Helper()
	s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
		found = nil
		all, err := tx.ClaimMails(tx.Now.Add(time.Hour), 1000)
		for _, m := range all {
			if m.Recipient == to {
				found = append(found, m)
			}
			if err := tx.MailSent(m.ID); err != nil {
				return err
			}
		}
		return err
	}))
	return found
}

func subjects(mails []models.Mail) (out []string) {
	for _, m := range mails {
		out = append(out, m.Subject)
	}
	return out
}

// titles are the notices that a page lists.
func (a *answer) titles() (out []string) {
	a.t.Helper()
	for _, n := range a.all(".told-title") {
		out = append(out, strings.Join(strings.Fields(textOf(n)), " "))
	}
	return out
}

// From the first charge to the mail: the bell counts, the list says what happened and what comes next, reading empties the bell.
func TestNoticesOnThePage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, b, id := onExtra(t, open)
		b.post("/settings/usage/continue", "preference", "always").want(http.StatusSeeOther)
		s.use(id, 40*money.Dollar)
		s.use(id, 17*money.Dollar)
		s.alert()
		list := b.get("/settings/notices").want(http.StatusOK)
		want := []string{"Your balance is below $5.00 New", "You have switched to extra usage New", "Extra usage is on New", "A card was added New"}
		if got := list.titles(); !sameSet(got, want) {
			t.Errorf("listed %q", got)
		}
		list.says("Your balance is $3.00.", "Visa •• 4242", "up to $50.00 a month", "UTC", "Buy credits")
		if got := list.text("#bell"); !strings.Contains(got, "4") || !strings.Contains(list.attr("#bell", "aria-label"), "4 unread") {
			t.Errorf("the bell shows %q", got)
		}
		if b.get("/settings/billing").attr("#bell", "href") != "/settings/notices" {
			t.Error("no way from the other pages")
		}

		last := list.attr("[name=last]", "value")
		b.limit("kind", "amount", "amount", "60").want(http.StatusSeeOther) // in another tab, while they read
		after := b.post("/settings/notices/read", "last", last).want(http.StatusSeeOther).follow()
		if got := after.titles(); got[0] != "Your monthly limit was changed New" || got[1] != strings.TrimSuffix(list.titles()[0], " New") {
			t.Errorf("after reading: %q", got)
		}
		if got := after.attr("#bell", "aria-label"); got != "Notices: 1 unread" {
			t.Errorf("the bell says %q", got)
		}
		read := b.post("/settings/notices/read", "last", after.attr("[name=last]", "value")).follow()
		if read.has("[name=last]") || read.has(".bell-count") || read.attr("#bell", "aria-label") != "Notices: 0 unread" {
			t.Error("all is read, yet something is offered to be marked")
		}
	})
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// The list is read in pages by what was told last, however much came meanwhile; nobody reads or marks what is another's.
func TestNoticesInPages(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b, other := s.subscriber(ada), s.subscriber("bob@example.com")
	b.get("/settings/notices").says("Nothing to tell yet", "See what you are told")
	id := s.idOf(ada)
	tell := func(n int) {
		s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
			for range n {
				key := s.newID("notice")
				row := &models.Notice{AccountID: id, ID: key, Key: key, Kind: "turned_off", At: tx.Now, Args: `{"limit":"unset","until":1}`}
				if _, err := tx.AddNotice(row); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	tell(53)
	first := b.get("/settings/notices")
	tell(2)
	second := b.get(first.attr(".pager a", "href"))
	if n, m := len(first.titles()), len(second.titles()); n != 50 || m != 3 || second.attr(".pager a", "href") != "/settings/notices" {
		t.Errorf("%d, then %d, then %s", n, m, second.attr(".pager a", "href"))
	}
	if got := first.text(".bell-count"); strings.TrimSpace(got) != "53" {
		t.Errorf("the bell shows %q", got)
	}
	other.post("/settings/notices/read", "last", "notice_999999999999").want(http.StatusSeeOther)
	if other.get("/settings/notices?before=notice_999999999999").titles() != nil {
		t.Error("another's notices")
	}
	if got := b.get("/settings/notices").text(".bell-count"); strings.TrimSpace(got) != "55" {
		t.Errorf("the bell shows %q after another has read", got)
	}
	b.post("/settings/notices/read", "last", strings.Repeat("x", 3000)).want(http.StatusSeeOther)
	b.post("/settings/notices/read").want(http.StatusSeeOther)
	if got := b.get("/settings/notices").text(".bell-count"); strings.TrimSpace(got) != "55" {
		t.Errorf("the bell shows %q after nonsense", got)
	}
}

// alertForm is the form of alerts as it stands on the page.
func alertForm(a *answer) (pairs []string) {
	for _, n := range a.all("#alerts form input") {
		if attrOf(n, "type") != "checkbox" || hasAttr(n, "checked") {
			pairs = append(pairs, attrOf(n, "name"), attrOf(n, "value"))
		}
	}
	return pairs
}

func TestAlertsForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, b, id := onExtra(t, open)
		page := b.get("/settings/usage").says("50%, 75%, 90% and 100% of your $50.00 monthly limit", "ada@example.com", "falls below $5.00")
		if got := alertForm(page); len(got) != 2*(4+2+4) {
			t.Errorf("not all is on at first: %q", got)
		}
		b.post("/settings/usage/alerts", alertForm(page)...).follow().says("Nothing changed")
		saved := b.post("/settings/usage/alerts", "percent_75", "on", "low_balance", "7,50", "spent", "", "mail_reload", "on")
		saved.want(http.StatusSeeOther).follow().says("Alerts saved.", "75% of your $50.00 monthly limit", "falls below $7.50", "(in the app only)")
		a, err := s.svc.Alerts(t.Context(), id)
		s.must(err)
		if want := (billing.AlertMails{Reload: true}); !slices.Equal(a.Percents, []int{75}) || a.LowBalance != money.Cents(750) || a.Spent != 0 || a.Mails != want {
			t.Errorf("%+v", a)
		}
		b.get("/settings/usage/activity?show=changes").says("limit: 75%; balance: $7.50; spent: –; e-mail: Auto-reload", "limit: 50%, 75%, 90%, 100%; balance: $5.00; spent: $100.00")

		bad := b.post("/settings/usage/alerts", "percent_50", "on", "low_balance", "1.234", "spent", "30").want(http.StatusUnprocessableEntity)
		bad.says("Enter 1234 or")
		if bad.attr("#alerts-low-balance", "value") != "1.234" || bad.attr("#alerts-spent", "value") != "30" || bad.attr("#alerts-low-balance", "aria-invalid") != "true" {
			t.Error("the form did not come back as typed")
		}
		if !slices.Contains(alertForm(bad), "percent_50") || slices.Contains(alertForm(bad), "percent_75") {
			t.Errorf("the boxes did not come back as ticked: %q", alertForm(bad))
		}
		b.post("/settings/usage/alerts", "low_balance", "5000").want(http.StatusUnprocessableEntity).says("between $1.00 and $1,000.00")
		b.post("/settings/usage/alerts", "spent", "0.50").want(http.StatusUnprocessableEntity).says("between $1.00 and $100,000.00")
		section := b.postHTMX("/settings/usage/alerts", "spent", "x").want(http.StatusUnprocessableEntity)
		if !section.has("#alerts .error-summary") || section.has("#session") {
			t.Error("the fragment is not the section alone")
		}
		if got, _ := s.svc.Alerts(t.Context(), id); got.LowBalance != money.Cents(750) {
			t.Error("something refused was saved")
		}
	})
}

// The mail says the same in both parts, in the reader's language and zone: what, how much, until when, what next, one way on, how
// to stop. The name is text.
func TestNoticeMails(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	if got := subjects(s.outbox(ada)); !slices.Equal(got, []string{"A card was added", "Extra usage is on"}) {
		t.Errorf("on the way there: %q", got)
	}
	b.post("/settings/profile/language", "locale", "it").want(http.StatusSeeOther)
	b.post("/settings/profile/time-zone", "time_zone", "Europe/Rome").want(http.StatusSeeOther)
	b.post("/settings/profile/invoice-address", "name", "<b>Ada</b> & Co").want(http.StatusSeeOther)
	b.post("/settings/usage/continue", "preference", "always").want(http.StatusSeeOther)
	s.use(id, 40*money.Dollar)
	s.use(id, 16*money.Dollar)
	s.alert()
	s.alert()
	mails := s.outbox(ada)
	if got := subjects(mails); !sameSet(got, []string{"Il tuo saldo è sotto $5,00", "Sei passato all'utilizzo extra"}) {
		t.Fatalf("%q", got)
	}
	m := mails[slices.Index(subjects(mails), "Il tuo saldo è sotto $5,00")]
	for _, words := range []string{"Il tuo saldo è $4,00.", "$16,00 spesi su $50,00", "CET", "disattiva l'utilizzo extra", "cambia lì gli avvisi", baseURL + "/settings/billing#credits"} {
		if !strings.Contains(m.TextBody, words) {
			t.Errorf("the text does not say %q:\n%s", words, m.TextBody)
		}
		if !strings.Contains(strings.NewReplacer("&#39;", "'").Replace(m.HtmlBody), words) {
			t.Errorf("the HTML does not say %q:\n%s", words, m.HtmlBody)
		}
	}
	if strings.Count(m.TextBody, "http") != 1 || strings.Count(m.HtmlBody, "<a ") != 1 {
		t.Error("more than one link")
	}
	if !strings.Contains(m.TextBody, "Ciao <b>Ada</b> & Co,") || strings.Contains(m.HtmlBody, "<b>") {
		t.Errorf("the name:\n%s\n%s", m.TextBody, m.HtmlBody)
	}
}

// Support's look is told once, however many pages they open, with their words as text.
func TestALookIsTold(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	helper := s.staffMember("sam@support.test")
	path := "/support/accounts/" + s.idOf(ada)
	helper.post(path+"/look", "reason", "<i>why</i>", "ticket", "T-1").want(http.StatusSeeOther)
	helper.get(path).want(http.StatusOK)
	helper.get(path).want(http.StatusOK)
	list := b.get("/settings/notices").says("because of: <i>why</i> (ticket T-1)", "Every page they saw is listed")
	if got := list.titles(); !slices.Equal(got, []string{"Support looked at your account New"}) {
		t.Errorf("%q", got)
	}
	if got := subjects(s.outbox(ada)); !slices.Equal(got, []string{"Support looked at your account"}) {
		t.Errorf("mails %q", got)
	}
	if helper.get("/support").has("#bell") {
		t.Error("staff have no notices")
	}
}

// Whoever changes the limit or the card is told, and whose plan ends; switching off by oneself is not told.
func TestChangesAreTold(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	s.outbox(ada)
	page := b.limit("kind", "amount", "amount", "60").want(http.StatusSeeOther).follow()
	b.post("/settings/usage/undo", "change", page.attr("#flash [name=change]", "value")).want(http.StatusSeeOther)
	b.limit("kind", "amount", "amount", "50").want(http.StatusSeeOther) // as it is
	b.addCard("expires_next_month")
	b.post("/settings/billing/payment-method/remove").want(http.StatusSeeOther)
	_, _, err := s.svc.ProvisionAccount(t.Context(), billing.NewAccount{ID: id, Email: ada})
	s.must(err)
	want := []string{
		"We turned extra usage off", "Your card was removed", "Your card was replaced", "Your monthly limit was changed", "Your monthly limit was changed",
	}
	list := b.get("/settings/notices").says("It was $50.00 and is now $60.00.", "It was $60.00 and is now $50.00.", "takes the place of Visa •• 4242", "Your plan has ended")
	got := list.titles()
	for i := range got {
		got[i] = strings.TrimSuffix(got[i], " New")
	}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("%q", got)
	}
	sent := subjects(s.outbox(ada))
	slices.Reverse(sent)
	if !slices.Equal(sent, want) {
		t.Errorf("mails %q", sent)
	}
}
