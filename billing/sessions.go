package billing

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"extrausage/models"
)

// How long web sessions live: since they were seen last, and at all. Shorter for staff, who see other people's data.
const (
	sessionIdle      = 14 * 24 * time.Hour
	sessionLife      = 90 * 24 * time.Hour
	staffSessionIdle = time.Hour
	staffSessionLife = 12 * time.Hour
	freshFor         = 10 * time.Minute
	seenEvery        = time.Minute // a session's last sight is written at most so often
	maxUserAgent     = 300
	maxStoredAddress = 64
)

// Session is a signed-in browser and who sits before it: a subscriber (AccountID) or staff (StaffID).
type Session struct {
	ID              string
	AccountID       string
	StaffID         string
	Email           string
	Name            string
	Locale          string
	TimeZone        string // billing zone; UTC for staff
	Staff           bool
	AuthenticatedAt time.Time // when the password was given last
	Now             time.Time // when this was read
}

// Fresh tells whether the password was given within the last ten minutes, as everything about money asks for.
func Fresh(s Session) bool { return s.Now.Sub(s.AuthenticatedAt) <= freshFor }

// Session is the session of a token. Fault: session_over.
func (s *Service) Session(ctx context.Context, token string) (out Session, err error) {
	var row *models.Session
	err = s.store.View(ctx, func(tx *models.Tx) error {
		if row, err = liveSession(tx, token); err != nil {
			return err
		}
		out, err = readSession(tx, row)
		return err
	})
	if err != nil || out.Now.Sub(row.SeenAt.Time()) < seenEvery {
		return out, err
	}
	return out, s.store.InTx(ctx, func(tx *models.Tx) error { return tx.TouchSession(row.IDHash) })
}

func readSession(tx *models.Tx, row *models.Session) (Session, error) {
	who, err := personByID(tx, row.AccountID, row.StaffID)
	if err != nil {
		return Session{}, sessionOver(err)
	}
	out := Session{
		ID: row.ID, AccountID: row.AccountID, StaffID: row.StaffID, Email: who.email, Name: who.name, Locale: who.locale,
		TimeZone: defaultZone, Staff: row.StaffID != "", AuthenticatedAt: row.AuthenticatedAt.Time(), Now: tx.Now.Time(),
	}
	if out.Staff {
		return out, nil
	}
	m, err := tx.MeterRow(row.AccountID)
	if err == nil && m.Closed {
		err = models.ErrNotFound
	}
	if err != nil {
		return Session{}, sessionOver(err)
	}
	out.TimeZone = m.TimeZone
	return out, nil
}

// liveSession is the row of a token's session while it lives, or the fault session_over.
func liveSession(tx *models.Tx, token string) (*models.Session, error) {
	row, err := tx.SessionByHash(hashText(token))
	if err == nil && !alive(row, tx.Now) {
		err = models.ErrNotFound
	}
	if err != nil {
		return nil, sessionOver(err)
	}
	return row, nil
}

// alive tells whether a session may still be used.
func alive(row *models.Session, now models.Instant) bool {
	idle, life := sessionIdle, sessionLife
	if row.StaffID != "" {
		idle, life = staffSessionIdle, staffSessionLife
	}
	return now < row.SeenAt.Add(idle) && now < row.CreatedAt.Add(life)
}

func sessionOver(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault(NotFound, "session_over")
	}
	return err
}

// beginSession adds a session and gives its token.
func (s *Service) beginSession(tx *models.Tx, who *person, c Client) (token string, err error) {
	token, hash := newToken32()
	return token, tx.NewSession(&models.Session{
		IDHash: hash, ID: s.newID("session"), AccountID: who.accountID, StaffID: who.staffID,
		CreatedAt: tx.Now, SeenAt: tx.Now, AuthenticatedAt: tx.Now,
		UserAgent: clip(c.UserAgent, maxUserAgent), Address: clip(c.Address, maxStoredAddress),
	})
}

// newToken32 is a secret of 256 random bits, and the hash that is all we keep of it.
func newToken32() (token, hash string) {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashText(token)
}

// SessionView is a signed-in browser as its owner sees it. ID is not the token.
type SessionView struct {
	ID        string    `json:"-"`
	Current   bool      `json:"-"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"`
	CreatedAt time.Time `json:"signed_in_at"`
	SeenAt    time.Time `json:"seen_at"`
}

// Sessions are the browsers signed in to an account, the one seen last first. currentID is the ID of the one that asks.
func (s *Service) Sessions(ctx context.Context, accountID, currentID string) (out []SessionView, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		out, err = sessionViews(tx, accountID, currentID)
		return err
	})
	return out, err
}

func sessionViews(tx *models.Tx, accountID, currentID string) ([]SessionView, error) {
	rows, err := tx.Sessions(accountID)
	if err != nil {
		return nil, err
	}
	out := []SessionView{}
	for _, r := range rows {
		if alive(&r, tx.Now) {
			out = append(out, SessionView{
				ID: r.ID, Current: r.ID == currentID, UserAgent: r.UserAgent, Address: r.Address,
				CreatedAt: r.CreatedAt.Time(), SeenAt: r.SeenAt.Time(),
			})
		}
	}
	return out, nil
}

// EndSession signs one browser of an account out. Fault: session_over.
func (s *Service) EndSession(ctx context.Context, accountID, sessionID string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error { return sessionOver(tx.EndSession(accountID, sessionID)) })
}
