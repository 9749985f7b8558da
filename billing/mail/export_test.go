package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"

	gomail "github.com/wneessen/go-mail"
)

// Trust makes s trust roots.
func (s *SMTP) Trust(roots *x509.CertPool) {
	s.options = append(s.options, gomail.WithTLSConfig(&tls.Config{ServerName: s.host, RootCAs: roots, MinVersion: tls.VersionTLS12}))
}

// DialAt makes s reach its host, by plain TCP, at another address.
func (s *SMTP) DialAt(address string) {
	s.options = append(s.options, gomail.WithDialContextFunc(func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}))
}

// Policy is policyOf for tests.
func Policy(scheme, host string) string { return policyOf(scheme, host).String() }
