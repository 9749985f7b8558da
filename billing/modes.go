package billing

import (
	"context"
	"errors"

	"extrausage/models"
)

// ErrMixedModes says that real money is to be taken over books with credits that nobody paid for.
var ErrMixedModes = errors.New("billing: in this database credits were bought without money; real money needs a database of its own")

// CheckModes is ErrMixedModes where the provider moves real money and the books have credits that were bought without any.
func (s *Service) CheckModes(ctx context.Context) error {
	if !s.provider.Live() {
		return nil
	}
	return s.store.View(ctx, func(tx *models.Tx) error {
		mixed, err := tx.CreditsWithoutMoney()
		if err == nil && mixed {
			err = ErrMixedModes
		}
		return err
	})
}
