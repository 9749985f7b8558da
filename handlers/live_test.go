package handlers_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/handlers"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// patience is more time than anything here takes, on a busy machine.
const patience = 30 * time.Second

// event is one of a stream. data is HTML for the page, or a word of a named event.
type event struct {
	name, data, retry string
	comments          int
}

// reader is an open page that follows the meter.
type reader struct {
	t      testing.TB
	status int
	header http.Header
	events chan event // closed with the stream
}

// listen serves a site on a real connection, with time limits shorter than any stream.
func (s *site) listen() *httptest.Server {
	s.t.Helper()
	server := httptest.NewUnstartedServer(s.router)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	s.t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server
}

// follow opens the stream as the page does.
func (b *browser) follow(server *httptest.Server) *reader {
	b.s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b.s.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/settings/usage/live", nil)
	b.s.must(err)
	r.Host = "app.test"
	r.Header.Set("Accept", "text/html, text/event-stream")
	r.Header.Set("HX-Request", "true")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	b.s.must(err)
	b.s.t.Cleanup(func() { res.Body.Close() })
	p := &reader{t: b.s.t, status: res.StatusCode, header: res.Header, events: make(chan event, 1000)}
	go func() {
		defer close(p.events)
		var e event
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "":
				if lines.Text() != "" {
					e.comments++
					continue
				}
				p.events <- e
				e = event{}
			case "event":
				e.name = value
			case "data":
				e.data += value + "\n"
			case "retry":
				e.retry = value
			}
		}
	}()
	return p
}

// next is the next event; ok is false at the stream's end.
func (p *reader) next() (e event, ok bool) {
	p.t.Helper()
	select {
	case e, ok = <-p.events:
		return e, ok
	case <-time.After(patience):
		p.t.Fatal("nothing more comes")
	}
	return e, ok
}

// until reads on until an event has these words, and gives all that came up to it.
func (p *reader) until(words string) (all string) {
	p.t.Helper()
	for {
		e, ok := p.next()
		if !ok {
			p.t.Fatalf("the stream ended without %q: %.3000s", words, all)
		}
		all += e.data
		if strings.Contains(e.data, words) {
			return all
		}
	}
}

// end reads until the stream ends, and gives the last event with a name.
func (p *reader) end() (last event) {
	p.t.Helper()
	for {
		e, ok := p.next()
		if !ok {
			return last
		}
		if e.name != "" {
			last = e
		}
	}
}

func quick(c *handlers.Config) {
	c.Live = handlers.Live{Pace: time.Millisecond, Look: 20 * time.Millisecond}
}
func told(c *handlers.Config) { c.Live = handlers.Live{Pace: time.Millisecond, Look: time.Hour} }

const updatedPart = `hx-target="#updated"`

// A page is sent what changed on it, within the language and zone of its reader, whichever process changed it; what did not
// change is not sent again, and nothing of anybody else ever.
func TestLivePageFollowsTheMeter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open, told)
		adaID, annaID := s.account(ada), s.account(anna)
		rates, err := pricing.Default()
		s.must(err)
		other := billing.New(open(s.clock), rates, s.provider, s.newID, s.svc.Config())
		p := s.browser().signIn(ada).follow(s.listen())
		if p.status != http.StatusOK || p.header.Get("Content-Type") != "text/event-stream" ||
			p.header.Get("X-Accel-Buffering") != "no" || p.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", p.status, p.header)
		}
		first, _ := p.next()
		for _, part := range []string{"status", "session", "extra-usage", "spending", "bell", "updated"} {
			if !strings.Contains(first.data, `hx-target="#`+part+`" hx-swap="outerMorph"`) {
				t.Errorf("the first event lacks %s", part)
			}
		}
		if !strings.Contains(first.data, "Updated 09:00:00") || strings.Contains(first.data, `"#flash"`) || first.retry != "500" {
			t.Errorf("first event: %.3000s, retry %s", first.data, first.retry)
		}

		s.advance(time.Minute)
		mine := s.svc
		s.use(adaID, 10*money.Dollar) // $40.00 are included
		if got := p.until("25% used"); strings.Contains(got, `"#bell"`) || !strings.Contains(got, "Updated 09:01:00") {
			t.Errorf("sent: %.3000s", got)
		}
		s.svc = other
		s.use(annaID, 28*money.Dollar)
		s.use(adaID, 10*money.Dollar)
		s.svc = mine
		if got := p.until("50% used"); strings.Contains(got, "70%") || strings.Contains(got, anna) || strings.Contains(got, annaID) {
			t.Errorf("of another account: %.3000s", got)
		}
	})
}

// With nothing to tell a page still gets a sign of life, with the time, for longer than the server's own limits; and being
// open does not keep the reader signed in.
func TestLivePageSignsOfLife(t *testing.T) {
	s := newSite(t, onSQLite(t), quick)
	b := s.subscriber(ada)
	p := b.follow(s.listen())
	p.next()
	s.advance(5 * time.Minute)
	p.until("Updated 09:05:00")
	before := s.digest()
	for start := time.Now(); time.Since(start) < time.Second; {
		e, ok := p.next()
		if !ok {
			t.Fatal("the server's own limits ended the stream")
		}
		if e.comments != 1 || strings.Count(e.data, "<hx-partial") != 1 || !strings.Contains(e.data, updatedPart) {
			t.Fatalf("sign of life: %+v", e)
		}
	}
	if rows := s.changed(before); len(rows) > 0 {
		t.Errorf("an open page wrote %v", rows)
	}
	s.advance(90 * 24 * time.Hour)
	p.end()
}

// A burst of changes is a few events: no page gets more than its pace allows.
func TestLivePagePace(t *testing.T) {
	s := newSite(t, onSQLite(t), func(c *handlers.Config) { c.Live = handlers.Live{Pace: 200 * time.Millisecond, Look: time.Hour} })
	b := s.subscriber(ada)
	p := b.follow(s.listen())
	p.next()
	start := time.Now()
	for range 40 {
		s.use(s.idOf(ada), money.Cent)
	}
	s.use(s.idOf(ada), 20*money.Dollar)
	events := 1
	for e, _ := p.next(); !strings.Contains(e.data, "51% used"); e, _ = p.next() {
		events++
	}
	if most := int(time.Since(start)/(200*time.Millisecond)) + 1; events > most {
		t.Errorf("%d events in %s", events, time.Since(start))
	}
}

// A web session has two pages that follow; a third takes the place of the oldest, which is told. Other browsers have their own.
func TestTwoLivePagesPerSession(t *testing.T) {
	s := newSite(t, onSQLite(t), told)
	b := s.subscriber(ada)
	elsewhere, server := s.browser().signIn(ada), s.listen()
	one, two, apart := b.follow(server), b.follow(server), elsewhere.follow(server)
	for _, p := range []*reader{one, two, apart} {
		p.next()
	}
	three := b.follow(server)
	three.next()
	if last := one.end(); last.name != "live:end" || last.data != "elsewhere\n" {
		t.Errorf("the oldest page was told %+v", last)
	}
	s.use(s.idOf(ada), 10*money.Dollar)
	for _, p := range []*reader{two, three, apart} {
		p.until("25% used")
	}
}

// A page of a session that ended ends at once: by signing out, from another browser, or with the password. Who gave the
// password again goes on under the new cookie.
func TestLivePagesEndWithTheirSession(t *testing.T) {
	s := newSite(t, onSQLite(t), told)
	s.account(ada)
	server := s.listen()
	b, other := s.browser().signIn(ada), s.browser().signIn(ada)
	page, otherPage := b.follow(server), other.follow(server)
	page.next()
	otherPage.next()
	b.post("/sign-out").want(http.StatusSeeOther)
	if last := page.end(); last.name != "" {
		t.Errorf("the page was told %+v", last)
	}
	if again := b.follow(server); again.status != http.StatusUnauthorized {
		t.Errorf("signed out: %d", again.status)
	}

	s.advance(time.Hour)
	third := s.browser().signIn(ada)
	thirdPage := third.follow(server)
	thirdPage.next()
	sessions, err := s.svc.Sessions(t.Context(), s.idOf(ada), "")
	s.must(err)
	other.post("/settings/profile/sessions/end", "session", sessions[0].ID).want(http.StatusSeeOther)
	thirdPage.end()
	other.post("/settings/billing/credits", "amount", "10", "current_password", password)
	otherPage.end()
	if again := other.follow(server); again.status != http.StatusOK {
		t.Errorf("after the password: %d", again.status)
	}
}

// A server that stops lets go of its readers first, and asks them to come back one after the other.
func TestLivePagesLetTheServerStop(t *testing.T) {
	stop := make(chan struct{})
	s := newSite(t, onSQLite(t), told, func(c *handlers.Config) { c.Stop = stop })
	b, server := s.subscriber(ada), s.listen()
	p := b.follow(server)
	p.next()
	close(stop)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := server.Config.Shutdown(ctx); err != nil {
		t.Errorf("the server does not stop: %v", err)
	}
	last := p.end()
	if pause, err := strconv.Atoi(last.retry); last.name != "live:stop" || err != nil || pause < 1000 || pause >= 5000 {
		t.Errorf("the page was told %+v", last)
	}
}

// A process has so many seats for pages; who finds none is told so, and a page that leaves makes room.
func TestLivePagesAreBounded(t *testing.T) {
	s := newSite(t, onSQLite(t), func(c *handlers.Config) {
		c.Live = handlers.Live{Pace: time.Millisecond, Look: 20 * time.Millisecond, Most: 1}
	})
	b, other, server := s.subscriber(ada), s.subscriber(anna), s.listen()
	p := b.follow(server)
	p.next()
	if late := other.follow(server); late.status != http.StatusServiceUnavailable {
		t.Errorf("beyond the bound: %d", late.status)
	}
	b.post("/sign-out").want(http.StatusSeeOther)
	p.end()
	for deadline := time.Now().Add(patience); ; {
		if again := other.follow(server); again.status == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the seat stays taken")
		}
	}
}

// The stream is for the page's own reader. Others get a status, and no way that would lead the page elsewhere; who opens its
// address is led to the page.
func TestLivePageIsForItsReader(t *testing.T) {
	s := newSite(t, onSQLite(t))
	server := s.listen()
	for name, b := range map[string]*browser{"nobody": s.browser(), "staff": s.staffMember(sam)} {
		if p := b.follow(server); p.status != http.StatusUnauthorized || p.header.Get("HX-Redirect")+p.header.Get("Location") != "" {
			t.Errorf("%s: %d %v", name, p.status, p.header)
		}
	}
	if a := s.subscriber(ada).get("/settings/usage/live").want(http.StatusSeeOther); a.location() != "/settings/usage" {
		t.Errorf("leads to %s", a.location())
	}
}
