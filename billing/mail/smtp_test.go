package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"extrausage/billing/mail"
)

// server is a mail server in process; it keeps what it gets.
type server struct {
	mu       sync.Mutex
	mails    []string
	to       []string
	user     string
	password string
	address  string
	failData bool
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{server: s}, nil }

type visit struct {
	*server
	to string
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		v.user, v.password = user, password
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.to = to
	return nil
}

func (v *visit) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if v.failData {
		return errors.New("mailbox full")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.mails = append(v.mails, string(data))
	v.server.to = append(v.server.to, v.to)
	return nil
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }

// serve starts a mail server; cert nil is one without STARTTLS, implicit one that speaks TLS from the first byte.
func serve(t *testing.T, cert *tls.Certificate, implicit bool) *server {
	t.Helper()
	s := &server{}
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth = "mail.example.org", true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	if cert != nil {
		conf := &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
		if implicit {
			l = tls.NewListener(l, conf)
		} else {
			srv.TLSConfig = conf
		}
	}
	go srv.Serve(l) //nolint:errcheck // ends with Close
	t.Cleanup(func() { srv.Close() })
	return s
}

// certificate is one for mail.example.org that signs itself.
func certificate(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"mail.example.org"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

const from = "Extra Usage <billing@example.com>"

func newSMTP(t *testing.T, url string) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP(url, from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSMTPSendsTextAndHTML(t *testing.T) {
	srv := serve(t, nil, false)
	s := newSMTP(t, "smtp://"+srv.address)
	for range 2 {
		if err := s.Send(t.Context(), letter("mail_7")); err != nil {
			t.Fatal(err)
		}
	}
	if len(srv.mails) != 2 || srv.to[0] != "ada@example.org" {
		t.Fatalf("%d mails to %v", len(srv.mails), srv.to)
	}
	first, err := netmail.ReadMessage(strings.NewReader(srv.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	again, err := netmail.ReadMessage(strings.NewReader(srv.mails[1]))
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"Message-Id": "<mail_7@example.com>", "Date": "Tue, 10 Nov 2026 09:00:00 +0000", "Auto-Submitted": "auto-generated",
		"To": "<ada@example.org>", "From": `"Extra Usage" <billing@example.com>`,
	} {
		if got := first.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
		if got := again.Header.Get(header); got != want {
			t.Errorf("of the repeat, %s: %q, want %q", header, got, want)
		}
	}
	if got, err := new(mime.WordDecoder).DecodeHeader(first.Header.Get("Subject")); err != nil || got != letter("").Subject {
		t.Errorf("Subject: %q, %v", got, err)
	}
	if got := partsOf(t, first); got["text/plain"] == "" || got["text/html"] != letter("").HTML {
		t.Errorf("parts: %q", got)
	}
}

func partsOf(t *testing.T, m *netmail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type: %q, %v", kind, err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
		parts[kind] = strings.TrimSpace(string(body))
	}
}

func TestSMTPDemandsTLSOverTheNetwork(t *testing.T) {
	cert, roots := certificate(t)
	for name, c := range map[string]struct {
		url      string
		cert     *tls.Certificate
		implicit bool
		roots    *x509.CertPool
		sent     bool
	}{
		"STARTTLS":                   {"smtp://ada:s3cret@mail.example.org", cert, false, roots, true},
		"TLS from the start":         {"smtps://ada:s3cret@SERVER", cert, true, roots, true},
		"a server without TLS":       {"smtp://ada:s3cret@mail.example.org", nil, false, roots, false},
		"a certificate of nobody":    {"smtp://ada:s3cret@mail.example.org", cert, false, x509.NewCertPool(), false},
		"a certificate of another":   {"smtp://ada:s3cret@other.example.org", cert, false, roots, false},
		"TLS, nobody's certificate":  {"smtps://ada:s3cret@SERVER", cert, true, x509.NewCertPool(), false},
		"TLS expected, STARTTLS got": {"smtps://ada:s3cret@SERVER", cert, false, roots, false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := serve(t, c.cert, c.implicit)
			s := newSMTP(t, strings.Replace(c.url, "SERVER", srv.address, 1))
			s.Trust(c.roots)
			if strings.HasPrefix(c.url, "smtp:") {
				s.DialAt(srv.address)
			}
			err := s.Send(t.Context(), letter("mail_1"))
			if (err == nil) != c.sent || (len(srv.mails) == 1) != c.sent {
				t.Errorf("sent %d, error %v", len(srv.mails), err)
			}
			if c.sent && (srv.user != "ada" || srv.password != "s3cret") {
				t.Errorf("signed in as %q with %q", srv.user, srv.password)
			}
			if !c.sent && (srv.password != "" || strings.Contains(err.Error(), "s3cret")) {
				t.Errorf("the password got out: %q, %v", srv.password, err)
			}
		})
	}
}

func TestSMTPSaysThatAMailFailed(t *testing.T) {
	srv := serve(t, nil, false)
	srv.failData = true
	if err := newSMTP(t, "smtp://"+srv.address).Send(t.Context(), letter("mail_1")); err == nil {
		t.Error("a refused mail counts as sent")
	}
	bad := letter("mail_2")
	bad.To = "nobody"
	if err := newSMTP(t, "smtp://"+srv.address).Send(t.Context(), bad); err == nil {
		t.Error("a mail without an address counts as sent")
	}
}

func TestTLSPolicy(t *testing.T) {
	for _, c := range []struct{ scheme, host, want string }{
		{"smtp", "mail.example.org", "TLSMandatory"},
		{"smtp", "10.0.0.1", "TLSMandatory"},
		{"smtp", "localhost.example.org", "TLSMandatory"},
		{"smtp", "localhost", "NoTLS"},
		{"smtp", "127.0.0.1", "NoTLS"},
		{"smtp", "::1", "NoTLS"},
		{"smtps", "127.0.0.1", "TLSMandatory"},
	} {
		if got := mail.Policy(c.scheme, c.host); got != c.want {
			t.Errorf("%s://%s: %s, want %s", c.scheme, c.host, got, c.want)
		}
	}
}

func TestNewSMTPRefuses(t *testing.T) {
	for name, c := range map[string][2]string{
		"another scheme":    {"http://ada:s3cret@mail.example.org", from},
		"no host":           {"smtp://", from},
		"no URL":            {"://ada:s3cret@x", from},
		"a bad port":        {"smtp://ada:s3cret@mail.example.org:99999", from},
		"port 0":            {"smtp://ada:s3cret@mail.example.org:0", from},
		"no sender":         {"smtp://ada:s3cret@mail.example.org", ""},
		"a broken sender":   {"smtp://ada:s3cret@mail.example.org", "billing"},
		"a port of letters": {"smtp://ada:s3cret@mail.example.org:mail", from},
	} {
		if _, err := mail.NewSMTP(c[0], c[1]); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
