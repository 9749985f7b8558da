package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// keyed are the operations that take an idempotency key, each as a request that is accepted. other is a request that the same
// key may not stand for.
func keyed(s *site, m *browser, id string) map[string]struct{ path, body, other string } {
	hold := m.held(id, money.Dollar)
	voided := m.held(id, money.Dollar)
	return map[string]struct{ path, body, other string }{
		"hold":     {"/v1/holds", worst(id, money.Dollar), worst(id, 2*money.Dollar)},
		"settle":   {"/v1/holds/" + hold + "/settle", `{"usage":` + used(money.Dollar) + `}`, `{"usage":` + used(2*money.Dollar) + `}`},
		"void":     {"/v1/holds/" + voided + "/void", ``, `{}`},
		"usage":    {"/v1/usage", eventOf("e", id, money.Dollar), eventOf("e", id, 2*money.Dollar)},
		"continue": {"/v1/accounts/" + id + "/session/continue", `{"choice":"continue"}`, `{"choice":"stop"}`},
	}
}

// newAsking is a site with an account that has extra usage, a session, and holds in it.
func newAsking(t *testing.T, open storetest.Open) (s *site, m *browser, id string) {
	t.Helper()
	s = newSite(t, open)
	id = s.account(ada)
	s.fund(id, 20*money.Dollar)
	s.asking(id, 50*money.Dollar)
	return s, s.machine(s.apiKey()), id
}

// The same key and body: the same status and body, byte for byte, and nothing happens twice. Another body: refused. Another
// caller: another request.
func TestIdempotencyMatrix(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, m, id := newAsking(t, open)
		other := s.machine(s.apiKey())
		for name, op := range keyed(s, m, id) {
			t.Run(name, func(t *testing.T) {
				key := "key of " + name
				key = strings.ReplaceAll(key, " ", "-")
				send := func(b *browser, path, body string) *answer {
					return b.json(http.MethodPost, path, body, "Idempotency-Key", key)
				}
				first := send(m, op.path, op.body)
				if first.status/100 != 2 {
					t.Fatalf("%d %s", first.status, first.body)
				}
				before := m.status(id).body
				s.advance(time.Minute)
				for range 3 {
					if again := send(m, op.path, op.body); again.status != first.status || again.body != first.body {
						t.Errorf("replayed: %d %s\nfirst    %d %s", again.status, again.body, first.status, first.body)
					}
				}
				send(m, op.path, op.other).refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
				if after := m.status(id).body; after != before {
					t.Errorf("a replay did something\nbefore %s\nafter  %s", before, after)
				}
				if theirs := send(other, op.path, op.other); theirs.status == http.StatusUnprocessableEntity {
					t.Errorf("another caller's key is in the way: %s", theirs.body)
				}
			})
		}
		// a key stands for one path as well
		a, b := m.held(id, money.Dollar), m.held(id, money.Dollar)
		m.settle(a, used(money.Dollar), "Idempotency-Key", "two-paths").want(http.StatusOK)
		m.settle(b, used(money.Dollar), "Idempotency-Key", "two-paths").refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
		s.verify()
	})
}

// Twenty at once are one.
func TestConcurrentReplays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, m, id := newAsking(t, open)
		for name, op := range keyed(s, m, id) {
			answers := atOnce(20, func() *answer { return m.json(http.MethodPost, op.path, op.body, "Idempotency-Key", "race-"+name) })
			for _, a := range answers {
				if a.status/100 != 2 || a.body != answers[0].body {
					t.Errorf("%s: %d %s\nanother %s", name, a.status, a.body, answers[0].body)
				}
			}
		}
		m.status(id).is("session.used_percent", "5") // a settlement and an event of a dollar, of $40
		s.verify()
	})
}

func atOnce(n int, send func() *answer) []*answer {
	answers := make([]*answer, n)
	var all, gate sync.WaitGroup
	gate.Add(1)
	for i := range answers {
		all.Go(func() {
			gate.Wait()
			answers[i] = send()
		})
	}
	gate.Done()
	all.Wait()
	return answers
}

// What is no key is refused; a hold needs one; other requests do not.
func TestIdempotencyKeys(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	for name, key := range map[string]string{
		"empty": "", "a blank": "a b", "a tab": "a\tb", "not ASCII": "è", "control": "a\x01", "too long": strings.Repeat("k", 256), "10 kB": strings.Repeat("k", 10_000),
	} {
		m.hold(key, worst(id, money.Dollar)).refused(http.StatusBadRequest, "idempotency_key_malformed").is("field", "Idempotency-Key")
		m.json(http.MethodPost, "/v1/usage", eventOf("e "+name, id, money.Dollar), "Idempotency-Key", key).
			refused(http.StatusBadRequest, "idempotency_key_malformed")
	}
	m.json(http.MethodPost, "/v1/holds", worst(id, money.Dollar)).refused(http.StatusBadRequest, "idempotency_key_missing")
	m.hold(strings.Repeat("~", 255), worst(id, money.Dollar)).want(http.StatusCreated)
	m.json(http.MethodPost, "/v1/usage", eventOf("e", id, money.Dollar)).want(http.StatusOK).is("status", "recorded")
	m.status(id).is("session.used_percent", "2")
}

// What was refused, or could not be read, binds no key.
func TestRefusalBindsNoKey(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	s.exhausted(id)
	m.hold("k", worst(id, money.Dollar)).refused(http.StatusPaymentRequired, "extra_usage_off")
	m.json(http.MethodPost, "/v1/holds", `{`, "Idempotency-Key", "k").refused(http.StatusBadRequest, "json")
	choose := func(choice string) *answer {
		return m.json(http.MethodPost, "/v1/accounts/"+id+"/session/continue", `{"choice":"`+choice+`"}`, "Idempotency-Key", "k")
	}
	choose("continue").refused(http.StatusConflict, "extra_usage_off")
	usage := func(body string) *answer { return m.json(http.MethodPost, "/v1/usage", body, "Idempotency-Key", "k") }
	unknown := strings.Replace(eventOf("e", id, money.Dollar), haiku, "claude-9", 1)
	usage("["+unknown+"]").want(http.StatusOK).is("0.status", "rejected")
	usage(unknown).want(http.StatusOK).is("status", "rejected")

	s.fund(id, 20*money.Dollar)
	s.extra(id, 50*money.Dollar)
	m.hold("k", worst(id, 2*money.Dollar)).want(http.StatusCreated)
	choose("stop").want(http.StatusOK)
	usage(eventOf("e", id, money.Dollar)).want(http.StatusOK).is("status", "recorded")
	usage("["+unknown+"]").refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
}

// Keys are the caller's own: nobody is answered with another's answer.
func TestKeysAreTheCallersOwn(t *testing.T) {
	s, m := onSite(t)
	other := s.machine(s.apiKey())
	a, b := s.account(ada), s.account(anna)
	m.json(http.MethodPost, "/v1/usage", eventOf("e", a, money.Dollar), "Idempotency-Key", "k").want(http.StatusOK).is("cost", "1")
	other.json(http.MethodPost, "/v1/usage", eventOf("e", b, 2*money.Dollar), "Idempotency-Key", "k").want(http.StatusOK).is("cost", "2")
	first := m.hold("k", worst(a, money.Dollar)).want(http.StatusCreated)
	if again := other.hold("k", worst(a, money.Dollar)).want(http.StatusCreated); again.string("id") == first.string("id") {
		t.Error("another caller got this one's hold")
	}
}

// step is one request of a story. hold names the hold it is about, by the step that asked for it.
type step struct {
	path, body string
	hold       int
}

// story is a session from the first request to the wall, of every operation.
func story(id string) []step {
	var all []step
	ask := func(cost money.Amount) int {
		all = append(all, step{path: "/v1/holds", body: worst(id, cost)})
		return len(all) - 1
	}
	end := func(hold int, how, body string) {
		all = append(all, step{path: "/v1/holds/%s/" + how, body: body, hold: hold})
	}
	settle := func(hold int, cost money.Amount) { end(hold, "settle", `{"usage":`+used(cost)+`}`) }
	a, b := ask(30*money.Dollar), ask(5*money.Dollar)
	settle(a, 29*money.Dollar)
	end(b, "void", "")
	all = append(all, step{path: "/v1/usage", body: eventOf("e1", id, 12*money.Dollar)})
	ask(money.Dollar) // refused: the session's limit is reached
	all = append(all, step{path: "/v1/accounts/" + id + "/session/continue", body: `{"choice":"continue"}`})
	c := ask(3 * money.Dollar)
	settle(c, 4*money.Dollar)
	all = append(all, step{path: "/v1/usage", body: "[" + eventOf("e2", id, money.Dollar) + "," + eventOf("e3", id, money.Dollar) + ",7]"})
	ask(money.Dollar) // refused: the monthly limit is reached
	return all
}

// Every POST of a story, sent one to four times at once, leaves the same state and the same answers as sent once.
func TestEveryPostSentOftenIsSentOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		m := s.machine(s.apiKey())
		once, often := s.account(ada), s.account(anna)
		for _, id := range []string{once, often} {
			s.fund(id, 20*money.Dollar)
			s.asking(id, 5*money.Dollar)
		}
		tell := func(id string, times func(int) int) (answers []string) {
			holds := map[int]string{}
			for i, st := range story(id) {
				path := st.path
				if strings.Contains(path, "%s") {
					path = fmt.Sprintf(path, holds[st.hold])
				}
				key := fmt.Sprintf("%s-%d", id, i)
				got := atOnce(times(i), func() *answer { return m.json(http.MethodPost, path, st.body, "Idempotency-Key", key) })
				for _, a := range got {
					if a.status != got[0].status || a.status < 300 && a.body != got[0].body {
						t.Errorf("step %d: %d %s and %d %s", i, a.status, a.body, got[0].status, got[0].body)
					}
				}
				if got[0].status == http.StatusCreated {
					holds[i] = got[0].string("id")
				}
				if got[0].status < 300 {
					answers = append(answers, fmt.Sprint(got[0].status, " ", unnumbered(got[0].body)))
				} else {
					answers = append(answers, fmt.Sprint(got[0].status, " ", got[0].string("reason")))
				}
			}
			return answers
		}
		want := tell(once, func(int) int { return 1 })
		got := tell(often, func(i int) int { return 1 + (i*7+3)%4 })
		if !slices.Equal(got, want) {
			t.Errorf("sent often:\n%s\nsent once:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got, want := unnumbered(m.status(often).body), unnumbered(m.status(once).body); got != want {
			t.Errorf("sent often: %s\nsent once:  %s", got, want)
		}
		a, b := s.entries(once), s.entries(often)
		if len(a) != len(b) {
			t.Fatalf("%d entries, and %d", len(a), len(b))
		}
		for i := range a {
			if a[i].Kind != b[i].Kind || a[i].Amount != b[i].Amount || a[i].BalanceAfter != b[i].BalanceAfter {
				t.Errorf("entry %d: %+v and %+v", i, a[i], b[i])
			}
		}
		m.status(once).is("spent_this_month", "5", "reason", "monthly_limit_reached")
		s.verify()
	})
}

// Answers last for thirty days under their key; what was counted stays counted for ever.
func TestAnswersAreForgottenNotCounted(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	send := func() *answer {
		return m.json(http.MethodPost, "/v1/usage", eventOf("e", id, money.Dollar), "Idempotency-Key", "k").want(http.StatusOK)
	}
	first := send().is("status", "recorded")
	s.advance(29 * 24 * time.Hour)
	s.must(s.svc.PurgeOld(t.Context()))
	if again := send(); again.body != first.body {
		t.Errorf("%s, first %s", again.body, first.body)
	}
	s.advance(2 * 24 * time.Hour)
	s.must(s.svc.PurgeOld(t.Context()))
	send().is("status", "duplicate", "cost", "1")
	a, err := s.svc.Activity(t.Context(), id, billing.ActivityFilter{}, billing.Place{}, 10)
	if err != nil || a.Count != 1 || len(a.Requests) != 1 {
		t.Errorf("%+v %v", a, err)
	}
}
