package testpay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

const chargeBody = `{"id":"test_event_1","type":"charge.succeeded","created":1,"livemode":false,"object":"test_charge_1","purchase":"purchase_1"}`

func TestReadWebhook(t *testing.T) {
	now := time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC)
	charge := billing.WebhookEvent{ID: "test_event_1", Kind: billing.ChargeEvent, Object: "test_charge_1", PurchaseID: "purchase_1"}
	good := testpay.Signature("new secret", now, []byte(chargeBody))
	live := `{"id":"test_event_1","type":"setup.done","livemode":true,"object":"test_session_1"}`
	other := `{"id":"test_event_1","type":"payout.paid","object":"x"}`
	for _, c := range []struct {
		name, header, body string
		bad                bool
		want               billing.WebhookEvent
	}{
		{"good", good, chargeBody, false, charge},
		{"second secret", testpay.Signature("old secret", now, []byte(chargeBody)), chargeBody, false, charge},
		{"both signatures", good + ",v1=00ff", chargeBody, false, charge},
		{"the other first", "v1=00ff," + good, chargeBody, false, charge},
		{"blanks", " " + good, chargeBody, false, charge},
		{"300 s old", testpay.Signature("new secret", now.Add(-300*time.Second), []byte(chargeBody)), chargeBody, false, charge},
		{"300 s ahead", testpay.Signature("new secret", now.Add(300*time.Second), []byte(chargeBody)), chargeBody, false, charge},
		{"of real money", testpay.Signature("new secret", now, []byte(live)), live, false, billing.WebhookEvent{ID: "test_event_1", Kind: billing.SetupEvent, Object: "test_session_1", Live: true}},
		{"of another kind", testpay.Signature("new secret", now, []byte(other)), other, false, billing.WebhookEvent{ID: "test_event_1", Kind: billing.OtherEvent, Object: "x"}},

		{"stale", testpay.Signature("new secret", now.Add(-301*time.Second), []byte(chargeBody)), chargeBody, true, billing.WebhookEvent{}},
		{"from the future", testpay.Signature("new secret", now.Add(301*time.Second), []byte(chargeBody)), chargeBody, true, billing.WebhookEvent{}},
		{"another time", fmt.Sprintf("t=%d%s", now.Unix()+1, good[12:]), chargeBody, true, billing.WebhookEvent{}},
		{"unknown secret", testpay.Signature("third secret", now, []byte(chargeBody)), chargeBody, true, billing.WebhookEvent{}},
		{"no header", "", chargeBody, true, billing.WebhookEvent{}},
		{"no signature", good[:12], chargeBody, true, billing.WebhookEvent{}},
		{"no time", good[13:], chargeBody, true, billing.WebhookEvent{}},
		{"cut signature", good[:len(good)-2], chargeBody, true, billing.WebhookEvent{}},
		{"other scheme", good[:13] + "v0" + good[15:], chargeBody, true, billing.WebhookEvent{}},
		{"another body", good, live, true, billing.WebhookEvent{}},
		{"longer body", good, chargeBody + " ", true, billing.WebhookEvent{}},
		{"empty body", good, "", true, billing.WebhookEvent{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			got, err := r.ReadWebhook(http.Header{testpay.SignatureHeader: {c.header}}, []byte(c.body), now)
			if errors.Is(err, billing.ErrBadSignature) != c.bad || (err != nil) != c.bad || got != c.want {
				t.Errorf("%+v %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestReadWebhookSeesEveryFlippedBit(t *testing.T) {
	r := newRig(t)
	h := http.Header{testpay.SignatureHeader: {testpay.Signature("new secret", r.now, []byte(chargeBody))}}
	for i := range chargeBody {
		for bit := range 8 {
			body := []byte(chargeBody)
			body[i] ^= 1 << bit
			if e, err := r.ReadWebhook(h, body, r.now); !errors.Is(err, billing.ErrBadSignature) {
				t.Fatalf("bit %d of byte %d: %+v %v", bit, i, e, err)
			}
		}
	}
}

func TestReadWebhookRefusesWhatIsNoEvent(t *testing.T) {
	r := newRig(t)
	for _, body := range []string{"no json", "{}", "[]"} {
		h := http.Header{testpay.SignatureHeader: {testpay.Signature("new secret", r.now, []byte(body))}}
		if e, err := r.ReadWebhook(h, []byte(body), r.now); err == nil || errors.Is(err, billing.ErrBadSignature) {
			t.Errorf("%s: %+v %v", body, e, err)
		}
	}
}

// listener takes webhooks, and refuses them while it is told to.
type listener struct {
	*httptest.Server
	refuse bool
	got    []billing.WebhookEvent
	asked  int
}

func listen(t *testing.T, r *rig) *listener {
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		l.asked++
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		e, err := r.ReadWebhook(q.Header, body, r.now)
		if err != nil {
			t.Errorf("webhook: %v", err)
		}
		if l.refuse {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		l.got = append(l.got, e)
	}))
	t.Cleanup(l.Close)
	r.open(l.URL)
	return l
}

func (r *rig) deliver(want int) {
	r.t.Helper()
	if n, err := r.Deliver(context.Background()); err != nil || n != want {
		r.t.Errorf("%d arrived, want %d; %v", n, want, err)
	}
}

func TestEventsAreDelivered(t *testing.T) {
	r := newRig(t)
	l := listen(t, r)
	card := r.card("needs_authentication")
	c, err := r.Debit(context.Background(), r.request(card, "purchase_1", money.Dollars(5)))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Cancel(context.Background(), c.ID); err != nil {
		t.Fatal(err)
	}
	r.deliver(3)
	r.now = r.now.Add(time.Hour)
	r.deliver(0)
	if len(l.got) != 3 {
		t.Fatalf("got %+v", l.got)
	}
	if e := l.got[0]; e.Kind != billing.SetupEvent || e.Object != card.Session || e.ID == "" {
		t.Errorf("first %+v", e)
	}
	for _, e := range l.got[1:] {
		if e.Kind != billing.ChargeEvent || e.Object != c.ID || e.PurchaseID != "purchase_1" || e.ID == l.got[0].ID {
			t.Errorf("then %+v", e)
		}
	}
	if l.got[1].ID == l.got[2].ID {
		t.Error("two events share an id")
	}
}

func TestEventsAreTriedAgain(t *testing.T) {
	r := newRig(t)
	l := listen(t, r)
	l.refuse = true
	r.card("succeeds")
	r.deliver(0)
	r.deliver(0) // too early
	if l.asked != 1 {
		t.Errorf("asked %d times", l.asked)
	}
	r.now = r.now.Add(5 * time.Second)
	r.deliver(0)
	r.now = r.now.Add(9 * time.Second) // the second wait is longer
	r.deliver(0)
	if l.asked != 2 {
		t.Errorf("asked %d times", l.asked)
	}
	l.refuse = false
	r.now = r.now.Add(time.Second)
	r.deliver(1)
	if len(l.got) != 1 {
		t.Errorf("got %v", l.got)
	}
}

func TestDeliveryEnds(t *testing.T) {
	r := newRig(t)
	l := listen(t, r)
	l.refuse = true
	r.card("succeeds")
	began := r.now
	for range 100 {
		r.deliver(0)
		r.now = r.now.Add(6 * time.Hour)
	}
	if l.asked != 20 {
		t.Errorf("asked %d times since %s", l.asked, began)
	}
}

func TestRunDeliversAtOnce(t *testing.T) {
	r := newRig(t)
	heard := make(chan struct{}, 1)
	web := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard <- struct{}{} }))
	defer web.Close()
	r.open(web.URL)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.card("succeeds")
	select {
	case <-heard:
	case <-time.After(10 * time.Second):
		t.Error("no webhook")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
