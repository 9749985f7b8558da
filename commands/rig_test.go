package commands_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"extrausage/commands"
)

// program runs commands in this process over a database of its own.
type program struct {
	t   testing.TB
	dir string
}

func newProgram(t testing.TB) *program { return &program{t: t, dir: t.TempDir()} }

func (p *program) run(stdin string, args ...string) (code int, out, errOut string) {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"--database-url", "sqlite:" + filepath.Join(p.dir, "test.db")}, args...)
	code = commands.Main(args, strings.NewReader(stdin), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// answer runs a command that must succeed and decodes the one document it prints.
func (p *program) answer(v any, stdin string, args ...string) {
	p.t.Helper()
	code, out, errOut := p.run(stdin, append(args, "--json")...)
	if code != 0 {
		p.t.Fatalf("%v: exit %d: %s", args, code, errOut)
	}
	d := json.NewDecoder(strings.NewReader(out))
	if err := d.Decode(v); err != nil {
		p.t.Fatalf("%v: %v: %q", args, err, out)
	}
	if d.More() {
		p.t.Fatalf("%v printed more than one document: %q", args, out)
	}
}

func (p *program) account() string {
	p.t.Helper()
	var v struct{ ID string }
	p.answer(&v, "correct horse battery", "account", "create", "--email", "ada@example.com", "--password-stdin")
	return v.ID
}
