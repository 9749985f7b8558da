package handlers

import (
	"github.com/labstack/echo/v4"

	"extrausage/views"
)

// help explains extra usage, with the figures of the rules themselves.
func (s *Server) help(c echo.Context) error {
	return s.show(c, views.HelpPage(views.HelpProps{Frame: s.frame(c, ""), Figures: s.figures().HelpFigures}))
}
