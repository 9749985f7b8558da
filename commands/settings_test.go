package commands

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// settingsOf are the settings that an environment gives.
func settingsOf(t *testing.T, env map[string]string) (*Settings, error) {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	c := &cli{}
	parser, err := kong.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		return nil, err
	}
	return &c.Settings, c.Settings.check()
}

func strongKey() string {
	raw := make([]byte, sessionKeyBytes)
	rand.Read(raw)
	return base64.StdEncoding.EncodeToString(raw)
}

func TestSettingsAreRefusedWithTheNameToMend(t *testing.T) {
	production := func(more map[string]string) map[string]string {
		env := map[string]string{
			"APP_ENV": "production", "BASE_URL": "https://usage.example.com", "SESSION_KEYS": strongKey(), "SMTP_URL": "smtp://mail.example.com",
		}
		for k, v := range more {
			env[k] = v
		}
		return env
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"plain":           {nil, ""},
		"allowance cents": {map[string]string{"PLAN_ALLOWANCE": "0.5"}, "PLAN_ALLOWANCE"},
		"hold":            {map[string]string{"HOLD_TTL": "1s"}, "HOLD_TTL"},
		"address":         {map[string]string{"BASE_URL": "example"}, "BASE_URL"},
		"proxies":         {map[string]string{"TRUSTED_PROXIES": "10.0.0.1"}, "TRUSTED_PROXIES"},
		"short key":       {map[string]string{"SESSION_KEYS": "Y2hhbmdlbWU="}, "SESSION_KEYS"},
		"weak key":        {map[string]string{"SESSION_KEYS": base64.StdEncoding.EncodeToString(make([]byte, sessionKeyBytes))}, "SESSION_KEYS"},
		"environment":     {map[string]string{"APP_ENV": "staging"}, "app-env"},
		"test provider":   {production(nil), "PAYMENT_PROVIDER"},
		"plain http":      {production(map[string]string{"BASE_URL": "http://usage.example.com"}), "BASE_URL"},
		"no keys":         {production(map[string]string{"SESSION_KEYS": ""}), "SESSION_KEYS"},
		"no mail":         {production(map[string]string{"SMTP_URL": ""}), "SMTP_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settingsOf(t, c.env)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("want an error that names %s, got %v", c.want, err)
			}
		})
	}
}

func TestSecretsFromFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	set := func(name, value string) error { got[name] = value; return nil }
	if err := readSecretFiles([]string{"SMTP_URL_FILE=" + path}, set); err != nil || got["SMTP_URL"] != "s3cret" {
		t.Errorf("%v %v", got, err)
	}
	if err := readSecretFiles([]string{"SMTP_URL_FILE=" + path, "SMTP_URL=x"}, set); err == nil {
		t.Error("both at once were accepted")
	}
	if err := readSecretFiles([]string{"SMTP_URL_FILE=/nowhere"}, set); err == nil {
		t.Error("a missing file was accepted")
	}
}

func TestConfigCheckPrintsNoSecret(t *testing.T) {
	s, err := settingsOf(t, map[string]string{"SMTP_URL": "smtp://user:hunter2@mail", "DATABASE_URL": "postgres://u:hunter3@h/d"})
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(s.entries())
	if strings.Contains(text, "hunter") {
		t.Errorf("a secret is printed: %s", text)
	}
	if got := unknownNames([]string{"PLAN_ALOWANCE=3", "PLAN_ALLOWANCE=3", "PATH=x"}); len(got) != 1 {
		t.Errorf("unknown names: %v", got)
	}
}

// The table of docs/operations.md is the settings as the code has them. Run with UPDATE=1 to write it anew.
func TestOperationsListsEverySetting(t *testing.T) {
	var table strings.Builder
	table.WriteString("| name | default | |\n|---|---|---|\n")
	for _, e := range (&Settings{}).entries() {
		def := e.def
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", e.name, def, e.help)
	}
	const path = "../docs/operations.md"
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), "| name | default | |")
	end := strings.Index(rest, "\n\n")
	if !ok || end < 0 {
		t.Fatal("the table of settings is missing")
	}
	want := before + strings.TrimSuffix(table.String(), "\n") + rest[end:]
	if want == string(doc) {
		return
	}
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("docs/operations.md does not list the settings as they are: UPDATE=1 go test ./commands -run Operations")
}
