package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

const noticesPath = "/settings/notices"

// notices lists what the subscriber was told. Looking at it does not mark anything as read: a GET changes nothing.
func (s *Server) notices(c echo.Context) error {
	before := c.QueryParam("before")
	page, next, err := s.svc.Notices(c.Request().Context(), account(c), before, rowsOnPage)
	if err != nil {
		return err
	}
	p := views.NoticesProps{Frame: s.frame(c, ""), Notices: make([]views.ToldNotice, len(page))}
	for i, n := range page {
		p.Notices[i] = toldNotice(n)
	}
	if len(page) > 0 && p.Frame.Notices > 0 {
		p.Last = page[0].ID
	}
	if before != "" {
		p.FirstURL = noticesPath
	}
	if next != "" {
		p.NextURL = noticesPath + "?before=" + next
	}
	return s.show(c, views.NoticesPage(p))
}

// readNotices marks what the subscriber has seen as read, and what is older.
func (s *Server) readNotices(c echo.Context) error {
	if err := s.svc.ReadNotices(c.Request().Context(), account(c), c.FormValue("last")); err != nil {
		return err
	}
	return s.redirect(c, noticesPath)
}

// unread is how many notices the bell shows. A page is not withheld for want of it.
func (s *Server) unread(c echo.Context, accountID string) int {
	n, err := s.svc.UnreadNotices(c.Request().Context(), accountID)
	if err != nil {
		return 0
	}
	return n
}

// toldNotice is a notice as views word it.
func toldNotice(n billing.Notice) views.ToldNotice {
	v := views.ToldNotice{
		Kind: views.NoticeKind(n.Kind), At: n.At, Read: n.Read, Percent: n.Percent, Amount: n.Amount, Card: cardNamed(n.Card),
		Failure: views.PurchaseFailure(n.Failure), Why: n.Why, PurchaseURL: billingPath + "/purchases/" + n.Purchase,
		Staff: n.Staff, Reason: n.Reason, Ticket: n.Ticket, RetryAt: n.RetryAt, ResetsAt: n.ResetsAt, Expires: n.Expires,
		Limit: viewLimit(n.Limit), Spent: n.Spent, Balance: n.Balance, Until: n.Until,
	}
	if n.Kind == billing.NoticeCardChanged {
		v.OldCard = cardNamed(n.Old)
	} else if old, err := billing.ParseLimit(n.Old); err == nil {
		v.OldLimit = viewLimit(old)
	}
	return v
}

// cardNamed is a card as notices keep it, "visa 4242"; nil for none.
func cardNamed(text string) *views.Card {
	brand, last4, ok := strings.Cut(text, " ")
	if !ok {
		return nil
	}
	return &views.Card{Brand: brand, Last4: last4}
}
