package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

const maxWebhook = 1 << 20 // bytes

// webhook takes a payment provider's event, over its body as it was sent: the signature is over that.
func (s *Server) webhook(c echo.Context) error {
	if c.Param("provider") != s.svc.ProviderName() {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	raw, err := readBody(c, maxWebhook)
	if err != nil {
		return err
	}
	if err := s.svc.ReceiveWebhook(c.Request().Context(), c.Request().Header, raw); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
