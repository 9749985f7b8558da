package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"extrausage/billing"
	"extrausage/models/storetest"
)

// profileForms are the forms of the profile that swap on their own: what is typed, the section, and what it says then.
var profileForms = []struct {
	path, section string
	good          []string
	notice, saved string
	bad           []string
	field, words  string
}{
	{
		"time-zone", "profile-time-zone", []string{"time_zone", "Europe/Rome"}, "Time zone saved.", "Saved.",
		[]string{"time_zone", "Mars/Olympus"}, "time_zone", "Choose a time zone from the list.",
	},
	{
		"invoice-address", "profile-invoice-address", []string{"name", "Ada B.", "company", "Engines Ltd", "address", "1 Street\nLondon", "tax_id", "GB1"},
		"Invoice address saved.", "Saved.", []string{"name", strings.Repeat("a", 201), "company", "kept"}, "name", "Use at most 200 characters.",
	},
	{
		"password", "profile-password", []string{"current_password", password, "new_password", "another one, long enough"},
		"Password saved.", "Password saved.", []string{"current_password", "wrong", "new_password", "another one, long enough"},
		"current_password", "This is not your password.",
	},
	{
		"email", "profile-email", []string{"email", "ada@new.example"}, "A link is on its way to ada@new.example", "A link is on its way",
		[]string{"email", "nowhere"}, "email", "Enter an e-mail address like name@example.com.",
	},
}

// Each form works with htmx, which swaps its section alone, and without.
func TestProfileForms(t *testing.T) {
	for _, f := range profileForms {
		storetest.Each(t, func(t *testing.T, open storetest.Open) {
			b := newSite(t, open).subscriber(ada)
			path := "/settings/profile/" + f.path

			whole := b.post(path, f.bad...).want(http.StatusUnprocessableEntity).says(f.words, "There is a problem to mend")
			part := b.postHTMX(path, f.bad...).want(http.StatusUnprocessableEntity).says(f.words)
			for _, a := range []*answer{whole, part} {
				if a.text("#"+f.section+" #"+f.field+"-error") == "" || !strings.HasPrefix(a.text("title"), "Error: Profile") {
					t.Errorf("%s: the error is not at the field %s", f.path, f.field)
				}
				if typed := a.value(f.field); typed != f.bad[1] && f.path != "password" && f.path != "time-zone" {
					t.Errorf("%s comes back with %q", f.path, typed)
				}
			}
			if !whole.has("header") || part.has("header") || len(part.all("section")) > 1 {
				t.Errorf("%s: the part is not the section alone", f.path)
			}

			b.post(path, f.good...).follow().want(http.StatusOK).says(f.notice)
			if again := b.get("/settings/profile").text("main"); f.path != "email" && strings.Contains(again, f.notice) {
				t.Errorf("%s: the notice stays", f.path)
			}
			if f.path == "password" {
				return // it is the new one now
			}
			a := b.postHTMX(path, f.good...).want(http.StatusOK).says(f.saved)
			if a.attr("section", "id") != f.section && !a.has("#"+f.section) {
				t.Errorf("%s: htmx gets another section", f.path)
			}
		})
	}
}

// What was saved is there, and a billing zone acts from the next month on.
func TestProfileShowsWhatIsSaved(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.post("/settings/profile/invoice-address", "name", "Ada B.", "company", "Engines", "address", "1 Street\r\nLondon", "tax_id", "GB1")
	b.post("/settings/profile/time-zone", "time_zone", "Europe/Rome")
	p := b.get("/settings/profile").want(http.StatusOK).says("In force now: UTC", "Chosen for later: Europe/Rome, from 1 December 2026, 01:00 CET.")
	if p.value("name") != "Ada B." || p.value("company") != "Engines" || p.text("#address") != "1 Street London" || p.value("tax_id") != "GB1" {
		t.Error(p.text("#profile-invoice-address"))
	}
	if p.attr("#time_zone option[selected]", "value") != "Europe/Rome" || len(p.all("#time_zone option")) < 400 {
		t.Error("the zone is not chosen")
	}
	_, _, err := s.svc.ProvisionAccount(t.Context(), billing.NewAccount{ID: s.idOf(ada), Email: ada, Plan: "max_20x", TimeZone: "Asia/Calcutta"})
	s.must(err)
	if got := b.get("/settings/profile").attr("#time_zone option[selected]", "value"); got != "Asia/Calcutta" {
		t.Errorf("a zone by an older name shows as %s", got)
	}
	b.post("/settings/profile/language", "locale", "it").follow().says("Lingua salvata.", "Profilo")
	b.post("/settings/profile/language", "locale", "de").want(http.StatusUnprocessableEntity).says("Scegli")
}

// A changed password is the one that counts, and all other browsers are out.
func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	other := s.browser().signIn(ada)
	b.post("/settings/profile/password", "current_password", password, "new_password", "another one, long enough").want(http.StatusSeeOther)
	other.get("/settings/usage").want(http.StatusSeeOther)
	b.get("/settings/usage").want(http.StatusOK)
	s.browser().post("/sign-in", "email", ada, "password", password).want(http.StatusUnprocessableEntity)
	s.browser().post("/sign-in", "email", ada, "password", "another one, long enough").want(http.StatusSeeOther)
}

// Signed-in browsers are listed by names that people know, and can be ended.
func TestSessionsAreListedAndEnded(t *testing.T) {
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	agents := map[string]string{
		firefox: "Firefox, Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0": "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36":                  "Chrome, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1":     "Safari, iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":         "Safari, macOS",
		"curl/8.14.1 (x86_64)": "curl/8.14.1", "": "Unknown browser", " \t ": "Unknown browser", strings.Repeat("é", 5000): strings.Repeat("é", 40),
	}
	s := newSite(t, onSQLite(t))
	s.account(ada)
	open := map[string]*browser{}
	for agent := range agents {
		open[agent] = s.browser().with("User-Agent", agent).signIn(ada)
	}
	b := open[firefox]
	page := b.get("/settings/profile").text("#profile-sessions")
	for _, name := range agents {
		if !strings.Contains(page, name) {
			t.Errorf("no %q in %s", name, page)
		}
	}
	list := b.get("/settings/profile")
	if n := len(list.all("#profile-sessions li form")); n != len(agents)-1 {
		t.Errorf("%d can be ended: one's own is not one of them", n)
	}
	id := list.attr("#profile-sessions [name=session]", "value")
	b.post("/settings/profile/sessions/end", "session", id).follow().says("Signed out there.")
	b.post("/settings/profile/sessions/end", "session", id).want(http.StatusNotFound)
	b.postHTMX("/settings/profile/sessions/end", "session", b.get("/settings/profile").value("session")).want(http.StatusOK).says("Signed out there.")
	alive := 0
	for _, other := range open {
		if other.get("/settings/usage").status == http.StatusOK {
			alive++
		}
	}
	if alive != len(agents)-2 {
		t.Errorf("%d are signed in", alive)
	}
	own, err := s.svc.Sessions(t.Context(), s.idOf(ada), "")
	s.must(err)
	for _, o := range own {
		if o.UserAgent == firefox {
			b.post("/settings/profile/sessions/end", "session", o.ID).follow().says("You are signed out.")
		}
	}
}

// Closing wants the address typed, and ends it all.
func TestAccountIsClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("5"))
		b.get("/settings/profile").says("You have $5.00 of credits left.")
		for _, typed := range []string{"", "yes", anna} {
			a := b.post("/settings/profile/close", "confirm", typed).want(http.StatusUnprocessableEntity)
			if a.value("confirm") != typed || !a.has("details[open] #confirm-error") {
				t.Errorf("%q: %s", typed, a.text("#profile-close"))
			}
		}
		a := b.post("/settings/profile/close", "confirm", " "+strings.ToUpper(ada)+" ").want(http.StatusSeeOther)
		if a.header.Get("Clear-Site-Data") == "" {
			t.Error("the browser keeps what it has")
		}
		a.follow().says("Your account is closed")
		b.get("/settings/usage").want(http.StatusSeeOther)
		s.browser().post("/sign-in", "email", ada, "password", password).want(http.StatusUnprocessableEntity)
		status, err := s.svc.Status(t.Context(), id)
		s.must(err)
		if !status.Closed || status.Enabled || status.Card != nil {
			t.Errorf("%+v", status)
		}
	})
}
