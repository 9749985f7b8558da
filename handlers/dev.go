package handlers

import (
	"errors"
	"io/fs"
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// Mailbox shows the mails of development. Get answers fs.ErrNotExist where there is no such mail.
type Mailbox interface {
	List() ([]billing.Outgoing, error) // the newest first
	Get(id string) (billing.Outgoing, error)
}

const mailboxPath = "/dev/mail"

func (s *Server) mailbox(c echo.Context) error {
	if s.conf.Mailbox == nil {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	mails, err := s.conf.Mailbox.List()
	if err != nil {
		return err
	}
	p := views.DevMailboxProps{Frame: s.frame(c, "")}
	for _, m := range mails {
		p.Mails = append(p.Mails, devMail(m))
	}
	return s.show(c, views.DevMailboxPage(p))
}

func devMail(m billing.Outgoing) views.DevMail {
	return views.DevMail{URL: mailboxPath + "/" + m.ID, At: m.At, To: m.To, Subject: m.Subject}
}

var links = regexp.MustCompile(`https?://[^\s<>"]+`)

// mail shows a mail's text, with its links to follow; ?part=html shows the HTML part on its own.
func (s *Server) mail(c echo.Context) error {
	if s.conf.Mailbox == nil {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	m, err := s.conf.Mailbox.Get(c.Param("id"))
	if errors.Is(err, fs.ErrNotExist) {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	if c.QueryParam("part") == "html" {
		return c.HTML(http.StatusOK, m.HTML)
	}
	p := views.DevMailProps{Frame: s.frame(c, ""), Mail: devMail(m), Text: m.Text, Links: links.FindAllString(m.Text, -1)}
	if m.HTML != "" {
		p.HTMLURL = p.Mail.URL + "?part=html"
	}
	return s.show(c, views.DevMailPage(p))
}

// gallery shows every part of the pages, and leads to every page in every state.
func (s *Server) gallery(c echo.Context) error {
	f := s.frame(c, "")
	p := views.GalleryProps{Frame: f}
	for _, sample := range views.GallerySamples(f) {
		p.Samples = append(p.Samples, sample.Name)
	}
	return s.show(c, views.GalleryPage(p))
}

func (s *Server) gallerySample(c echo.Context) error {
	for _, sample := range views.GallerySamples(s.frame(c, "")) {
		if sample.Name == c.Param("name") {
			return s.show(c, sample.Page)
		}
	}
	return echo.NewHTTPError(http.StatusNotFound)
}
