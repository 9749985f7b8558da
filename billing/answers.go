package billing

import (
	"context"
	"errors"
	"strings"

	"extrausage/models"
)

// Answer is an answer given to a machine, to be given again word by word.
type Answer struct {
	Status int
	Body   string
}

// SavedAnswer is the answer that a caller got for an operation under an idempotency key, where one was kept; found tells.
// fingerprint stands for the request's body. Faults: idempotency_key_malformed, idempotency_key_reused (Conflict) where
// the body was another.
func (s *Service) SavedAnswer(ctx context.Context, caller, operation, key, fingerprint string) (a Answer, found bool, err error) {
	if err := checkIdempotencyKey(key); err != nil {
		return a, false, err
	}
	err = s.store.View(ctx, func(tx *models.Tx) error {
		a, found, err = savedAnswer(tx, caller, operation, key, fingerprint)
		return err
	})
	return a, found, err
}

// SaveAnswer keeps an answer for thirty days and gives the one that stands: where the same request was answered meanwhile,
// the first answer. Faults: as SavedAnswer.
func (s *Service) SaveAnswer(ctx context.Context, caller, operation, key, fingerprint string, a Answer) (stands Answer, err error) {
	if err := checkIdempotencyKey(key); err != nil {
		return a, err
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if err := tx.NewIdempotentAnswer(&models.IdempotentAnswer{
			Caller: caller, Operation: operation, Key: key, Fingerprint: fingerprint, Status: int64(a.Status), Body: a.Body, At: tx.Now,
		}); err != nil {
			return err
		}
		var found bool
		if stands, found, err = savedAnswer(tx, caller, operation, key, fingerprint); err == nil && !found {
			err = errors.New("billing: an answer just kept is not there")
		}
		return err
	})
	return stands, err
}

func savedAnswer(tx *models.Tx, caller, operation, key, fingerprint string) (a Answer, found bool, err error) {
	row, err := tx.IdempotentAnswer(caller, operation, key)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return a, false, nil
	case err != nil:
		return a, false, err
	case row.Fingerprint != fingerprint:
		return a, false, fault(Conflict, "idempotency_key_reused")
	}
	return Answer{Status: int(row.Status), Body: row.Body}, true, nil
}

// checkIdempotencyKey takes 1 to 255 visible ASCII characters.
func checkIdempotencyKey(key string) error {
	hidden := func(r rune) bool { return r <= ' ' || r > '~' }
	if key == "" || len(key) > maxNameLength || strings.ContainsFunc(key, hidden) {
		return invalid("Idempotency-Key", "idempotency_key_malformed")
	}
	return nil
}
