package testpay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// app takes webhooks as the app does: what does not verify, and what it is told to refuse, is not taken.
type app struct {
	heard  []string // kind, purchase, mode
	object string   // of the last one
	forged int
	refuse bool
}

// listening is a rig whose webhooks go to an app, with three charges of two accounts; nothing is in the outbox.
func listening(t *testing.T) (*rig, *app, []billing.Charge) {
	t.Helper()
	r, a := newRig(t), &app{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		e, err := r.ReadWebhook(q.Header, body, r.now)
		switch {
		case errors.Is(err, billing.ErrBadSignature):
			a.forged++
			w.WriteHeader(http.StatusForbidden)
			return
		case err != nil:
			t.Error(err)
		case a.refuse:
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		a.object = e.Object
		a.heard = append(a.heard, strings.TrimSpace(fmt.Sprint(e.Kind, " ", e.PurchaseID, " ", e.Live)))
	}))
	t.Cleanup(web.Close)
	r.open(web.URL)
	other := r.request(r.card("succeeds"), "purchase_other", money.Dollars(10))
	other.AccountID = "acc_2"
	charges := []billing.Charge{{}}
	var err error
	if charges[0], err = r.Debit(context.Background(), other); err != nil {
		t.Fatal(err)
	}
	charges = append(charges, r.paid("purchase_1"), r.paid("purchase_2"))
	if _, err := r.Deliver(context.Background()); err != nil {
		t.Fatal(err)
	}
	a.heard = nil
	return r, a, charges
}

func TestFaultsOfAWebhook(t *testing.T) {
	genuine, other := "charge purchase_1 false", "charge purchase_other false"
	posts := func(all ...testpay.Alteration) testpay.Handling { return testpay.Handling{Posts: all} }
	for _, c := range []struct {
		name    string
		how     testpay.Handling
		heard   []string
		forged  int
		arrived int // at once
		later   int // once the script has ended
	}{
		{"as it is", testpay.Handling{}, []string{genuine}, 0, 1, 0},
		{"three times", posts(testpay.Genuine, testpay.Genuine, testpay.Genuine), []string{genuine, genuine, genuine}, 0, 1, 0},
		{"dropped", testpay.Handling{Drop: true}, nil, 0, 0, 0},
		{"three days late", testpay.Handling{Delay: 72 * time.Hour}, nil, 0, 0, 1},
		{"wrong account", posts(testpay.WrongAccount), []string{other}, 0, 1, 0},
		{"wrong mode", posts(testpay.WrongMode), []string{"charge purchase_1 true"}, 0, 1, 0},
		{"unknown type", posts(testpay.UnknownType), []string{"other purchase_1 false"}, 0, 1, 0},
		{"stale", posts(testpay.Stale), nil, 1, 0, 1},
		{"bad signature", posts(testpay.BadSignature), nil, 1, 0, 1},
		{"forged, then genuine", posts(testpay.BadSignature, testpay.Stale, testpay.Genuine), []string{genuine}, 2, 1, 0},
		{"genuine, then forged", posts(testpay.Genuine, testpay.BadSignature), []string{genuine}, 1, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, a, charges := listening(t)
			r.Play(testpay.Script{Webhook: func(w testpay.Webhook) testpay.Handling {
				if w.Type != "charge.refund.made" || w.Object != charges[1].ID || w.Purchase != "purchase_1" || w.ID == "" || !w.At.Equal(r.now) || w.Attempts != 0 {
					t.Errorf("asked about %+v", w)
				}
				return c.how
			}})
			if _, err := r.Refund(context.Background(), charges[1].ID, money.Dollars(1)); err != nil {
				t.Fatal(err)
			}
			r.deliver(c.arrived)
			if !slices.Equal(a.heard, c.heard) || a.forged != c.forged {
				t.Errorf("heard %q and %d forged, want %q and %d", a.heard, a.forged, c.heard, c.forged)
			}
			r.Play(testpay.Script{})
			a.heard = nil
			r.now = r.now.Add(max(c.how.Delay, time.Minute) - time.Microsecond)
			if c.how.Delay > 0 {
				r.deliver(0)
			}
			r.now = r.now.Add(time.Microsecond)
			r.deliver(c.later)
			if len(a.heard) != c.later || c.later == 1 && a.heard[0] != genuine {
				t.Errorf("heard %q later", a.heard)
			}
		})
	}
}

// TestWrongAccountOfAVisit: an event about a visit is altered to be about another account's visit, or about none.
func TestWrongAccountOfAVisit(t *testing.T) {
	r, a, _ := listening(t)
	r.Play(testpay.Script{Webhook: func(testpay.Webhook) testpay.Handling {
		return testpay.Handling{Posts: []testpay.Alteration{testpay.WrongAccount}}
	}})
	r.card("succeeds")
	r.deliver(1)
	if a.object != "nobody's" {
		t.Errorf("about %q", a.object)
	}
	others, err := r.StartSetup(context.Background(), billing.SetupRequest{ID: "setup_2", Reference: "acc_2"})
	if err != nil {
		t.Fatal(err)
	}
	r.card("succeeds")
	r.deliver(1)
	if a.object != others.Session {
		t.Errorf("about %q, want %q", a.object, others.Session)
	}
}

// TestADelayHappensOnce: a script that always delays does not keep an event for ever.
func TestADelayHappensOnce(t *testing.T) {
	r, a, charges := listening(t)
	r.Play(testpay.Script{Webhook: func(testpay.Webhook) testpay.Handling { return testpay.Handling{Delay: time.Hour} }})
	if _, err := r.Refund(context.Background(), charges[1].ID, money.Dollars(1)); err != nil {
		t.Fatal(err)
	}
	r.deliver(0)
	r.now = r.now.Add(time.Hour)
	r.deliver(1)
	if len(a.heard) != 1 {
		t.Errorf("heard %q", a.heard)
	}
}

// TestWebhooksInDisorder: the order follows from the script's seed, and from nothing else.
func TestWebhooksInDisorder(t *testing.T) {
	play := func(seed uint64) []string {
		r, a, charges := listening(t)
		r.Play(testpay.Script{Shuffle: rand.New(rand.NewPCG(seed, 1)).Shuffle})
		for range 5 {
			for _, c := range charges {
				if _, err := r.Refund(context.Background(), c.ID, money.Dollars(1)); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.deliver(15)
		return a.heard
	}
	first, again, other := play(1), play(1), play(2)
	if !slices.Equal(first, again) || slices.Equal(first, other) {
		t.Errorf("orders\n%q\n%q\n%q", first, again, other)
	}
	slices.Sort(first)
	slices.Sort(other)
	if !slices.Equal(first, other) {
		t.Errorf("not the same events:\n%q\n%q", first, other)
	}
}
