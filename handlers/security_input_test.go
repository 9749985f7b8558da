package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"extrausage/billing"
	"extrausage/handlers"
	"extrausage/models/storetest"
	"extrausage/money"
)

// formFields are all fields that forms of pages have.
var formFields = []string{
	"action", "address", "amount", "card", "change", "choice", "company", "confirm", "continue", "current_password", "email", "enabled",
	"first_purchase", "key", "kind", "limit", "limit_amount", "limit_kind", "locale", "name", "new_password", "next", "password",
	"preference", "purchase", "q", "reason", "reload", "session", "target", "tax_id", "terms", "threshold", "ticket", "time_zone", "version",
}

// pairs gives every field this value.
func pairs(fields []string, value string) (out []string) {
	for _, f := range fields {
		out = append(out, f, value)
	}
	return out
}

// forms are the routes that take forms.
func (s *site) forms() (out []route) {
	for _, r := range s.of(anybody, subscriber, staff) {
		if !r.safe() {
			out = append(out, r)
		}
	}
	return out
}

// No text that a browser can send makes us fail, on either database.
func TestNoTextMakesUsFail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		s.account(ada)
		s.staff(sam)
		id := s.idOf(ada)
		for _, text := range []string{
			"\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "'", "'; DROP TABLE accounts; --", `"`, `\`, "%", "_", "${jndi:x}", "{{.}}", "{{7*7}}",
			"\u202e", "\ufeff", "\r\nSet-Cookie: a=b", "１２", "-1", "1e400", "9223372036854775808", "NaN", "1.234", "😀", "../../etc/passwd",
			strings.Repeat("9", 400), strings.Repeat("a", 10_000), strings.Repeat("😀", 5_000), "null", "[]", "true",
		} {
			b, staffer := s.browser().signIn(ada), s.browser().signIn(sam)
			for _, r := range s.forms() {
				by := b
				if r.who == staff {
					by = staffer
				}
				if last(r) == 0 {
					by.post(r.at(map[string]string{"/support/accounts/:id/look": id}), pairs(formFields, text)...).isNoFailure()
				}
			}
			query := "?" + form(pairs([]string{"session", "purchase", "q", "cursor", "before", "day", "model", "cover", "show", "input", "month"}, text)...)
			for _, r := range s.of(anybody, subscriber, staff) {
				if !r.safe() {
					continue
				}
				by := b
				if r.who == staff {
					by = staffer
				}
				by.get(r.at(nil) + query).isNoFailure()
				if strings.Contains(r.path, ":") {
					by.get(strings.ReplaceAll(r.at(map[string]string{r.path: "_id_"}), "_id_", escaped(text))).isNoFailure()
				}
			}
		}
	})
}

// escaped is text as one part of a path.
func escaped(text string) string {
	return strings.ReplaceAll(strings.TrimPrefix(form("", text), "="), "+", "%20")
}

func (a *answer) isNoFailure() {
	a.t.Helper()
	if a.status >= http.StatusInternalServerError {
		a.t.Errorf("%.200s: %d\n%s", a.what, a.status, a.by.s.log.String()[max(0, a.by.s.log.Len()-600):])
	}
}

// Fields that a form does not have change nothing, whoever's they name.
func TestExtraFieldsHaveNoEffect(t *testing.T) {
	w := newWorld(t)
	before := w.digest()
	extra := []string{
		"account_id", w.adaID, "account", w.adaID, "AccountID", w.adaID, "id", w.adaID, "staff", "true", "staff_id", "x", "is_admin", "1", "role", "admin",
		"limit", "unlimited", "monthly_limit", "10000", "balance", "1000000", "spent", "0", "state", "on", "enabled", "true", "extra_usage", "on",
		"consent", "1", "plan", "max_20x", "authenticated_at", "9999999999", "_method", "DELETE",
	}
	for _, r := range w.forms() {
		if last(r) > 0 || r.path == "/sign-in" {
			continue
		}
		path := r.at(nil)
		w.anna.post(path, extra...).isNoFailure()
		w.anna.post(path+"?"+form(extra...), extra...).isNoFailure()
		w.anna.postHTMX(path, extra...).isNoFailure()
	}
	for _, row := range w.changed(before) {
		if strings.Contains(row, w.adaID) {
			t.Errorf("Ada's: %s", row)
		}
	}
	status, err := w.svc.Status(t.Context(), w.annaID)
	w.must(err)
	if status.Enabled || status.Balance != 0 || status.Limit.Kind != billing.LimitUnset || status.Reload.On {
		t.Errorf("Anna has %+v", status)
	}
	if w.anna.get("/support").status != http.StatusNotFound {
		t.Error("Anna is staff")
	}
}

// Of a field sent twice the first counts, in every place.
func TestOfARepeatedFieldTheFirstCounts(t *testing.T) {
	w := newWorld(t)
	version := w.ada.get("/settings/usage").value("version")
	w.ada.post("/settings/usage/monthly-limit?amount=9000&kind=unlimited", "kind", "amount", "kind", "unlimited", "amount", "20", "amount", "9000",
		"version", version).want(http.StatusSeeOther)
	status, err := w.svc.Status(t.Context(), w.adaID)
	w.must(err)
	if status.Limit.Amount != 20*money.Dollar {
		t.Errorf("the limit is %+v", status.Limit)
	}
}

// cardNumbers pass Luhn, in the ways people write them. None is anybody's.
var cardNumbers = []string{
	"4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", " 5555 5555 5555 4444 ", "378282246310005", "3782 822463 10005",
	"6011111111111117", "30569309025904", "4222222222222", "6304000000000000000", "card: 4242 4242 4242 4242, 12/29", "4242\u00a04242\u00a04242\u00a04242",
}

// What reads like a card number is refused wherever it is typed, before anything looks at it; it is neither kept nor noted.
func TestCardNumbersAreRefused(t *testing.T) {
	w := newWorld(t)
	before := w.digest()
	for _, number := range cardNumbers {
		for _, r := range w.forms() {
			a := w.by(r).copied().post(r.at(w.params()), "note", number).want(http.StatusUnprocessableEntity)
			a.says("This looks like a card number.")
			if strings.Contains(a.body, number) {
				t.Errorf("%s repeats the number", r)
			}
		}
		w.browser().get("/pricing?" + form("input", number)).want(http.StatusUnprocessableEntity)
		w.sam.get("/support?" + form("q", number)).want(http.StatusUnprocessableEntity)
		if strings.Contains(w.log.String(), number) {
			t.Errorf("the log has %s", number)
		}
	}
	if diff := w.changed(before); len(diff) > 0 {
		t.Errorf("changed: %v", diff)
	}
}

// What is no card number is not taken for one: digits that fail Luhn, longer and shorter ones, and passwords.
func TestOtherNumbersAreNoCards(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{
		"4242424242424241", "424242424242", "42424242424242424242", "+39 06 1234 5678", "IT12345678901", "DE89 3704 0044 0532 0130 00",
		"4242/4242/4242/4242", "2026-11-10 09:00:00",
	} {
		w.ada.post("/settings/profile/invoice-address", "tax_id", text).want(http.StatusSeeOther)
	}
	w.browser().post("/sign-in", "email", ada, "password", "4242424242424242").says("do not belong together")
}

// A body that is too large is refused before it is read.
func TestLargeBodiesAreRefused(t *testing.T) {
	w := newWorld(t)
	large := "a=" + strings.Repeat("a", 10<<20)
	for _, r := range w.forms() {
		w.by(r).copied().send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", large, "Sec-Fetch-Site", "same-origin").
			want(http.StatusRequestEntityTooLarge)
	}
	for _, r := range w.of(machine, signed) {
		if r.safe() || strings.HasSuffix(r.path, "/void") { // takes no body
			continue
		}
		a := w.machine(w.key).json(r.method, r.at(w.params()), `{"a":"`+large+`"}`, "Idempotency-Key", "k")
		if a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", r, a.status)
		}
	}
}

// Files have no way in.
func TestFormsOfPartsAreRefused(t *testing.T) {
	w := newWorld(t)
	body := "--x\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n4242424242424242\r\n--x--\r\n"
	for _, r := range w.forms() {
		w.by(r).copied().send(r.method, r.at(w.params()), "multipart/form-data; boundary=x", body, "Sec-Fetch-Site", "same-origin").
			want(http.StatusUnsupportedMediaType)
	}
}

// A failure shows a name to ask support about, and nothing of what is inside; the log has all of it.
func TestFailuresTellNothing(t *testing.T) {
	inside := []string{"SELECT", "secret", "panics.go", "goroutine", "runtime", "/root", ".go:"}
	s := newSite(t, onSQLite(t), func(c *handlers.Config) { c.TestProvider = panics{c.TestProvider} })
	for _, lang := range []string{"en", "it"} {
		a := s.browser().with("Accept-Language", lang).get("/test-provider/panic").want(http.StatusInternalServerError)
		for _, word := range inside {
			if strings.Contains(a.body, word) {
				t.Errorf("the page says %s", word)
			}
		}
		a.says(a.header.Get("X-Request-Id"))
		if want := map[string]string{"en": "Something failed on our side", "it": "Qualcosa da noi non ha funzionato"}[lang]; a.text("h1") != want {
			t.Errorf("the heading is %q", a.text("h1"))
		}
	}
	for _, word := range inside[:3] {
		if !strings.Contains(s.log.String(), word) {
			t.Errorf("the log does not say %s", word)
		}
	}
	s.browser().get("/pricing").want(http.StatusOK) // goes on
}
