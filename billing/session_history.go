package billing

import (
	"context"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// PastSession is one of the plan's five-hour sessions, as the history shows it.
type PastSession struct {
	Starts       time.Time
	Ends         time.Time
	Running      bool
	Requests     int64
	UsedPercent  int          // of the included usage, rounded down: 100 only when all of it was used
	ExtraPercent int          // what was charged in addition, as a share of the same
	Extra        money.Amount // charged in it
	Absorbed     money.Amount
}

// SessionHistory is an account's newest sessions, the newest first.
type SessionHistory struct {
	At       time.Time // when this was so
	Sessions []PastSession
}

// SessionHistory lists the newest sessions of an account, at most limit.
func (s *Service) SessionHistory(ctx context.Context, accountID string, limit int) (out SessionHistory, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		m, err := tx.Look(accountID)
		if err != nil {
			return err
		}
		out.At = m.Now.Time()
		rows, err := tx.UsageWindows(accountID, pageSize(limit))
		for _, w := range rows {
			out.Sessions = append(out.Sessions, pastSession(w, m.Now))
		}
		return err
	})
	return out, err
}

func pastSession(w models.UsageWindow, now models.Instant) PastSession {
	p := PastSession{
		Starts: w.StartsAt.Time(), Ends: w.EndsAt.Time(), Running: w.StartsAt <= now && now < w.EndsAt, Requests: w.Requests,
		UsedPercent: 100, Extra: w.Extra, Absorbed: w.Absorbed,
	}
	if w.Allowance > 0 {
		p.UsedPercent, p.ExtraPercent = percent(w.Used, w.Allowance), percent(w.Extra, w.Allowance)
	}
	return p
}
