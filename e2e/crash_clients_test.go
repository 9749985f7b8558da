package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// errand is something a client asks for, with all that makes it the same request when it is sent again.
type errand struct {
	kind    string // of the journal
	method  string
	path    string
	key     string
	body    string
	subject string // the id it is about: of the hold to settle, the event, the account
}

// reply is what a client heard.
type reply struct {
	status int
	body   string
}

// inference is the inference service at work for some accounts: holds, settles, now and then a void, a hold that is forgotten
// or a usage event.
type inference struct {
	site     *crashSite
	key      string
	accounts []string
	name     string
	most     int // thousandths of a dollar that a request costs at most
	events   int // percent of the requests that are reported after the fact
	pause    time.Duration
	rng      *rand.Rand
	n        int
	open     *errand // sent, perhaps; not acknowledged
	last     *errand // the last that was
	heard    reply
}

func (c *inference) work(alive func() bool) {
	if c.last != nil { // an answer that was given before the death is given again
		if a, err := c.send(c.last); err == nil {
			c.site.journal.repeated(c.last, c.heard, a)
		}
	}
	for alive() {
		if c.open == nil {
			c.open = c.next()
		}
		c.step()
		time.Sleep(time.Duration(c.rng.Int64N(int64(c.pause))))
	}
}

func (c *inference) finish() {
	for c.open != nil && !c.site.t.Failed() {
		c.step()
	}
}

// step sends the open request and takes what is answered. Without an answer it stays open.
func (c *inference) step() {
	a, err := c.send(c.open)
	if err != nil {
		return
	}
	r := c.open
	c.open = nil
	if r.kind == "hold" && a.status == http.StatusPaymentRequired {
		c.site.journal.refused()
		return
	}
	c.last, c.heard = r, a
	if hold := c.site.journal.acknowledged(r, a); hold != "" {
		c.open = c.after(hold, r)
	}
}

func (c *inference) next() *errand {
	c.n++
	id := fmt.Sprintf("%s-%d", c.name, c.n)
	account, input := c.accounts[c.rng.IntN(len(c.accounts))], (6+c.rng.IntN(c.most-5))*1000
	if c.rng.IntN(100) < c.events {
		body := fmt.Sprintf(`{"id":%q,"account":%q,"model":"claude-haiku-4-5","usage":{"input_tokens":%d,"output_tokens":%d}}`, id, account, input, c.rng.IntN(1000))
		return &errand{kind: "event", method: http.MethodPost, path: "/v1/usage", key: id, body: body, subject: id}
	}
	body := fmt.Sprintf(`{"account":%q,"model":"claude-haiku-4-5","input_tokens":%d,"max_tokens":1000}`, account, input)
	return &errand{kind: "hold", method: http.MethodPost, path: "/v1/holds", key: id, body: body}
}

// after is what follows a hold: mostly a settle.
func (c *inference) after(hold string, r *errand) *errand {
	switch dice := c.rng.IntN(100); {
	case dice < 8:
		return nil // forgotten: it expires
	case dice < 12:
		return &errand{kind: "void", method: http.MethodPost, path: "/v1/holds/" + hold + "/void", key: r.key + "-void", subject: hold}
	}
	var asked struct {
		Input int `json:"input_tokens"`
	}
	if err := json.Unmarshal([]byte(r.body), &asked); err != nil {
		c.site.t.Error(err)
	}
	body := fmt.Sprintf(`{"usage":{"input_tokens":%d,"output_tokens":%d}}`, asked.Input, c.rng.IntN(1200))
	return &errand{kind: "settle", method: http.MethodPost, path: "/v1/holds/" + hold + "/settle", key: r.key + "-settle", body: body, subject: hold}
}

func (c *inference) send(r *errand) (reply, error) { return sendJSON(c.site.s, c.key, r) }

// crashHTTP gives up a request that hangs; the program answers within milliseconds or is dead.
var crashHTTP = &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func sendJSON(s *server, key string, r *errand) (reply, error) {
	q, err := http.NewRequest(r.method, s.url+r.path, strings.NewReader(r.body))
	if err != nil {
		return reply{}, err
	}
	q.Header.Set("Authorization", "Bearer "+key)
	if r.body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	q.Header.Set("Idempotency-Key", r.key)
	return answered(crashHTTP.Do(q))
}

// answered reads a whole answer: half an answer is none.
func answered(res *http.Response, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode == http.StatusSeeOther {
		body = []byte(res.Header.Get("Location"))
	}
	return reply{res.StatusCode, string(body)}, err
}

// buyer is a subscriber who buys credits in the browser, form after form.
type buyer struct {
	site  *crashSite
	email string
	name  string
	http  *http.Client
	rng   *rand.Rand
	n     int
	open  *errand
}

func newBuyer(site *crashSite, email, name string, rng *rand.Rand) *buyer {
	jar, err := cookiejar.New(nil)
	if err != nil {
		site.t.Fatal(err)
	}
	return &buyer{site: site, email: email, name: name, rng: rng, http: &http.Client{Jar: jar, Timeout: crashHTTP.Timeout, CheckRedirect: crashHTTP.CheckRedirect}}
}

func (b *buyer) work(alive func() bool) {
	for alive() {
		if b.open == nil {
			b.n++
			b.open = &errand{kind: "purchase", path: "/settings/billing/credits", key: fmt.Sprintf("%s-%d", b.name, b.n), subject: fmt.Sprint(5 + b.rng.IntN(20))}
		}
		b.step()
		time.Sleep(time.Duration(20+b.rng.Int64N(60)) * time.Millisecond)
	}
}

func (b *buyer) finish() {
	for b.open != nil && !b.site.t.Failed() {
		b.step()
	}
}

func (b *buyer) step() {
	r := b.open
	a, err := b.send(http.MethodPost, r.path, url.Values{
		"amount": {r.subject}, "confirm": {r.subject}, "key": {r.key}, "current_password": {storyPassword},
	})
	switch {
	case err != nil:
	case strings.HasPrefix(a.body, "/sign-in"):
		_, _ = b.send(http.MethodPost, "/sign-in", url.Values{"email": {b.email}, "password": {storyPassword}})
	default:
		b.site.journal.acknowledged(r, a)
		b.open = nil
		_, _ = b.send(http.MethodGet, "/settings/billing", nil) // where the browser goes: it is told there how the purchase stands
	}
}

func (b *buyer) send(method, path string, form url.Values) (reply, error) {
	q, err := http.NewRequest(method, b.site.s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return reply{}, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", b.site.s.url)
	q.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", b.rng.IntN(250), b.rng.IntN(250), 1+b.rng.IntN(250)))
	return answered(b.http.Do(q))
}

// registrar provisions accounts and has each mailed a link for its first sign-in.
type registrar struct {
	*buyer
	key string
}

func (c *registrar) work(alive func() bool) {
	for alive() {
		if c.open == nil {
			c.n++
			c.open = c.account(fmt.Sprintf("%s-%d", c.name, c.n))
		}
		c.step()
		time.Sleep(time.Duration(50+c.rng.Int64N(100)) * time.Millisecond)
	}
}

func (c *registrar) account(id string) *errand {
	body := fmt.Sprintf(`{"email":"%s@example.com","name":"Crash","plan":"max_20x","locale":"en","time_zone":"UTC"}`, id)
	return &errand{kind: "account", method: http.MethodPut, path: "/v1/accounts/" + id, key: id, body: body, subject: id}
}

func (c *registrar) finish() {
	for c.open != nil && !c.site.t.Failed() {
		c.step()
	}
}

func (c *registrar) step() {
	r := c.open
	var a reply
	var err error
	if r.kind == "account" {
		a, err = sendJSON(c.site.s, c.key, r)
	} else {
		a, err = c.send(http.MethodPost, r.path, url.Values{"email": {r.subject + "@example.com"}})
	}
	if err != nil {
		return
	}
	c.site.journal.acknowledged(r, a)
	c.open = nil
	if r.kind == "account" {
		c.open = &errand{kind: "link", path: "/sign-in/link", key: r.key, subject: r.subject}
	}
}

// populate makes the accounts and their clients, while the program runs undisturbed. Auto-reload buys three times an hour at
// most: there are so many accounts that it has something to do till the end.
func (c *crashSite) populate(reloaders int) {
	c.t.Helper()
	rng := rand.New(rand.NewPCG(c.seed, 2))
	dice := func() *rand.Rand { return rand.New(rand.NewPCG(rng.Uint64(), 3)) }
	rich := c.enabled("rich", "10000", url.Values{"first_purchase": {"500"}})
	walled := c.enabled("walled", "5", url.Values{"first_purchase": {"100"}})
	c.closing = c.enabled("closing", "10000", url.Values{"first_purchase": {"2000"}})
	var reload []string
	for i := range reloaders {
		reload = append(reload, c.enabled(fmt.Sprintf("reloader%d", i), "50", url.Values{"auto_reload": {"on"}, "threshold": {"5"}, "target": {"20"}}))
	}
	key := newMachine(c.t, c.s).key
	for i, s := range []inference{
		{accounts: []string{rich}, most: 300, events: 20, pause: 4 * time.Millisecond},
		{accounts: []string{rich}, most: 800, events: 20, pause: 4 * time.Millisecond},
		{accounts: []string{walled}, most: 800, events: 20, pause: 4 * time.Millisecond},
		{accounts: reload, most: 3000, events: 20, pause: 20 * time.Millisecond},
		{accounts: []string{c.closing}, most: 900, events: 100, pause: 200 * time.Millisecond}, // a hold would keep its month open
	} {
		s.site, s.key, s.name, s.rng = c, key, fmt.Sprintf("service%d", i), dice()
		c.clients = append(c.clients, &s)
	}
	for i := range 2 {
		c.clients = append(c.clients, newBuyer(c, "rich@example.com", fmt.Sprintf("order%d", i), dice()))
	}
	c.clients = append(c.clients, &registrar{buyer: newBuyer(c, "rich@example.com", "newcomer", dice()), key: key})
}

// enabled makes an account and switches extra usage on, always continued, under a limit.
func (c *crashSite) enabled(name, limit string, more url.Values) (account string) {
	c.t.Helper()
	email := name + "@example.com"
	account = created(c.t, c.s, storyPassword, "account", "create", "--email", email, "--password-stdin")
	b := newBuyer(c, email, name, rand.New(rand.NewPCG(c.seed, 4)))
	if _, err := b.send(http.MethodPost, "/sign-in", url.Values{"email": {email}, "password": {storyPassword}}); err != nil {
		c.t.Fatal(err)
	}
	(&subscriber{t: c.t, s: c.s, http: &http.Client{Jar: b.http.Jar}}).enableWith(limit, more)
	return account
}
