package billing_test

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

// desk is a service as somebody at its front door has it: a real store, a clock that the test moves, and the post.
type desk struct {
	*billing.Service
	t     testing.TB
	store *models.Store // to look behind the door, and to set up what is not ours
	now   *atomic.Int64 // microseconds
	post  *postbox
}

var deskStart = time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC)

func newDesk(t testing.TB, open storetest.Open, change ...func(*billing.Config)) *desk {
	t.Helper()
	d := &desk{t: t, now: &atomic.Int64{}, post: &postbox{}}
	d.now.Store(deskStart.UnixMicro())
	d.store = open(d.clock)
	conf := billing.DefaultConfig()
	for _, f := range change {
		f(&conf)
	}
	var ids atomic.Int64
	newID := func(prefix string) string { return fmt.Sprintf("%s_%012d", prefix, ids.Add(1)) }
	d.Service = billing.New(d.store, nil, nil, newID, conf).WithLetters(letters{})
	return d
}

func (d *desk) clock() time.Time { return time.UnixMicro(d.now.Load()).UTC() }

func (d *desk) wait(w time.Duration) { d.now.Add(w.Microseconds()) }

const (
	goodPassword  = "a walk in the rain"
	otherPassword = "a nap in the shade"
)

var browser = billing.Client{Address: "192.0.2.7", UserAgent: "Firefox"}

// account makes an account that signs in with goodPassword.
func (d *desk) account(email string) string {
	d.t.Helper()
	return must(d.CreateAccount(d.t.Context(), billing.NewAccount{Email: email, Name: "Ada", Plan: "max_20x", Password: goodPassword}))(d.t)
}

func (d *desk) staff(email string) string {
	d.t.Helper()
	return must(d.CreateStaff(d.t.Context(), billing.NewStaff{Email: email, Name: "Sam of Support", Password: goodPassword}))(d.t)
}

func (d *desk) signIn(email string) string {
	d.t.Helper()
	return must(d.SignIn(d.t.Context(), email, goodPassword, browser))(d.t)
}

// linkTo asks for a sign-in link and takes the token out of the mail.
func (d *desk) linkTo(email string) string {
	d.t.Helper()
	d.ok(d.SendSignInLink(d.t.Context(), email, browser))
	return d.tokenFor(billing.NormalEmail(email))
}

// tokenFor empties the outbox and gives the token of the newest mail to an address.
func (d *desk) tokenFor(email string) string {
	d.t.Helper()
	must(d.DeliverMails(d.t.Context(), d.post))(d.t)
	mails := d.post.to(email)
	if len(mails) == 0 {
		d.t.Fatalf("no mail went to %s", email)
	}
	return path.Base(mails[len(mails)-1].Text)
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// want checks that a fault has this code, "" meaning none.
func (d *desk) want(code string, err error) {
	d.t.Helper()
	if got := codeOf(err); got != code {
		d.t.Errorf("fault %q (%v), want %q", got, err, code)
	}
}

// change alters an account's state behind the door, under its lock.
func (d *desk) change(id string, fn func(*models.MeterState)) {
	d.t.Helper()
	d.tx(func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		fn(m)
		return tx.Save(m)
	})
}

func (d *desk) tx(fn func(*models.Tx) error) {
	d.t.Helper()
	d.ok(d.store.InTx(d.t.Context(), fn))
}

// history is what was changed of an account's settings, the newest first, as "setting old new actor".
func (d *desk) history(id string) (out []string) {
	d.t.Helper()
	page, err := d.SettingChanges(d.t.Context(), id, billing.Place{}, 100)
	d.ok(err)
	for _, c := range page.Changes {
		out = append(out, strings.Join([]string{c.Setting, c.Old, c.New, string(c.Actor)}, " "))
	}
	return out
}

// codeOf is the code of a fault, "" without error, and the error's text where it is no fault.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	if f := billing.AsFault(err); f != nil {
		return f.Code
	}
	return "internal: " + err.Error()
}

// must gives a result that has to be there.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// counted runs n calls at once and counts their faults.
func counted(n int, call func(i int) error) map[string]int {
	codes := make([]string, n)
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			codes[i] = codeOf(call(i))
		})
	}
	close(start)
	all.Wait()
	out := map[string]int{}
	for _, c := range codes {
		out[c]++
	}
	return out
}

// letters words mails as tests read them: the text is the link.
type letters struct{}

func (letters) SignInLink(locale, name, url string) billing.Mail {
	return billing.Mail{Subject: "sign in " + locale + " " + name, Text: url, HTML: "<p>" + url + "</p>"}
}

func (letters) EmailLink(locale, name, url string) billing.Mail {
	return billing.Mail{Subject: "email " + locale + " " + name, Text: url}
}

func (letters) Notice(r billing.Reader, n billing.Notice) billing.Mail {
	return billing.Mail{Subject: "notice " + r.Locale + " " + string(n.Kind), Text: n.ID}
}

// postbox is a Mailer that keeps what it gets; fail may refuse.
type postbox struct {
	mails []billing.Outgoing
	fail  func(billing.Outgoing) error
}

var errPostbox = errors.New("the postbox is shut")

func (p *postbox) Send(_ context.Context, m billing.Outgoing) error {
	if p.fail != nil {
		if err := p.fail(m); err != nil {
			return err
		}
	}
	p.mails = append(p.mails, m)
	return nil
}

func (p *postbox) to(email string) []billing.Outgoing {
	return slices.DeleteFunc(slices.Clone(p.mails), func(m billing.Outgoing) bool { return m.To != email })
}
