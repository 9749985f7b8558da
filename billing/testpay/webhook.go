package testpay

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"extrausage/billing"
)

// SignatureHeader carries the signature of a webhook.
const SignatureHeader = "Test-Signature"

// tolerance is how far the time of a signature may be from ours: an event that was caught cannot be replayed later.
const tolerance = 5 * time.Minute

// event is the body of a webhook.
type event struct {
	ID       string `json:"id"`
	Type     string `json:"type"` // "charge.succeeded", "charge.refund.made", "setup.done"
	Created  int64  `json:"created"`
	Live     bool   `json:"livemode"`
	Object   string `json:"object"`
	Purchase string `json:"purchase,omitempty"`
}

// eventOf tells what happened to a charge: "succeeded", "refund.made".
func eventOf(c billing.Charge, what string) event {
	return event{Type: "charge." + what, Object: c.ID, Purchase: c.PurchaseID}
}

// Signature is the value of SignatureHeader for a body: an HMAC-SHA256 over the time and the raw bytes.
func Signature(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac(secret, t, body))
}

func mac(secret, t string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(t + "."))
	h.Write(body)
	return h.Sum(nil)
}

// ReadWebhook verifies the signature over the raw body and reads what the event is about. Whatever does not verify is
// billing.ErrBadSignature.
func (s *Service) ReadWebhook(h http.Header, body []byte, now time.Time) (billing.WebhookEvent, error) {
	if !s.verify(h.Get(SignatureHeader), body, now) {
		return billing.WebhookEvent{}, billing.ErrBadSignature
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil || e.ID == "" {
		return billing.WebhookEvent{}, errors.Join(errors.New("testpay: a webhook's body that is no event"), err)
	}
	read := billing.WebhookEvent{ID: e.ID, Kind: billing.OtherEvent, Object: e.Object, PurchaseID: e.Purchase, Live: e.Live}
	switch family, _, _ := strings.Cut(e.Type, "."); family {
	case "charge":
		read.Kind = billing.ChargeEvent
	case "setup":
		read.Kind = billing.SetupEvent
	}
	return read, nil
}

func (s *Service) verify(header string, body []byte, now time.Time) bool {
	var t string
	var given [][]byte
	for part := range strings.SplitSeq(header, ",") {
		switch key, value, _ := strings.Cut(strings.TrimSpace(part), "="); key {
		case "t":
			t = value
		case "v1":
			if sum, err := hex.DecodeString(value); err == nil {
				given = append(given, sum)
			}
		}
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	genuine := false
	for _, secret := range s.conf.WebhookSecrets {
		want := mac(secret, t, body)
		for _, sum := range given {
			genuine = hmac.Equal(sum, want) || genuine
		}
	}
	return genuine
}

// enqueue puts an event into the outbox, in the transaction of what it tells.
func (s *Service) enqueue(ctx context.Context, tx *sql.Tx, e event) error {
	now := s.now()
	e.ID, e.Created, e.Live = s.conf.NewID("test_event"), now.Unix(), s.Live()
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("testpay: event: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO events (id, body, next_at) VALUES (?, ?, ?)", e.ID, string(body), now.UnixMicro()); err != nil {
		return fmt.Errorf("testpay: event: %w", err)
	}
	return nil
}
