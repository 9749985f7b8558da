package e2e

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestTheLimitHoldsAcrossServers races 1,000 holds of $0.10 extra by 50 clients against a limit of $5.00, on one server over
// SQLite and over three servers on one PostgreSQL: exactly 50 are accepted.
func TestTheLimitHoldsAcrossServers(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		raceTheLimit(t, []*server{startServer(t, "PLAN_ALLOWANCE=0")})
	})
	t.Run("three servers on PostgreSQL", func(t *testing.T) {
		database := "DATABASE_URL=" + newPostgres(t)
		var servers []*server
		for range 3 {
			servers = append(servers, startServer(t, "PLAN_ALLOWANCE=0", database))
		}
		raceTheLimit(t, servers)
	})
}

func raceTheLimit(t *testing.T, servers []*server) {
	account := created(t, servers[0], storyPassword, "account", "create", "--email", storyEmail, "--password-stdin")
	newSubscriber(t, servers[0]).enable("5", "100")
	key := newMachine(t, servers[0]).key
	var accepted, refused atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for client := range 50 {
		s := servers[client%len(servers)]
		wg.Go(func() {
			<-start
			for i := range 20 {
				code, err := holdOnce(s, key, account, fmt.Sprintf("race-%d-%d", client, i))
				switch {
				case err != nil:
					t.Error(err)
				case code == http.StatusCreated:
					accepted.Add(1)
				case code == http.StatusPaymentRequired:
					refused.Add(1)
				default:
					t.Errorf("status %d", code)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	equal(t, "accepted", accepted.Load(), int64(50))
	equal(t, "refused", refused.Load(), int64(950))
	for _, s := range servers {
		status := (&machine{t: t, s: s, key: key}).status(account)
		equal(t, "held", status["held"], any("5"))
		equal(t, "remaining", status["remaining"], any("0"))
	}
	if out, err := servers[0].command("", "ledger", "verify", "--json"); err != nil || !strings.Contains(out, `"ok": true`) {
		t.Errorf("ledger verify: %v %s", err, out)
	}
}

// holdOnce asks for a hold of $0.10 and gives the status.
func holdOnce(s *server, key, account, idempotencyKey string) (int, error) {
	body := fmt.Sprintf(`{"account":%q,"model":"claude-haiku-4-5","input_tokens":95000,"max_tokens":1000}`, account)
	r, err := http.NewRequest(http.MethodPost, s.url+"/v1/holds", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", idempotencyKey)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// subscriber is a browser without pictures: it sends forms and follows where they lead.
type subscriber struct {
	t    *testing.T
	s    *server
	http *http.Client
	at   *url.URL // the page it is on
}

// newSubscriber signs in.
func newSubscriber(t *testing.T, s *server) *subscriber {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u := &subscriber{t: t, s: s, http: &http.Client{Jar: jar}}
	u.send("/sign-in", url.Values{"email": {storyEmail}, "password": {storyPassword}})
	return u
}

// send posts a form, or gets the page when there is none, and gives the page it ends on.
func (u *subscriber) send(path string, form url.Values) string {
	u.t.Helper()
	method, address := http.MethodGet, path
	if strings.HasPrefix(path, "/") {
		address = u.s.url + path
	}
	if form != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		u.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", u.s.url)
	res, err := u.http.Do(r)
	if err != nil {
		u.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		u.t.Fatalf("%s %s: %s %v\n%.2000s", method, path, res.Status, err, page)
	}
	u.at = res.Request.URL
	return string(page)
}

// hidden is the value of a hidden field of a page.
func (u *subscriber) hidden(page, name string) string {
	u.t.Helper()
	m := regexp.MustCompile(`name="` + name + `"[^>]*value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		u.t.Fatalf("no field %s on %s", name, u.at)
	}
	return m[1]
}

// enable turns extra usage on, always continued, with a limit and a first purchase in dollars.
func (u *subscriber) enable(limit, purchase string) {
	u.t.Helper()
	u.enableWith(limit, url.Values{"first_purchase": {purchase}})
}

// enableWith is enable with other preferences.
func (u *subscriber) enableWith(limit string, more url.Values) {
	u.t.Helper()
	u.send("/settings/usage/enable", url.Values{})
	u.send("/settings/billing/payment-method", url.Values{"next": {"/settings/usage/enable/payment-method"}})
	u.send(u.at.String(), url.Values{"card": {"succeeds"}})
	page := u.send("/settings/usage/enable/preferences", nil)
	form := url.Values{
		"version": {u.hidden(page, "version")}, "limit_kind": {"amount"}, "limit_amount": {limit}, "continue_preference": {"always"},
	}
	maps.Copy(form, more)
	page = u.send("/settings/usage/enable/preferences", form)
	u.send("/settings/usage/enable/review", url.Values{"version": {u.hidden(page, "version")}, "terms": {u.hidden(page, "terms")}})
}
