package commands

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"extrausage/billing"
)

type migrateCmd struct{}

// Run migrates: opening does.
func (migrateCmd) Run(ctx context.Context, s *Settings, con *console) error {
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	return con.answer(map[string]bool{"ok": true}, "The schema is up to date.")
}

type accountCmd struct {
	Create accountCreateCmd `cmd:"" help:"Create a subscriber's account."`
}

// person are the flags that subscribers and staff have in common.
type person struct {
	Email         string `required:"" help:"E-mail address to sign in with."`
	Name          string `help:"Name."`
	Locale        string `enum:"en,it" default:"en" help:"Language: en or it."`
	PasswordStdin bool   `help:"Read the password from standard input, its first line. Without it the first sign-in is by a mailed link."`
}

func (p person) password(con *console) (string, error) {
	if !p.PasswordStdin {
		return "", nil
	}
	line, err := bufio.NewReader(con.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.Join(errors.New("--password-stdin: standard input has no password"), err)
	}
	return line, nil
}

type accountCreateCmd struct {
	person
	Plan     string `enum:"max_20x,none" default:"max_20x" help:"max_20x or none."`
	TimeZone string `default:"UTC" help:"Billing time zone, like Europe/Rome."`
}

func (c accountCreateCmd) Run(ctx context.Context, s *Settings, con *console) error {
	return s.created(ctx, con, "account", func(a *app) (string, error) {
		password, err := c.password(con)
		if err != nil {
			return "", err
		}
		n := billing.NewAccount{Email: c.Email, Name: c.Name, Plan: c.Plan, Locale: c.Locale, TimeZone: c.TimeZone, Password: password}
		if n.Plan == "none" {
			n.Plan = ""
		}
		return a.svc.CreateAccount(ctx, n)
	})
}

type staffCmd struct {
	Create staffCreateCmd `cmd:"" help:"Create a member of the support staff."`
}

type staffCreateCmd struct{ person }

func (c staffCreateCmd) Run(ctx context.Context, s *Settings, con *console) error {
	return s.created(ctx, con, "staff member", func(a *app) (string, error) {
		password, err := c.password(con)
		if err != nil {
			return "", err
		}
		return a.svc.CreateStaff(ctx, billing.NewStaff{Email: c.Email, Name: c.Name, Locale: c.Locale, Password: password})
	})
}

// created runs a command that makes one thing and answers with its id.
func (s *Settings) created(ctx context.Context, con *console, what string, create func(*app) (string, error)) error {
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	id, err := create(a)
	if err != nil {
		return worded(err)
	}
	return con.answer(map[string]string{"id": id}, "Created "+what+" "+id)
}

type apiKeyCmd struct {
	Create apiKeyCreateCmd `cmd:"" help:"Create a key; it is shown once."`
	Revoke apiKeyRevokeCmd `cmd:"" help:"Revoke a key, at once."`
}

type apiKeyCreateCmd struct {
	Name     string        `required:"" help:"What the key is for."`
	Scopes   []string      `required:"" help:"usage:write, accounts:read, accounts:write; separated by commas."`
	ValidFor time.Duration `default:"8760h" help:"How long the key is valid."`
}

func (c apiKeyCreateCmd) Run(ctx context.Context, s *Settings, con *console) error {
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	scopes := make([]billing.Scope, len(c.Scopes))
	for i, scope := range c.Scopes {
		scopes[i] = billing.Scope(strings.TrimSpace(scope))
	}
	id, key, err := a.svc.CreateAPIKey(ctx, c.Name, scopes, c.ValidFor)
	if err != nil {
		return worded(err)
	}
	return con.answer(map[string]string{"id": id, "key": key}, fmt.Sprintf("Created key %s\n\n  %s\n\nIt is not shown again.", id, key))
}

type apiKeyRevokeCmd struct {
	ID string `arg:"" help:"The key's id."`
}

func (c apiKeyRevokeCmd) Run(ctx context.Context, s *Settings, con *console) error {
	return s.created(ctx, con, "revocation of key", func(a *app) (string, error) { return c.ID, a.svc.RevokeAPIKey(ctx, c.ID) })
}

type ledgerCmd struct {
	Verify ledgerVerifyCmd `cmd:"" help:"Check that the books balance; changes nothing."`
}

type ledgerVerifyCmd struct{}

var errBooks = errors.New("the books contradict themselves: see the findings")

func (ledgerVerifyCmd) Run(ctx context.Context, s *Settings, con *console) error {
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	ok, checks, err := a.svc.VerifyLedger(ctx)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, c := range checks {
		mark := "ok  "
		if !c.OK {
			mark = "FAIL"
		}
		fmt.Fprintf(&text, "%s  %s\n", mark, c.Name)
		for _, f := range c.Findings {
			fmt.Fprintf(&text, "      %s\n", f)
		}
	}
	answer := struct {
		OK     bool            `json:"ok"`
		Checks []billing.Check `json:"checks"`
	}{ok, checks}
	if err := con.answer(answer, strings.TrimRight(text.String(), "\n")); err != nil {
		return err
	}
	if !ok {
		return errBooks
	}
	return nil
}

type purchasesCmd struct {
	Reconcile purchasesReconcileCmd `cmd:"" help:"Look all pending purchases up at the payment provider, ask it for refunds and disputes, and record what became of them."`
}

type purchasesReconcileCmd struct{}

func (purchasesReconcileCmd) Run(ctx context.Context, s *Settings, con *console) error {
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.svc.ReconcileNow(ctx)
	if err != nil {
		return err
	}
	return con.answer(map[string]int{
		"looked": r.Looked, "succeeded": r.Succeeded, "declined": r.Declined, "resent": r.Resent, "abandoned": r.Abandoned,
		"pending": r.Pending, "failed": r.Failed,
	}, fmt.Sprintf("Looked at %d: %d succeeded, %d declined, %d resent, %d abandoned, %d pending, %d failed.",
		r.Looked, r.Succeeded, r.Declined, r.Resent, r.Abandoned, r.Pending, r.Failed))
}

type backupCmd struct {
	To string `arg:"" help:"The new file."`
}

func (c backupCmd) Run(ctx context.Context, s *Settings, con *console) error {
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.store.Backup(ctx, c.To); err != nil {
		return err
	}
	return con.answer(map[string]string{"file": c.To}, "Wrote "+c.To)
}
