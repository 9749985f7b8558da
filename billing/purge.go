package billing

import (
	"context"
	"fmt"
	"time"

	"extrausage/models"
)

// How long things are kept that nobody needs any more.
const (
	keepAttempts = 24 * time.Hour
	keepLinks    = 24 * time.Hour // after their end
	keepRefusals = 30 * 24 * time.Hour
	keepAnswers  = 30 * 24 * time.Hour
	keepMails    = 30 * 24 * time.Hour
)

// maxPurgeRounds bounds one run of PurgeOld; the next goes on where it stopped.
const maxPurgeRounds = 100

// PurgeOld deletes what has had its time: sign-in attempts, links, sessions that are over, refusals, idempotent answers and
// mails. Many small transactions, so that nobody waits for it.
func (s *Service) PurgeOld(ctx context.Context) error {
	for what, purge := range map[string]func(*models.Tx) (int64, error){
		"attempts": func(tx *models.Tx) (int64, error) { return tx.PurgeAttempts(tx.Now.Add(-keepAttempts)) },
		"links":    func(tx *models.Tx) (int64, error) { return tx.PurgeSignInLinks(tx.Now.Add(-keepLinks)) },
		"sessions": func(tx *models.Tx) (int64, error) {
			return tx.PurgeSessions(tx.Now.Add(-sessionIdle), tx.Now.Add(-sessionLife))
		},
		"staff sessions": func(tx *models.Tx) (int64, error) {
			return tx.PurgeStaffSessions(tx.Now.Add(-staffSessionIdle), tx.Now.Add(-staffSessionLife))
		},
		"refusals": func(tx *models.Tx) (int64, error) { return tx.PurgeRefusals(tx.Now.Add(-keepRefusals)) },
		"answers":  func(tx *models.Tx) (int64, error) { return tx.PurgeIdempotentAnswers(tx.Now.Add(-keepAnswers)) },
		"mails":    func(tx *models.Tx) (int64, error) { return tx.PurgeMails(tx.Now.Add(-keepMails), neverAgain) },
	} {
		if err := s.purgeAll(ctx, purge); err != nil {
			return fmt.Errorf("purge %s: %w", what, err)
		}
	}
	return nil
}

func (s *Service) purgeAll(ctx context.Context, purge func(*models.Tx) (int64, error)) error {
	for range maxPurgeRounds {
		var n int64
		err := s.store.InTx(ctx, func(tx *models.Tx) (err error) {
			n, err = purge(tx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}
