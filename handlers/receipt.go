package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// receipt is the receipt of a purchase.
func (s *Server) receipt(c echo.Context) error {
	p, err := s.receiptProps(c)
	if err != nil {
		return err
	}
	return s.show(c, views.ReceiptPage(p))
}

// receiptPDF is the same receipt as a file.
func (s *Server) receiptPDF(c echo.Context) error {
	p, err := s.receiptProps(c)
	if err != nil {
		return err
	}
	return sendPDF(c, "receipt-"+p.Number+".pdf", p.Document(), p.Purchase.At)
}

func (s *Server) receiptProps(c echo.Context) (p views.ReceiptProps, err error) {
	r, err := s.svc.Receipt(c.Request().Context(), account(c), c.Param("id"))
	if err != nil {
		return p, err
	}
	profile, err := s.svc.Profile(c.Request().Context(), account(c))
	if err != nil {
		return p, err
	}
	path := receiptPath(r.ID)
	return views.ReceiptProps{
		Frame: s.frame(c, ""), Number: strconv.FormatInt(r.ReceiptNumber, 10), Seller: viewParty(s.svc.Config().Seller),
		Buyer:    views.Party{Name: profile.Name, Company: profile.Company, Address: profile.Address, TaxID: profile.TaxID, Email: profile.Email},
		Purchase: viewPurchase(r.PurchaseView), BalanceAfter: r.BalanceAfter, PDFURL: path + "/pdf", Address: s.conf.BaseURL + path,
	}, nil
}

func receiptPath(purchase string) string { return billingPath + "/purchases/" + purchase }

func viewParty(p billing.Party) views.Party {
	return views.Party{Name: p.Name, Company: p.Company, Address: p.Address, TaxID: p.TaxID, Email: p.Email}
}
