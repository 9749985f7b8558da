package testpay

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

const (
	// pollInterval is how often the outbox is looked at without being nudged.
	pollInterval = time.Second
	// maxAttempts ends the delivery of an event, after about three days.
	maxAttempts = 20
	// maxBackoff bounds the time between two attempts.
	maxBackoff = 6 * time.Hour
	// batch bounds the events of one look at the outbox.
	batch = 100
)

// event is the body of a webhook.
type event struct {
	ID       string `json:"id"`
	Type     string `json:"type"` // "charge.succeeded", "setup.done"
	Created  int64  `json:"created"`
	Live     bool   `json:"livemode"`
	Object   string `json:"object"`
	Purchase string `json:"purchase,omitempty"`
}

func eventOf(c billing.Charge) event {
	return event{Type: "charge." + string(c.State), Object: c.ID, Purchase: c.PurchaseID}
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

// nudge makes Run look at the outbox at once.
func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run delivers webhooks until the context ends.
func (s *Service) Run(ctx context.Context) error {
	for {
		if _, err := s.Deliver(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-time.After(pollInterval):
		}
	}
}

// Deliver posts the events that are due, and tells how many arrived. One that does not arrive is tried again later.
func (s *Service) Deliver(ctx context.Context) (arrived int, err error) {
	due, err := s.dueEvents(ctx)
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		ok := s.post(ctx, d.body)
		if ctx.Err() != nil {
			return arrived, ctx.Err()
		}
		if ok {
			arrived++
		}
		if err := s.noteDelivery(ctx, d, ok); err != nil {
			return arrived, err
		}
	}
	return arrived, nil
}

type dueEvent struct {
	id       string
	body     []byte
	attempts int
}

func (s *Service) dueEvents(ctx context.Context) ([]dueEvent, error) {
	if s.conf.WebhookURL == "" {
		return nil, nil
	}
	rows, err := s.db.QueryContext(ctx, "SELECT id, body, attempts FROM events WHERE ended_at = 0 AND next_at <= ? ORDER BY next_at, id LIMIT ?",
		s.now().UnixMicro(), batch)
	if err != nil {
		return nil, fmt.Errorf("testpay: outbox: %w", err)
	}
	defer rows.Close()
	var due []dueEvent
	for rows.Next() {
		var d dueEvent
		if err := rows.Scan(&d.id, &d.body, &d.attempts); err != nil {
			return nil, fmt.Errorf("testpay: outbox: %w", err)
		}
		due = append(due, d)
	}
	return due, rows.Err()
}

// post sends one event and tells whether it was taken. The signature is of now: an old one would be refused.
func (s *Service) post(ctx context.Context, body []byte) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.conf.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(SignatureHeader, Signature(s.conf.WebhookSecrets[0], s.now(), body))
	answer, err := s.client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // so that the connection can be used again
	return answer.StatusCode >= 200 && answer.StatusCode < 300
}

func (s *Service) noteDelivery(ctx context.Context, d dueEvent, arrived bool) error {
	now := s.now()
	next, ended := now.Add(backoff(d.attempts)).UnixMicro(), int64(0)
	if arrived || d.attempts+1 >= maxAttempts {
		ended = now.UnixMicro()
	}
	_, err := s.db.ExecContext(ctx, "UPDATE events SET attempts = attempts + 1, next_at = ?, ended_at = ? WHERE id = ?", next, ended, d.id)
	if err != nil {
		return fmt.Errorf("testpay: outbox: %w", err)
	}
	return nil
}

// backoff is the wait after the attempt that follows so many others.
func backoff(attempts int) time.Duration {
	if attempts > 12 {
		return maxBackoff
	}
	return min(5*time.Second<<attempts, maxBackoff)
}
