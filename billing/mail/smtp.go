package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"extrausage/billing"
)

// SMTP sends by a mail server.
type SMTP struct {
	host    string
	from    string
	domain  string // of from; makes the Message-IDs ours
	options []gomail.Option
}

// The usual ports: of submission with STARTTLS, and with TLS from the first byte.
const (
	portStartTLS = 587
	portTLS      = 465
)

// NewSMTP reads an address such as smtp://user:password@mail.example.org:587 (STARTTLS) or smtps://… (TLS from the start),
// and who the mails are from. TLS is demanded everywhere but on this machine itself. Its errors never show the password.
func NewSMTP(serverURL, from string) (*SMTP, error) {
	u, err := url.Parse(serverURL)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New(`SMTP_URL: write smtp://user:password@host:587 or smtps://user:password@host:465`)
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("MAIL_FROM: %q is no address, such as Extra Usage <billing@example.org>", from)
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	s := &SMTP{host: u.Hostname(), from: from, domain: domain}
	port, err := portOf(u)
	if err != nil {
		return nil, err
	}
	s.options = append(s.options, gomail.WithPort(port), gomail.WithTLSConfig(&tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}),
		gomail.WithTLSPolicy(policyOf(u.Scheme, s.host)))
	if u.Scheme == "smtps" {
		s.options = append(s.options, gomail.WithSSL())
	}
	if user := u.User; user != nil {
		password, _ := user.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(user.Username()), gomail.WithPassword(password))
	}
	return s, nil
}

func portOf(u *url.URL) (int, error) {
	standard := map[string]int{"smtp": portStartTLS, "smtps": portTLS}[u.Scheme]
	switch {
	case standard == 0:
		return 0, errors.New("SMTP_URL: begin it with smtp:// or smtps://")
	case u.Port() == "":
		return standard, nil
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || port < 1 || port > 65535 {
		return 0, errors.New("SMTP_URL: the port is a number from 1 to 65535")
	}
	return port, nil
}

// policyOf demands TLS, but for a plain connection that does not leave this machine.
func policyOf(scheme, host string) gomail.TLSPolicy {
	if scheme == "smtp" && isLoopback(host) {
		return gomail.NoTLS
	}
	return gomail.TLSMandatory
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// Send sends one mail, as text and as HTML.
func (s *SMTP) Send(ctx context.Context, m billing.Outgoing) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("mail server %s: %w", s.host, err)
	}
	return nil
}

func (s *SMTP) message(m billing.Outgoing) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(s.from); err != nil {
		return nil, err
	}
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no out-of-office notes back (RFC 3834)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}
