package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
)

// LookFor is how long a staff member may look at an account for one reason.
const LookFor = 30 * time.Minute

// Look is a staff member's permission to look at one account.
type Look struct {
	ID        string
	AccountID string
	StaffID   string
	Reason    string
	Ticket    string
	StartedAt time.Time
	EndsAt    time.Time
}

// StartLook lets a staff member look at an account for thirty minutes, for a reason and a ticket that the subscriber reads.
// Faults: reason_missing, ticket_missing, too_long, account_unknown, staff_unknown.
func (s *Service) StartLook(ctx context.Context, staffID, accountID, reason, ticket string) (look Look, err error) {
	reason, ticket = oneLine(reason), oneLine(ticket)
	switch {
	case reason == "":
		return look, invalid("reason", "reason_missing")
	case ticket == "":
		return look, invalid("ticket", "ticket_missing")
	}
	if err := errors.Join(checkLength("reason", reason, maxReasonLength), checkLength("ticket", ticket, maxTicketLength)); err != nil {
		return look, err
	}
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if _, err := tx.StaffMember(staffID); err != nil {
			return unknown(err, "staff_unknown")
		}
		if _, err := tx.Account(accountID); err != nil {
			return unknown(err, "account_unknown")
		}
		row := &models.StaffLook{
			AccountID: accountID, ID: s.newID("look"), StaffID: staffID, Reason: reason, Ticket: ticket,
			At: tx.Now, ExpiresAt: tx.Now.Add(LookFor),
		}
		look = lookOf(row)
		return tx.NewStaffLook(row)
	})
	return look, err
}

// Look is the staff member's running permission to look at an account. Each call is a page seen, and stands in the
// subscriber's activity before anything is shown. Faults: look_needed (Forbidden) when none is running, account_unknown.
func (s *Service) Look(ctx context.Context, staffID, accountID string) (look Look, err error) {
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		if _, err := tx.Account(accountID); err != nil {
			return unknown(err, "account_unknown")
		}
		row, err := tx.RunningLook(staffID, accountID)
		if errors.Is(err, models.ErrNotFound) {
			return fault(Forbidden, "look_needed")
		}
		if err != nil {
			return err
		}
		staff, err := tx.StaffMember(staffID)
		if err != nil {
			return unknown(err, "staff_unknown")
		}
		if err := s.tellLook(tx, row, staff.Name); err != nil {
			return err
		}
		look = lookOf(row)
		return tx.NewStaffView(&models.StaffView{
			AccountID: accountID, ID: s.newID("view"), LookID: row.ID, StaffID: staffID, StaffName: staff.Name,
			Reason: row.Reason, Ticket: row.Ticket, At: tx.Now,
		})
	})
	if err != nil {
		return Look{}, err
	}
	return look, nil
}

func lookOf(r *models.StaffLook) Look {
	return Look{
		ID: r.ID, AccountID: r.AccountID, StaffID: r.StaffID, Reason: r.Reason, Ticket: r.Ticket,
		StartedAt: r.At.Time(), EndsAt: r.ExpiresAt.Time(),
	}
}

// unknown names what was not found.
func unknown(err error, code string) error {
	if errors.Is(err, models.ErrNotFound) {
		return fault(NotFound, code)
	}
	return err
}

// StaffView is a page of an account that a staff member saw, as the subscriber reads of it.
type StaffView struct {
	At        time.Time `json:"at"`
	StaffName string    `json:"staff_name"`
	Reason    string    `json:"reason"`
	Ticket    string    `json:"ticket"`
}

// ViewPage is a page of the list of what staff saw of an account.
type ViewPage struct {
	Views        []StaffView // the newest first
	Older, Newer string      // ids beside which the neighbouring pages begin; "" where there is none
}

// StaffViews are the pages of an account that staff saw.
func (s *Service) StaffViews(ctx context.Context, accountID string, at Place, limit int) (out ViewPage, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		p, err := readPage(at, pageSize(limit), func(v models.StaffView) string { return v.ID },
			func(at Place, limit int) ([]models.StaffView, error) {
				if at.After != "" {
					return tx.StaffViewsAfter(accountID, at.After, limit)
				}
				return tx.StaffViews(accountID, at.Before, limit)
			})
		out = ViewPage{Views: staffViewsOf(p.rows), Older: p.older, Newer: p.newer}
		return err
	})
	return out, err
}

// EachStaffView calls each for every page that staff saw of an account, the newest first, until it returns an error.
func (s *Service) EachStaffView(ctx context.Context, accountID string, each func(StaffView) error) error {
	for at := (Place{}); ; {
		p, err := s.StaffViews(ctx, accountID, at, maxPage)
		if err != nil {
			return err
		}
		for _, v := range p.Views {
			if err := each(v); err != nil {
				return err
			}
		}
		if p.Older == "" {
			return nil
		}
		at = Place{Before: p.Older}
	}
}

func readStaffViews(tx *models.Tx, accountID string, limit int) ([]StaffView, error) {
	rows, err := tx.StaffViews(accountID, "", limit)
	return staffViewsOf(rows), err
}

func staffViewsOf(rows []models.StaffView) []StaffView {
	out := make([]StaffView, len(rows))
	for i, r := range rows {
		out[i] = StaffView{At: r.At.Time(), StaffName: r.StaffName, Reason: r.Reason, Ticket: r.Ticket}
	}
	return out
}
