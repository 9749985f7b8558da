package commands

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"extrausage/billing"
	"extrausage/billing/mail"
	"extrausage/handlers"
)

type serveCmd struct{}

const (
	drainTime  = 30 * time.Second // how long running requests may take after a stop was asked for
	workPause  = time.Second      // between two rounds of the workers
	purgePause = time.Hour
)

// Run serves until it is told to stop; then running requests finish and what was acknowledged is on disk.
func (serveCmd) Run(ctx context.Context, s *Settings, con *console) error {
	log := slog.New(slog.NewJSONHandler(con.err, &slog.HandlerOptions{Level: s.logLevel()}))
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.svc.CheckModes(ctx); err != nil {
		return err
	}
	mailer, mailbox, err := s.openMail()
	if err != nil {
		return err
	}
	var demo *demoAccess
	if !s.production() {
		if demo, err = s.seedDemo(ctx, a.svc, a.store); err != nil {
			return fmt.Errorf("demo data: %w", err)
		}
	}
	web, err := s.web(ctx, a, mailbox, log)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return err
	}
	workers, stopWorkers := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { a.work(workers, mailer, log) })
	if a.payments.test != nil {
		running.Go(func() {
			if err := a.payments.test.Run(workers); err != nil && workers.Err() == nil {
				log.Error("test provider", "error", err.Error())
			}
		})
	}
	s.greet(con, listener.Addr().String(), demo)
	err = serveUntil(ctx, web, listener, log)
	stopWorkers()
	running.Wait()
	return err
}

// web is the whole web layer.
func (s *Settings) web(ctx context.Context, a *app, mailbox handlers.Mailbox, log *slog.Logger) (http.Handler, error) {
	keys, err := s.sessionKeys()
	if err != nil {
		return nil, err
	}
	proxies, err := s.proxies()
	if err != nil {
		return nil, err
	}
	return handlers.New(a.svc, handlers.Config{
		BaseURL: s.BaseURL, SessionKeys: keys, Development: !s.production(), TestPayments: !a.payments.provider.Live(),
		TestProvider: a.payments.pages(), FormHosts: a.payments.formHosts, Mailbox: mailbox, TrustedProxies: proxies,
		Log: log, Clock: time.Now, Stop: ctx.Done(),
		Ready: func(ctx context.Context) error {
			ok, err := a.store.Migrated(ctx)
			if err == nil && !ok {
				err = errors.New("the schema is not the newest")
			}
			return err
		},
	}), nil
}

// openMail is where mails go: to the operator's server, or in development into a folder that /dev/mail shows.
func (s *Settings) openMail() (billing.Mailer, handlers.Mailbox, error) {
	if s.SMTPURL != "" {
		m, err := mail.NewSMTP(s.SMTPURL, s.MailFrom)
		return m, nil, err
	}
	f, err := mail.NewFolder(filepath.Join(s.dataDir(), "mail"))
	return f, f, err
}

// serveUntil answers requests until ctx ends, then lets running ones finish.
func serveUntil(ctx context.Context, web http.Handler, listener net.Listener, log *slog.Logger) error {
	server := &http.Server{
		Handler: web, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return server.Shutdown(drain)
}

// task is something that a worker does, round after round. Every round may run twice, and in several processes at once.
type task struct {
	name  string
	every time.Duration
	do    func(context.Context) error
	wake  <-chan struct{} // begins a round at once; nil for none
}

// tasks are all there is to do behind the pages. A provider or a mail server that is slow holds up nothing but its own task.
func (a *app) tasks(mailer billing.Mailer) []task {
	return []task{
		{name: "expire holds", every: workPause, do: func(ctx context.Context) error { _, err := a.svc.ExpireHolds(ctx); return err }},
		{name: "auto-reload", every: workPause, do: a.svc.RunReloads, wake: a.svc.ReloadWanted()},
		{name: "payments", every: workPause, do: a.svc.RunPayments},
		{name: "alerts", every: workPause, do: a.svc.RunAlerts},
		{name: "mails", every: workPause, do: func(ctx context.Context) error { _, err := a.svc.DeliverMails(ctx, mailer); return err }},
		{name: "invoices", every: workPause, do: func(ctx context.Context) error { _, err := a.svc.IssueInvoices(ctx); return err }},
		{name: "purge", every: purgePause, do: a.svc.PurgeOld},
	}
}

// work runs the tasks side by side until the context ends.
func (a *app) work(ctx context.Context, mailer billing.Mailer, log *slog.Logger) {
	var running sync.WaitGroup
	for _, t := range a.tasks(mailer) {
		running.Go(func() { t.run(ctx, log) })
	}
	running.Wait()
}

func (t task) run(ctx context.Context, log *slog.Logger) {
	for ctx.Err() == nil {
		if err := t.do(ctx); err != nil && ctx.Err() == nil {
			log.Error("worker", "task", t.name, "error", err.Error())
		}
		select {
		case <-ctx.Done():
		case <-t.wake:
		case <-time.After(t.every):
		}
	}
}

// greet says where to go and, in development, how to sign in.
func (s *Settings) greet(con *console, addr string, demo *demoAccess) {
	fmt.Fprintf(con.out, "Extra Usage is running at %s (listening on %s)\n", s.BaseURL, addr)
	if demo == nil {
		return
	}
	fmt.Fprintf(con.out, "\n  Subscriber   %s   password %s\n  Support      %s   password %s\n  API key      %s\n", demo.Email,
		demo.Password, demo.StaffEmail, demo.StaffPassword, demo.APIKey)
	fmt.Fprintf(con.out, "\n  Settings     %[1]s/settings/usage\n  Pricing      %[1]s/pricing\n  Mails        %[1]s/dev/mail\n", s.BaseURL)
	fmt.Fprintf(con.out, "\n  See the meters move: go run . simulate\n\n")
}
