package mail_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"extrausage/billing"
	"extrausage/billing/mail"
)

var written = time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)

func letter(id string) billing.Outgoing {
	return billing.Outgoing{
		ID: id, To: "ada@example.org", Subject: "Accedi: è il tuo link", Text: "Ciao Ada,\nhttp://127.0.0.1/x\n",
		HTML: "<p>Ciao Ada</p>", At: written,
	}
}

func TestFolderKeepsMails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "mails")
	f, err := mail.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.List(); err != nil || len(got) != 0 {
		t.Fatalf("an empty folder lists %v, %v", got, err)
	}
	for _, id := range []string{"mail_1", "mail_3", "mail_2", "mail_1"} { // the last is a repeat
		if err := f.Send(t.Context(), letter(id)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.List()
	if want := []billing.Outgoing{letter("mail_3"), letter("mail_2"), letter("mail_1")}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("List: %v, %v", cmp.Diff(want, got), err)
	}
	if one, err := f.Get("mail_2"); err != nil || one != letter("mail_2") {
		t.Errorf("Get: %+v, %v", one, err)
	}
	info, err := os.Stat(filepath.Join(dir, "mail_1.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a mail with a link in it can be read by others: %v, %v", info, err)
	}
}

func TestFolderStaysInItself(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.json"), []byte(`{"ID":"secret"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := mail.NewFolder(filepath.Join(dir, "mails"))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"../secret", "", "a/b", "a.b", "mail_none"} {
		if _, err := f.Get(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Get(%q): %v, want: does not exist", id, err)
		}
	}
	if err := f.Send(t.Context(), letter("../out")); err == nil {
		t.Error("a mail was written outside of the folder")
	}
}
