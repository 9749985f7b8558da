package testpay

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// pollInterval is how often the outbox is looked at without being nudged.
	pollInterval = time.Second
	// maxAttempts ends the delivery of an event, after about three days.
	maxAttempts = 20
	// maxBackoff bounds the time between two attempts.
	maxBackoff = 6 * time.Hour
	// batch bounds the events of one look at the outbox.
	batch = 100
	// staleBy is how old the signature of a stale copy is.
	staleBy = 10 * time.Minute
)

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

// Deliver posts the events that are due, and tells how many arrived. One that does not arrive is tried again later. Each is
// posted before the next, by the caller's goroutine.
func (s *Service) Deliver(ctx context.Context) (arrived int, err error) {
	due, err := s.dueEvents(ctx)
	if err != nil {
		return 0, err
	}
	if script := s.script.Load(); script.Shuffle != nil {
		script.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
	}
	for _, d := range due {
		ok, err := s.deliver(ctx, d)
		if ok {
			arrived++
		}
		if err != nil {
			return arrived, err
		}
	}
	return arrived, nil
}

// deliver does with one event as the script wants it, and notes how that went.
func (s *Service) deliver(ctx context.Context, d dueEvent) (arrived bool, err error) {
	how := Handling{}
	if script := s.script.Load(); script.Webhook != nil {
		how = script.Webhook(Webhook{ID: d.ID, Type: d.Type, Object: d.Object, Purchase: d.Purchase, Attempts: d.attempts, At: s.now()})
	}
	switch {
	case how.Drop:
		return false, s.note(ctx, d, "ended_at = ?", s.now().UnixMicro())
	case how.Delay > 0 && !d.delayed:
		return false, s.note(ctx, d, "delayed = 1, next_at = ?", s.now().Add(how.Delay).UnixMicro())
	case len(how.Posts) == 0:
		how.Posts = []Alteration{Genuine}
	}
	for _, a := range how.Posts {
		if arrived, err = s.post(ctx, d.event, a); err != nil {
			return false, err
		}
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if arrived || d.attempts+1 >= maxAttempts {
		return arrived, s.note(ctx, d, "attempts = attempts + 1, ended_at = ?", s.now().UnixMicro())
	}
	return false, s.note(ctx, d, "attempts = attempts + 1, next_at = ?", s.now().Add(backoff(d.attempts)).UnixMicro())
}

// dueEvent is an event in the outbox.
type dueEvent struct {
	event
	attempts int
	delayed  bool // by the script, once
}

// dueEvents are the events whose time has come, in the order in which it did.
func (s *Service) dueEvents(ctx context.Context) (due []dueEvent, err error) {
	if s.conf.WebhookURL == "" {
		return nil, nil
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT body, attempts, delayed FROM events WHERE ended_at = 0 AND next_at <= ? ORDER BY next_at, rowid LIMIT ?",
			s.now().UnixMicro(), batch)
		if err != nil {
			return fmt.Errorf("testpay: outbox: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var d dueEvent
			var body []byte
			if err := rows.Scan(&body, &d.attempts, &d.delayed); err != nil {
				return fmt.Errorf("testpay: outbox: %w", err)
			}
			if err := json.Unmarshal(body, &d.event); err != nil {
				return fmt.Errorf("testpay: outbox: %w", err)
			}
			due = append(due, d)
		}
		return rows.Err()
	})
	return due, err
}

// note writes down what became of an event.
func (s *Service) note(ctx context.Context, d dueEvent, set string, at int64) error {
	if _, err := s.db.ExecContext(ctx, "UPDATE events SET "+set+" WHERE id = ?", at, d.ID); err != nil { //nolint:gosec // set is a constant
		return fmt.Errorf("testpay: outbox: %w", err)
	}
	return nil
}

// post sends one copy of an event, and tells whether it was taken. The signature is of now: an old one would be refused.
func (s *Service) post(ctx context.Context, e event, a Alteration) (taken bool, err error) {
	secret, signedAt := s.conf.WebhookSecrets[0], s.now()
	switch a {
	case WrongMode:
		e.Live = true
	case UnknownType:
		e.Type = "payout.paid"
	case Stale:
		signedAt = signedAt.Add(-staleBy)
	case BadSignature:
		secret = "guessed"
	case WrongAccount:
		if e.Object, e.Purchase, err = s.anothers(ctx, e); err != nil {
			return false, err
		}
	}
	body, err := json.Marshal(e)
	if err != nil {
		return false, fmt.Errorf("testpay: event: %w", err)
	}
	return s.send(ctx, body, Signature(secret, signedAt, body)), nil
}

// anothers names the newest charge, or visit, of another account than that of an event, or one that nobody has.
func (s *Service) anothers(ctx context.Context, e event) (object, purchase string, err error) {
	query := "SELECT id, purchase FROM charges WHERE account NOT IN (SELECT account FROM charges WHERE id = ?) ORDER BY rowid DESC LIMIT 1"
	if e.Purchase == "" {
		query = "SELECT session, '' FROM setups WHERE reference NOT IN (SELECT reference FROM setups WHERE session = ?) ORDER BY rowid DESC LIMIT 1"
	}
	err = s.db.QueryRowContext(ctx, query, e.Object).Scan(&object, &purchase)
	if errors.Is(err, sql.ErrNoRows) {
		return "nobody's", "nobody's", nil
	}
	return object, purchase, err
}

// send posts a body and tells whether it was taken.
func (s *Service) send(ctx context.Context, body []byte, signature string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.conf.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(SignatureHeader, signature)
	answer, err := s.client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // so that the connection can be used again
	return answer.StatusCode >= 200 && answer.StatusCode < 300
}

// backoff is the wait after the attempt that follows so many others.
func backoff(attempts int) time.Duration {
	if attempts > 12 {
		return maxBackoff
	}
	return min(5*time.Second<<attempts, maxBackoff)
}
