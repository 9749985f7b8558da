package billing

import (
	"context"

	"extrausage/models"
)

// Watch gives a channel that holds a value once something changed that the pages of an account show, whoever changed it and in
// whichever process: then it is time to read the Status again. Quick changes are one value. A word may get lost, so look now
// and then without one. stop ends it.
func (s *Service) Watch(accountID string) (changed <-chan struct{}, stop func()) {
	return s.store.Watch(accountID)
}

// SignedIn tells whether the session of a token lives still. Unlike Session it does not count as a sign of the person: a page
// that was left open keeps nobody signed in.
func (s *Service) SignedIn(ctx context.Context, token string) (alive bool, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		row, err := liveSession(tx, token)
		if err == nil {
			_, err = readSession(tx, row)
		}
		return err
	})
	switch {
	case err == nil:
		return true, nil
	case AsFault(err) != nil: // over, ended, or never there
		err = nil
	}
	return false, err
}
