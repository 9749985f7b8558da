package commands_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
)

func TestAccountCreate(t *testing.T) {
	p := newProgram(t)
	id := p.account()
	if !strings.HasPrefix(id, "acc_") {
		t.Errorf("id %q", id)
	}
	for name, c := range map[string]struct {
		stdin string
		args  []string
		want  string
	}{
		"twice":       {"another long one", []string{"--email", "ADA@example.com", "--password-stdin"}, "in use already"},
		"e-mail":      {"", []string{"--email", "ada"}, "e-mail address like"},
		"short":       {"1234567\n", []string{"--email", "b@example.com", "--password-stdin"}, "at least 8"},
		"no password": {"", []string{"--email", "b@example.com", "--password-stdin"}, "no password"},
		"zone":        {"", []string{"--email", "b@example.com", "--time-zone", "Mars/Base"}, "time zone"},
		"locale":      {"", []string{"--email", "b@example.com", "--locale", "de"}, "locale"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := p.run(c.stdin, append([]string{"account", "create", "--json"}, c.args...)...)
			if code != 1 || out != "" || !strings.Contains(errOut, c.want) {
				t.Errorf("exit %d, %q, %q: want %q", code, out, errOut, c.want)
			}
		})
	}
}

func TestAPIKeyCreateAndRevoke(t *testing.T) {
	p := newProgram(t)
	var key struct{ ID, Key string }
	p.answer(&key, "", "apikey", "create", "--name", "inference", "--scopes", "usage:write,accounts:read")
	if key.ID == "" || !strings.HasPrefix(key.Key, "xu_") {
		t.Errorf("%+v", key)
	}
	if code, _, errOut := p.run("", "apikey", "create", "--name", "x", "--scopes", "everything"); code != 1 || !strings.Contains(errOut, "usage:write") {
		t.Errorf("exit %d %s", code, errOut)
	}
	var gone struct{ ID string }
	p.answer(&gone, "", "apikey", "revoke", key.ID)
	if code, _, _ := p.run("", "apikey", "revoke", "key_unknown"); code != 1 {
		t.Errorf("an unknown key was revoked: exit %d", code)
	}
}

func TestLedgerVerifyFailsAndNamesTheRow(t *testing.T) {
	p := newProgram(t)
	id := p.account()
	var books struct {
		OK     bool
		Checks []struct {
			Name     string
			OK       bool
			Findings []string
		}
	}
	p.answer(&books, "", "ledger", "verify")
	if !books.OK || len(books.Checks) < 10 {
		t.Errorf("%+v", books)
	}
	db, err := sql.Open("sqlite3", filepath.Join(p.dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE meters SET balance_nanos = 1"); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := p.run("", "ledger", "verify", "--json")
	if code != 1 || !strings.Contains(out, `"ok": false`) || !strings.Contains(out, id+": balance 1") || !strings.Contains(errOut, "findings") {
		t.Errorf("exit %d: %s %s", code, out, errOut)
	}
}

func TestBackupCanBeRestored(t *testing.T) {
	p := newProgram(t)
	p.account()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if code, _, errOut := p.run("", "backup", copied); code != 0 {
		t.Fatal(errOut)
	}
	if code, _, errOut := p.run("", "backup", copied); code != 1 || !strings.Contains(errOut, "exists already") {
		t.Errorf("an existing file was overwritten: %d %s", code, errOut)
	}
	code, _, errOut := p.run("", "ledger", "verify", "--database-url", "sqlite:"+copied)
	if code != 0 {
		t.Errorf("the copy does not verify: %s", errOut)
	}
	if code, _, errOut := p.run("x", "account", "create", "--email", "ada@example.com", "--database-url", "sqlite:"+copied); code != 1 || !strings.Contains(errOut, "in use") {
		t.Errorf("the copy lacks the account: %d %s", code, errOut)
	}
}

func TestWrongCommandLine(t *testing.T) {
	p := newProgram(t)
	for _, args := range [][]string{{"nonsense"}, {"account", "create"}, {"serve", "--addr"}, {"import"}} {
		if code, out, errOut := p.run("", args...); code != 1 || out != "" || errOut == "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, out, errOut)
		}
	}
	if code, out, _ := p.run("", "--help"); code != 0 || !strings.Contains(out, "ledger verify") {
		t.Errorf("help: exit %d, %q", code, out)
	}
}
