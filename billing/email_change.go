package billing

import (
	"context"

	"extrausage/models"
)

// AskEmailChange mails a link to a new e-mail; the account keeps the old one until the link is used. Where the e-mail is
// somebody else's nothing is mailed, and the answer is the same: nobody learns who has an account.
// Faults: email_invalid, email_unchanged (field email), link_throttled, account_closed.
func (s *Service) AskEmailChange(ctx context.Context, accountID, newEmail string) error {
	newEmail = NormalEmail(newEmail)
	if err := checkEmail("email", newEmail); err != nil {
		return err
	}
	return s.changeProfile(ctx, accountID, func(tx *models.Tx, _ *models.MeterState, a *models.Account) error {
		if a.Email == newEmail {
			return invalid("email", "email_unchanged")
		}
		if _, err := s.attempt(tx, []gate{{"email of " + accountID, emailAsksRule}}, "link_throttled"); err != nil {
			return err
		}
		other, err := personByEmail(tx, newEmail)
		if err != nil || other != nil {
			return err
		}
		return s.mailLink(tx, personOfAccount(a), LinkEmail, newEmail)
	})
}

// OwnEmailLink is the e-mail that a link would give an account, where the link was asked for by this very account. Who reads
// the mailbox, a mistyped one perhaps, is not yet who owns the account. Fault: link_gone.
func (s *Service) OwnEmailLink(ctx context.Context, accountID, token string) (email string, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		l, err := openEmailLink(tx, token)
		if err == nil && l.AccountID != accountID {
			err = fault(NotFound, "link_gone")
		}
		if err == nil {
			email = l.Email
		}
		return err
	})
	return email, err
}

// RedeemEmailLink uses a link up: the account signs in with the e-mail that the link was mailed to. Faults: link_gone,
// email_taken.
func (s *Service) RedeemEmailLink(ctx context.Context, token string) error {
	var accountID string
	err := s.store.View(ctx, func(tx *models.Tx) error {
		l, err := openEmailLink(tx, token)
		if err == nil {
			accountID = l.AccountID
		}
		return err
	})
	if err != nil {
		return err
	}
	return emailTaken(s.changeProfile(ctx, accountID, func(tx *models.Tx, m *models.MeterState, a *models.Account) error {
		l, err := openEmailLink(tx, token)
		if err != nil {
			return err
		}
		if err := linkGone(tx.UseSignInLink(l.TokenHash)); err != nil {
			return err
		}
		if err := s.changeEmail(tx, m, a, l.Email, BySubscriber); err != nil {
			return err
		}
		a.Email = l.Email
		return tx.SaveIdentity(a)
	}))
}

func openEmailLink(tx *models.Tx, token string) (*models.SignInLink, error) {
	l, err := openLink(tx, token)
	if err == nil && LinkPurpose(l.Purpose) != LinkEmail {
		err = fault(NotFound, "link_gone")
	}
	return l, err
}
