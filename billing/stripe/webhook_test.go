package stripe_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"extrausage/billing"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

// eventOf is an event's body.
func eventOf(id, kind string, live bool, about string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","api_version":"2026-03-25.dahlia","created":1,"type":%q,"livemode":%t,"data":{"object":%s}}`, id, kind, live, about)
}

const (
	paid      = `{"id":"pi_1","object":"payment_intent","status":"succeeded","metadata":{"purchase_id":"purchase_1","account_id":"acc_1"}}`
	completed = `{"id":"cs_test_1","object":"checkout.session","mode":"setup","client_reference_id":"acc_1"}`
)

// signature is the header of a body that is signed with a secret at a time.
func signature(secret string, at time.Time, body string) string {
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(webhook.ComputeSignature(at, []byte(body), secret)))
}

func TestWebhookSignatures(t *testing.T) {
	body := eventOf("evt_1", "payment_intent.succeeded", false, paid)
	good := signature(webhookSecret, noon, body)
	for name, c := range map[string]struct {
		header string
		body   string
		ok     bool
	}{
		"good":                       {good, body, true},
		"the second secret":          {signature(olderSecret, noon, body), body, true},
		"two signatures, one good":   {good + ",v1=" + strings.Repeat("ab", 32), body, true},
		"two signatures, last good":  {strings.Replace(good, ",v1=", ",v1="+strings.Repeat("ab", 32)+",v1=", 1), body, true},
		"of an older scheme as well": {good + ",v0=00", body, true},
		"300 s old":                  {signature(webhookSecret, noon.Add(-300*time.Second), body), body, true},
		"300 s ahead":                {signature(webhookSecret, noon.Add(300*time.Second), body), body, true},
		"301 s old":                  {signature(webhookSecret, noon.Add(-301*time.Second), body), body, false},
		"301 s ahead":                {signature(webhookSecret, noon.Add(301*time.Second), body), body, false},
		"10 min old":                 {signature(webhookSecret, noon.Add(-10*time.Minute), body), body, false},
		"another secret":             {signature("whsec_guessed", noon, body), body, false},
		"no secret":                  {signature("", noon, body), body, false},
		"one byte changed":           {good, strings.Replace(body, "purchase_1", "purchase_2", 1), false},
		"one byte more":              {good, body + " ", false},
		"one bit of the signature":   {flip(good), body, false},
		"the time changed":           {strings.Replace(good, fmt.Sprint("t=", noon.Unix()), fmt.Sprint("t=", noon.Unix()+1), 1), body, false},
		"two times":                  {fmt.Sprintf("t=%d,%s", noon.Unix(), signature(webhookSecret, noon.Add(-time.Hour), body)), body, false},
		"two times, the good first":  {fmt.Sprintf("%s,t=%d", signature(webhookSecret, noon.Add(-time.Hour), body), noon.Unix()), body, false},
		"no time":                    {good[strings.Index(good, "v1="):], body, false},
		"a time that is none":        {"t=now" + good[strings.Index(good, ",v1="):], body, false},
		"an older scheme alone":      {strings.Replace(good, "v1=", "v0=", 1), body, false},
		"no signature":               {fmt.Sprint("t=", noon.Unix()), body, false},
		"no header":                  {"", body, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			if c.header != "" {
				h.Set("Stripe-Signature", c.header)
			}
			e, err := newFake(t).client().ReadWebhook(h, []byte(c.body), noon)
			want := billing.WebhookEvent{ID: "evt_1", Kind: billing.ChargeEvent, Object: "pi_1", PurchaseID: "purchase_1"}
			if c.ok && (err != nil || e != want) {
				t.Errorf("%+v %v", e, err)
			}
			if !c.ok && (!errors.Is(err, billing.ErrBadSignature) || e != billing.WebhookEvent{}) {
				t.Errorf("%+v %v", e, err)
			}
		})
	}
}

// flip changes the last bit of a signature.
func flip(header string) string {
	last := header[len(header)-1]
	if last == '0' {
		return header[:len(header)-1] + "1"
	}
	return header[:len(header)-1] + "0"
}

func TestWhatAWebhookIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want billing.WebhookEvent // without its id
	}{
		"a payment":             {eventOf("e", "payment_intent.succeeded", false, paid), billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1", PurchaseID: "purchase_1"}},
		"a refusal":             {eventOf("e", "payment_intent.payment_failed", false, paid), billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1", PurchaseID: "purchase_1"}},
		"a payment in the live": {eventOf("e", "payment_intent.succeeded", true, paid), billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1", PurchaseID: "purchase_1", Live: true}},
		"another API version": {
			strings.Replace(eventOf("e", "payment_intent.succeeded", false, paid), "2026-03-25.dahlia", "2019-02-11", 1),
			billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1", PurchaseID: "purchase_1"},
		},
		"a payment that was just made": {eventOf("e", "payment_intent.created", false, paid), billing.WebhookEvent{Kind: billing.OtherEvent, Object: "pi_1"}},
		"a payment for something else": {
			eventOf("e", "payment_intent.succeeded", false, `{"id":"pi_1","object":"payment_intent","metadata":{"order":"1"}}`),
			billing.WebhookEvent{Kind: billing.OtherEvent, Object: "pi_1"},
		},
		"a refund, by its charge": {
			eventOf("e", "charge.refunded", false, `{"id":"ch_1","object":"charge","payment_intent":"pi_1","metadata":{"purchase_id":"purchase_2"}}`),
			billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1"},
		},
		"a refund":  {eventOf("e", "refund.failed", false, `{"id":"re_1","object":"refund","payment_intent":"pi_1","metadata":{}}`), billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1"}},
		"a dispute": {eventOf("e", "charge.dispute.created", false, `{"id":"dp_1","object":"dispute","payment_intent":"pi_1"}`), billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1"}},
		"its end":   {eventOf("e", "charge.dispute.closed", false, `{"id":"dp_1","object":"dispute","payment_intent":{"id":"pi_1","object":"payment_intent"}}`), billing.WebhookEvent{Kind: billing.ChargeEvent, Object: "pi_1"}},
		"an old payment's refund": {
			eventOf("e", "charge.refunded", false, `{"id":"ch_1","object":"charge","payment_intent":null}`), billing.WebhookEvent{Kind: billing.OtherEvent, Object: "ch_1"},
		},
		"a visit that ended":   {eventOf("e", "checkout.session.completed", false, completed), billing.WebhookEvent{Kind: billing.SetupEvent, Object: "cs_test_1"}},
		"a visit that expired": {eventOf("e", "checkout.session.expired", false, completed), billing.WebhookEvent{Kind: billing.OtherEvent, Object: "cs_test_1"}},
		"a payout":             {eventOf("e", "payout.paid", false, `{"id":"po_1","object":"payout","metadata":{"purchase_id":"purchase_1"}}`), billing.WebhookEvent{Kind: billing.OtherEvent, Object: "po_1"}},
		"nothing":              {eventOf("e", "balance.available", false, `{}`), billing.WebhookEvent{Kind: billing.OtherEvent}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newFake(t).client().ReadWebhook(http.Header{"Stripe-Signature": {signature(webhookSecret, noon, c.body)}}, []byte(c.body), noon)
			c.want.ID = "e"
			if err != nil || got != c.want {
				t.Errorf("%+v %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestASignedBodyThatIsNoEvent(t *testing.T) {
	for _, body := range []string{
		"", "null", "[]", "signed", `{"id":"e"}`, `{"id":"","object":"event"}`, `{"id":"e","object":"v2.core.event"}`, `{"id":1,"object":"event"}`,
		`{"id":"e","object":"event","data":{"object":{"payment_intent":7}}}`,
	} {
		e, err := newFake(t).client().ReadWebhook(http.Header{"Stripe-Signature": {signature(webhookSecret, noon, body)}}, []byte(body), noon)
		if err == nil || errors.Is(err, billing.ErrBadSignature) || e != (billing.WebhookEvent{}) {
			t.Errorf("%s: %+v %v", body, e, err)
		}
	}
}

func FuzzReadWebhook(f *testing.F) {
	f.Add(eventOf("evt_1", "payment_intent.succeeded", false, paid))
	f.Add(eventOf("evt_1", "charge.dispute.closed", false, `{"payment_intent":{"id":"pi_1"}}`))
	f.Add("t=1,v1=00")
	s := newFake(f).client()
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := s.ReadWebhook(http.Header{"Stripe-Signature": {body}}, []byte(body), noon); !errors.Is(err, billing.ErrBadSignature) {
			t.Errorf("not signed: %v", err)
		}
		e, err := s.ReadWebhook(http.Header{"Stripe-Signature": {signature(webhookSecret, noon, body)}}, []byte(body), noon)
		if errors.Is(err, billing.ErrBadSignature) || err == nil && e.ID == "" || e.PurchaseID != "" && e.Kind != billing.ChargeEvent {
			t.Errorf("signed: %+v %v", e, err)
		}
	})
}
