package stripe

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"extrausage/billing"
)

// signatureHeader carries the time and the signatures of a webhook.
const signatureHeader = "Stripe-Signature"

// tolerance is how far the time of a signature may be from ours: an event that was caught cannot be replayed later.
const tolerance = 300 * time.Second

// errNoEvent says that a signed body is none of Stripe's events.
var errNoEvent = errors.New("stripe: a webhook's body that is no event")

// ReadWebhook verifies the signature over the raw body and reads what the event is about, whatever version of Stripe's API
// wrote it. What does not verify is billing.ErrBadSignature.
func (s *Service) ReadWebhook(h http.Header, body []byte, now time.Time) (billing.WebhookEvent, error) {
	header := h.Get(signatureHeader)
	if !timely(header, now) || !s.genuine(header, body) {
		return billing.WebhookEvent{}, billing.ErrBadSignature
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil || e.ID == "" || e.Object != "event" {
		return billing.WebhookEvent{}, errNoEvent
	}
	read := billing.WebhookEvent{ID: e.ID, Kind: billing.OtherEvent, Live: e.Live}
	read.Kind, read.Object, read.PurchaseID = e.about()
	return read, nil
}

// timely tells whether the one time that a signature is made over is near now.
func timely(header string, now time.Time) bool {
	var times []string
	for part := range strings.SplitSeq(header, ",") {
		if t, ok := strings.CutPrefix(part, "t="); ok {
			times = append(times, t)
		}
	}
	if len(times) != 1 {
		return false
	}
	seconds, err := strconv.ParseInt(times[0], 10, 64)
	return err == nil && now.Sub(time.Unix(seconds, 0)).Abs() <= tolerance
}

// genuine tells whether one of the secrets signed the body.
func (s *Service) genuine(header string, body []byte) bool {
	ok := false
	for _, secret := range s.secrets {
		ok = webhook.ValidatePayloadIgnoringTolerance(body, header, secret) == nil || ok
	}
	return ok
}

// event is as much of an event as is read: which object to look up. The rest is not believed anyway.
type event struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	Type   string `json:"type"`
	Live   bool   `json:"livemode"`
	Data   struct {
		Object struct {
			ID            string            `json:"id"`
			Object        string            `json:"object"`
			PaymentIntent reference         `json:"payment_intent"`
			Metadata      map[string]string `json:"metadata"`
		} `json:"object"`
	} `json:"data"`
}

// about is what an event is about. Charges, refunds and disputes name their PaymentIntent, whose metadata has the purchase; their
// own may have been written by somebody else.
func (e event) about() (kind billing.EventKind, object, purchase string) {
	o := e.Data.Object
	switch o.Object {
	case "checkout.session":
		if strings.HasSuffix(e.Type, ".completed") {
			return billing.SetupEvent, o.ID, ""
		}
	case "payment_intent":
		if o.Metadata[purchaseKey] != "" && e.Type != "payment_intent.created" { // else of something else that the operator sells; or not confirmed yet
			return billing.ChargeEvent, o.ID, o.Metadata[purchaseKey]
		}
	case "charge", "refund", "dispute":
		if o.PaymentIntent != "" {
			return billing.ChargeEvent, string(o.PaymentIntent), ""
		}
	}
	return billing.OtherEvent, o.ID, ""
}

// reference is the id of another object, which is given alone or within that object.
type reference string

// UnmarshalJSON reads either form; null is "".
func (r *reference) UnmarshalJSON(b []byte) error {
	var id string
	if json.Unmarshal(b, &id) == nil {
		*r = reference(id)
		return nil
	}
	var whole struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(b, &whole)
	*r = reference(whole.ID)
	return err
}
