package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/money"
)

// The model of the API's tests costs $1 for a million input tokens and $5 for a million output tokens.
const haiku = "claude-haiku-4-5"

// worst is the body of a hold whose worst case is this much.
func worst(account string, cost money.Amount) string {
	return fmt.Sprintf(`{"account":%q,"model":%q,"input_tokens":%d,"max_tokens":1}`, account, haiku, int64(cost)/1000-5)
}

// used is a usage object that costs this much.
func used(cost money.Amount) string {
	return fmt.Sprintf(`{"input_tokens":%d,"output_tokens":1}`, int64(cost)/1000-5)
}

// eventOf is a plain event.
func eventOf(id, account string, cost money.Amount) string {
	return fmt.Sprintf(`{"id":%q,"account":%q,"model":%q,"usage":%s}`, id, account, haiku, used(cost))
}

// cloudEvent is the same event as a CloudEvent.
func cloudEvent(id, source, account string, cost money.Amount) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":%q,"type":"com.example.usage","subject":%q,"data":{"model":%q,"usage":%s}}`,
		id, source, account, haiku, used(cost))
}

// newKey is an idempotency key nobody used yet.
func (s *site) newKey() string { return fmt.Sprint("key-", s.ids.Add(1)) }

// hold asks for a hold under a key.
func (b *browser) hold(key, body string) *answer {
	b.s.t.Helper()
	return b.json(http.MethodPost, "/v1/holds", body, "Idempotency-Key", key)
}

// held asks for a hold that has to be granted, and gives its id.
func (b *browser) held(account string, cost money.Amount) string {
	b.s.t.Helper()
	return b.hold(b.s.newKey(), worst(account, cost)).want(http.StatusCreated).string("id")
}

func (b *browser) settle(hold, usage string, headers ...string) *answer {
	b.s.t.Helper()
	return b.json(http.MethodPost, "/v1/holds/"+hold+"/settle", `{"usage":`+usage+`}`, headers...)
}

func (b *browser) status(account string) *answer {
	b.s.t.Helper()
	return b.get("/v1/accounts/" + account + "/extra-usage").want(http.StatusOK)
}

// at is what stands at a path such as "session.resets_at" or "0.status" of a JSON answer; "<none>" where nothing does.
func (a *answer) at(path string) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%s: %v in %q", a.what, err, a.body)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch inner := v.(type) {
		case map[string]any:
			got, there := inner[step]
			if !there {
				return "<none>"
			}
			v = got
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(inner) {
				return "<none>"
			}
			v = inner[i]
		default:
			return "<none>"
		}
	}
	return v
}

func (a *answer) string(path string) string {
	a.t.Helper()
	return fmt.Sprint(a.at(path))
}

// is fails the test unless paths have these values, written as fmt does; pairs are paths and values.
func (a *answer) is(pairs ...string) *answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := a.string(pairs[i]); got != pairs[i+1] {
			a.t.Errorf("%s: %s is %q, want %q in %.1000s", a.what, pairs[i], got, pairs[i+1], a.body)
		}
	}
	return a
}

// refused fails the test unless the answer is a problem with this status and reason.
func (a *answer) refused(status int, reason string) *answer {
	a.t.Helper()
	a.want(status)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Errorf("%s: %s", a.what, got)
	}
	return a.is("reason", reason)
}

// fund buys credits with a card that works.
func (s *site) fund(id string, amount money.Amount) {
	s.t.Helper()
	ctx := context.Background()
	visit, err := s.svc.StartCardSetup(ctx, id, billing.ReturnToBilling)
	s.must(err)
	back := mustURL(s.browser().post(visit, "card", "succeeds").want(http.StatusSeeOther).header.Get("Location"))
	_, err = s.svc.FinishCardSetup(ctx, id, back.Query().Get("session"))
	s.must(err)
	p, err := s.svc.BuyCredits(ctx, id, billing.Order{Amount: amount, Key: s.newKey()})
	s.must(err)
	if p.State != billing.PurchaseSucceeded {
		s.t.Fatalf("%+v", p)
	}
}

// asking is extra, for a subscriber who wants to be asked in each session.
func (s *site) asking(id string, limit money.Amount) {
	s.t.Helper()
	s.extra(id, limit)
	s.change(id, func(m *models.MeterState) { m.Meter.AlwaysContinue, m.Meter.AlwaysContinueSinceAt = false, m.Now })
}

// change edits an account's state under its lock.
func (s *site) change(id string, fn func(*models.MeterState)) {
	s.t.Helper()
	s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		fn(m)
		return tx.Save(m)
	}))
}

// exhausted uses up the session's allowance.
func (s *site) exhausted(id string) {
	s.t.Helper()
	s.use(id, billing.DefaultConfig().PlanAllowance)
}

// verify fails the test when the books contradict each other.
func (s *site) verify() {
	s.t.Helper()
	ok, checks, err := s.svc.VerifyLedger(context.Background())
	s.must(err)
	for _, c := range checks {
		for _, f := range c.Findings {
			s.t.Errorf("%s: %s", c.Name, f)
		}
	}
	if !ok {
		s.t.FailNow()
	}
}

var numbered = regexp.MustCompile(`[a-z]+_[0-9]{12}`)

// unnumbered is a body without the numbers of ids, which depend on how many were made before.
func unnumbered(body string) string { return numbered.ReplaceAllString(body, "id") }

// onSite is a site over SQLite, and a machine with every scope.
func onSite(t *testing.T) (*site, *browser) {
	t.Helper()
	s := newSite(t, onSQLite(t))
	return s, s.machine(s.apiKey())
}
