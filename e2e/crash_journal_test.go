package e2e

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// journal is what clients were told, in their own memory: nothing of it may be lost.
type journal struct {
	t         testing.TB
	mu        sync.Mutex
	holds     map[string]int64 // nanos of the worst case, by id
	settled   map[string]costs // by hold
	voided    map[string]bool  // by hold
	events    map[string]costs // by the caller's id
	purchases map[string]int64 // nanos, by form key
	accounts  map[string]bool
	links     map[string]int // acknowledged requests, by account
	counts    map[string]int
}

// costs are who paid how much of a request, in nanos.
type costs struct{ cost, plan, extra, absorbed int64 }

func newJournal(t testing.TB) *journal {
	return &journal{
		t: t, holds: map[string]int64{}, settled: map[string]costs{}, voided: map[string]bool{}, events: map[string]costs{},
		purchases: map[string]int64{}, accounts: map[string]bool{}, links: map[string]int{}, counts: map[string]int{},
	}
}

func (j *journal) summary() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return "acknowledged: " + counted(j.counts)
}

func (j *journal) refused() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts["refusal"]++
}

// repeated holds a repeated answer against the first.
func (j *journal) repeated(r *errand, first, again reply) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts["repeat"]++
	if first != again {
		j.t.Errorf("%s %s again: got %d %s, before it was %d %s", r.method, r.path, again.status, again.body, first.status, first.body)
	}
}

// acknowledged writes an answer down; anything but a success fails the test. It gives the id of a hold that was made.
func (j *journal) acknowledged(r *errand, a reply) (hold string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts[r.kind]++
	switch {
	case r.kind == "hold" && a.status == http.StatusCreated:
		var v struct {
			ID        string `json:"id"`
			WorstCase string `json:"worst_case"`
		}
		j.decode(a, &v)
		j.holds[v.ID] = j.nanos(v.WorstCase)
		return v.ID
	case r.kind == "settle" && a.status == http.StatusOK:
		j.settled[r.subject] = j.costsOf(a, "")
	case r.kind == "void" && a.status == http.StatusOK:
		j.voided[r.subject] = true
	case r.kind == "event" && a.status == http.StatusOK:
		j.events[r.subject] = j.costsOf(a, r.subject)
	case r.kind == "purchase" && a.status == http.StatusSeeOther && strings.HasPrefix(a.body, "/settings/billing"):
		j.purchases[r.key] = j.nanos(r.subject)
	case r.kind == "account" && (a.status == http.StatusOK || a.status == http.StatusCreated):
		j.accounts[r.subject] = true
	case r.kind == "link" && a.status == http.StatusOK:
		j.links[r.subject]++
	default:
		j.t.Errorf("%s %s %s: %d %.1000s", r.kind, r.path, r.key, a.status, a.body)
	}
	return ""
}

func (j *journal) decode(a reply, v any) {
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		j.t.Errorf("%v: %s", err, a.body)
	}
}

// costsOf reads what a settle or, by its id, an event cost.
func (j *journal) costsOf(a reply, event string) costs {
	type part struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Cost     string `json:"cost"`
		Plan     string `json:"plan_part"`
		Extra    string `json:"extra_part"`
		Absorbed string `json:"absorbed"`
	}
	var v part
	j.decode(a, &v)
	if event != "" && (v.ID != event || v.Status != "recorded" && v.Status != "duplicate") {
		j.t.Errorf("event %s: %s", event, a.body)
	}
	return costs{j.nanos(v.Cost), j.nanos(v.Plan), j.nanos(v.Extra), j.nanos(v.Absorbed)}
}

// nanos reads a decimal amount of dollars.
func (j *journal) nanos(decimal string) int64 {
	r, ok := new(big.Rat).SetString(decimal)
	if ok {
		r.Mul(r, big.NewRat(1_000_000_000, 1))
	}
	if !ok || !r.IsInt() {
		j.t.Errorf("%q is no amount", decimal)
		return 0
	}
	return r.Num().Int64()
}

// dollars shows nanos.
func dollars(nanos int64) string {
	return fmt.Sprintf("$%d.%09d", nanos/1_000_000_000, nanos%1_000_000_000)
}
