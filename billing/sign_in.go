package billing

import (
	"context"
	"errors"

	"extrausage/models"
)

// Client is the browser that a request came from.
type Client struct {
	Address   string
	UserAgent string
}

// SignIn begins a session for a subscriber or staff member and gives its token, which only the browser keeps. Whether an
// account exists shows neither in the answer nor in the time it takes. Faults: sign_in_failed, sign_in_throttled.
func (s *Service) SignIn(ctx context.Context, email, password string, c Client) (token string, err error) {
	email = NormalEmail(email)
	if checkEmail("email", email) != nil {
		email = clip(email, maxEmailLength)
	}
	var who *person
	try, err := s.try(ctx, email, c.Address, func(tx *models.Tx) (err error) {
		who, err = personByEmail(tx, email)
		return err
	})
	if err != nil {
		return "", err
	}
	fits, err := s.fits(ctx, who, password)
	if err != nil {
		return "", err
	}
	if !fits.right {
		return "", fault(Invalid, "sign_in_failed")
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if err := s.admit(tx, who, fits, try); err != nil {
			return err
		}
		token, err = s.beginSession(tx, who, c)
		return err
	})
	return token, err
}

// triedPassword is a counted try: what it takes to take it back.
type triedPassword struct {
	id    string
	gates []gate
}

// try counts a try, and reads whom it is about in the same transaction.
func (s *Service) try(ctx context.Context, email, address string, read func(*models.Tx) error) (t triedPassword, err error) {
	t.gates = signInGates(email, address)
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if t.id, err = s.attempt(tx, t.gates, "sign_in_throttled"); err != nil {
			return err
		}
		return read(tx)
	})
	return t, err
}

// fitting is what comparing a password gave: right, and the new hash where the old one was made at other costs.
type fitting struct {
	right   bool
	newHash string
}

// fits compares a password outside of any transaction: it takes long on purpose. who may be nil.
func (s *Service) fits(ctx context.Context, who *person, password string) (f fitting, err error) {
	hash, text := "", password
	if who != nil {
		hash = who.passwordHash
	}
	if len(text) > MaxPasswordBytes { // nobody's; as long to compare as any
		hash, text = "", text[:MaxPasswordBytes]
	}
	right, stale, err := s.hashes.verify(ctx, hash, text)
	if err != nil || !right {
		return f, err
	}
	f.right = true
	if stale {
		f.newHash, err = s.hashes.hash(ctx, password)
	}
	return f, err
}

// admit lets somebody in whose password fitted: unless it was changed meanwhile, the try is forgotten.
func (s *Service) admit(tx *models.Tx, who *person, f fitting, t triedPassword) error {
	now, err := personByID(tx, who.accountID, who.staffID)
	if errors.Is(err, models.ErrNotFound) || err == nil && now.passwordHash != who.passwordHash {
		return fault(Invalid, "sign_in_failed")
	}
	if err != nil {
		return err
	}
	if f.newHash != "" {
		if err := who.savePassword(tx, f.newHash); err != nil {
			return err
		}
	}
	return forget(tx, t.id, t.gates)
}

// Reauthenticate asks the person of a session for the password again. The session goes on under a new token, and is fresh;
// the old token is dead. Its absolute life does not start anew. Faults: session_over, password_wrong (field
// current_password), sign_in_throttled.
func (s *Service) Reauthenticate(ctx context.Context, token, password string) (newToken string, err error) {
	who, fits, try, err := s.confirm(ctx, token, password)
	if err != nil {
		return "", err
	}
	newToken, hash := newToken32()
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		old, err := liveSession(tx, token)
		if err != nil {
			return err
		}
		if err := s.admit(tx, who, fits, try); err != nil {
			return err
		}
		next := *old
		next.IDHash, next.ID, next.SeenAt, next.AuthenticatedAt = hash, s.newID("session"), tx.Now, tx.Now
		return sessionOver(tx.ReplaceSession(old.IDHash, &next))
	})
	if err != nil {
		return "", err
	}
	return newToken, nil
}

// confirm checks the password of the person of a session, counted like a sign-in from the session's address.
func (s *Service) confirm(ctx context.Context, token, password string) (who *person, f fitting, t triedPassword, err error) {
	var session *models.Session
	err = s.store.View(ctx, func(tx *models.Tx) error {
		if session, err = liveSession(tx, token); err != nil {
			return err
		}
		who, err = personByID(tx, session.AccountID, session.StaffID)
		return err
	})
	if err != nil {
		return nil, f, t, err
	}
	if t, err = s.try(ctx, who.email, session.Address, func(*models.Tx) error { return nil }); err != nil {
		return nil, f, t, err
	}
	if f, err = s.fits(ctx, who, password); err != nil {
		return nil, f, t, err
	}
	if !f.right {
		return nil, f, t, invalid("current_password", "password_wrong")
	}
	return who, f, t, nil
}

// SignOut ends the session of a token, if there is one.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.EndSessionByHash(hashText(token)) })
}
