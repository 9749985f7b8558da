package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
)

// LinkPurpose is what a mailed link is for.
type LinkPurpose string

// The purposes of links.
const (
	LinkSignIn LinkPurpose = "sign_in" // first sign-in, forgotten password
	LinkEmail  LinkPurpose = "email"   // to prove a new e-mail
)

// LinkLife is how long a mailed link can be used.
const LinkLife = 30 * time.Minute

// LinkPath is where mailed links lead, below Config.BaseURL; the token follows.
const LinkPath = "/sign-in/link/"

// SendSignInLink mails a link for the first sign-in, or instead of a forgotten password, to whoever signs in with this
// e-mail. It answers the same whether there is anybody or not. Faults: email_invalid, link_throttled.
func (s *Service) SendSignInLink(ctx context.Context, email string, c Client) error {
	email = NormalEmail(email)
	if err := checkEmail("email", email); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		if _, err := s.attempt(tx, linkGates(email, c.Address), "link_throttled"); err != nil {
			return err
		}
		who, err := personByEmail(tx, email)
		if err != nil || who == nil {
			return err
		}
		return s.mailLink(tx, who, LinkSignIn, email)
	})
}

// mailLink makes a link and puts it into the outbox, with an address to prove.
func (s *Service) mailLink(tx *models.Tx, who *person, purpose LinkPurpose, to string) error {
	if s.letters == nil {
		return errors.New("billing: nobody words the mails (WithLetters)")
	}
	token, hash := newToken32()
	if err := tx.NewSignInLink(&models.SignInLink{
		TokenHash: hash, AccountID: who.accountID, StaffID: who.staffID, Purpose: string(purpose), Email: to,
		CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(LinkLife),
	}); err != nil {
		return err
	}
	word := s.letters.SignInLink
	if purpose == LinkEmail {
		word = s.letters.EmailLink
	}
	return s.queueMail(tx, who.accountID, to, word(who.locale, who.name, s.conf.BaseURL+LinkPath+token))
}

// LinkInfo tells what a link is for, and the e-mail that it was mailed to. It does not use the link up. Fault: link_gone.
func (s *Service) LinkInfo(ctx context.Context, token string) (purpose LinkPurpose, email string, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		l, err := openLink(tx, token)
		if err == nil {
			purpose, email = LinkPurpose(l.Purpose), l.Email
		}
		return err
	})
	return purpose, email, err
}

// openLink is a link that can still be used, or the fault link_gone.
func openLink(tx *models.Tx, token string) (*models.SignInLink, error) {
	l, err := tx.SignInLink(hashText(token))
	if err == nil && (l.UsedAt != 0 || tx.Now >= l.ExpiresAt) {
		err = models.ErrNotFound
	}
	return l, linkGone(err)
}

func linkGone(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault(NotFound, "link_gone")
	}
	return err
}

// RedeemSignInLink uses a link up: it sets the password, ends every session there was, and begins one. A password that is
// refused leaves the link as it was. Faults: link_gone; password_missing, password_short, password_long, password_common
// (field password).
func (s *Service) RedeemSignInLink(ctx context.Context, token, newPassword string, c Client) (sessionToken string, err error) {
	purpose, email, err := s.LinkInfo(ctx, token)
	if err != nil {
		return "", err
	}
	if purpose != LinkSignIn {
		return "", fault(NotFound, "link_gone")
	}
	if newPassword == "" {
		return "", invalid("password", "password_missing")
	}
	hash, err := s.newPassword(ctx, "password", newPassword, email)
	if err != nil {
		return "", err
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		l, err := openLink(tx, token)
		if err != nil {
			return err
		}
		if err := linkGone(tx.UseSignInLink(l.TokenHash)); err != nil {
			return err
		}
		who, err := personByID(tx, l.AccountID, l.StaffID)
		if err != nil {
			return linkGone(err)
		}
		if err := s.setPassword(tx, who, hash, ""); err != nil {
			return err
		}
		sessionToken, err = s.beginSession(tx, who, c)
		return err
	})
	return sessionToken, err
}

// setPassword writes a new password, and ends with it what the old one, or whoever knew it, may have opened: all sessions
// but the one with keepHash, and all links.
func (s *Service) setPassword(tx *models.Tx, who *person, hash, keepHash string) error {
	if err := who.savePassword(tx, hash); err != nil {
		return err
	}
	if err := tx.EndSessionsBut(who.accountID, who.staffID, keepHash); err != nil {
		return err
	}
	if err := tx.EndSignInLinks(who.accountID, who.staffID); err != nil {
		return err
	}
	if who.staffID != "" {
		return nil
	}
	m, err := tx.Lock(who.accountID)
	if err != nil {
		return err
	}
	s.addNote(m, settingPassword, "", "changed", BySubscriber)
	return tx.Save(m)
}
