package billing

import (
	"context"
	"strings"

	"extrausage/models"
)

// accountID is the id behind what a caller names an account by: its id, or its e-mail.
func (s *Service) accountID(ctx context.Context, ref string) (id string, err error) {
	if ref == "" || len(ref) > maxNameLength {
		return "", fault(NotFound, "account_unknown")
	}
	if !strings.Contains(ref, "@") {
		return ref, nil // whether it exists shows under its lock
	}
	err = s.store.View(ctx, func(tx *models.Tx) error {
		a, err := tx.AccountByEmail(strings.ToLower(strings.TrimSpace(ref)))
		if err == nil {
			id = a.ID
		}
		return err
	})
	if f := AsFault(err); f != nil && f.Kind == NotFound {
		return "", fault(NotFound, "account_unknown")
	}
	return id, err
}
