package handlers

import (
	"github.com/labstack/echo/v4"

	"extrausage/billing"
)

// maxAgent bounds what is kept of a browser's name for itself.
const maxAgent = 300

// client is who asks, as far as the connection tells.
func client(c echo.Context) billing.Client {
	agent := c.Request().UserAgent()
	return billing.Client{Address: c.RealIP(), UserAgent: agent[:min(len(agent), maxAgent)]}
}

// renderFault answers a page or section that says what is wrong, under the fault's status.
func (s *Server) renderFault(c echo.Context, f *billing.Fault, page component) error {
	tellRetryAfter(c, f)
	return s.render(c, kindStatus[f.Kind], page)
}
