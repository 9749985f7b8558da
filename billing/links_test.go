package billing_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
)

func TestFirstSignInByLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := must(d.CreateAccount(t.Context(), billing.NewAccount{Email: "ada@example.org", Name: "Ada", Locale: "it"}))(t)
		token := d.linkTo("Ada@Example.org")
		mail := d.post.mails[0]
		if mail.Subject != "sign in it Ada" || mail.To != "ada@example.org" || mail.Text != "http://127.0.0.1:8080/sign-in/link/"+token || len(token) != 43 {
			t.Errorf("mail %+v", mail)
		}
		for range 3 { // looking, as mail programs do, uses nothing up
			purpose, email, err := d.LinkInfo(t.Context(), token)
			if purpose != billing.LinkSignIn || email != "ada@example.org" || err != nil {
				t.Fatalf("%s for %s, %v", purpose, email, err)
			}
		}
		for password, code := range map[string]string{"": "password_missing", "short": "password_short", "password123": "password_common"} {
			_, err := d.RedeemSignInLink(t.Context(), token, password, browser)
			if f := billing.AsFault(err); f == nil || f.Code != code || f.Field != "password" {
				t.Errorf("%q: %v, want %s", password, err, code)
			}
		}
		session := must(d.Session(t.Context(), must(d.RedeemSignInLink(t.Context(), token, goodPassword, browser))(t)))(t)
		if session.AccountID != id || !billing.Fresh(session) {
			t.Errorf("session %+v", session)
		}
		_, err := d.RedeemSignInLink(t.Context(), token, otherPassword, browser)
		d.want("link_gone", err)
		_, _, err = d.LinkInfo(t.Context(), token)
		d.want("link_gone", err)
		d.signIn("ada@example.org")
		if got, want := d.history(id), []string{"password  changed subscriber"}; !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
	})
}

func TestAForgottenPasswordEndsWhatWasOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		d.account("bob@example.org")
		thief, bob := d.signIn("ada@example.org"), d.signIn("bob@example.org")
		other, token := d.linkTo("ada@example.org"), d.linkTo("ada@example.org")
		session := must(d.RedeemSignInLink(t.Context(), token, otherPassword, browser))(t)
		_, err := d.Session(t.Context(), thief)
		d.want("session_over", err)
		_, err = d.RedeemSignInLink(t.Context(), other, goodPassword, browser)
		d.want("link_gone", err)
		_, err = d.SignIn(t.Context(), "ada@example.org", goodPassword, browser)
		d.want("sign_in_failed", err)
		must(d.Session(t.Context(), session))(t)
		must(d.Session(t.Context(), bob))(t)
	})
}

func TestStaffMayUseLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		ada := d.signIn("ada@example.org")
		staff := must(d.CreateStaff(t.Context(), billing.NewStaff{Email: "sam@example.org", Name: "Sam"}))(t)
		token := must(d.RedeemSignInLink(t.Context(), d.linkTo("sam@example.org"), goodPassword, browser))(t)
		if s := must(d.Session(t.Context(), token))(t); s.StaffID != staff || !s.Staff {
			t.Errorf("session %+v", s)
		}
		d.signIn("sam@example.org")
		must(d.Session(t.Context(), ada))(t) // the link of a staff member is no subscriber's business
		d.want("link_gone", d.RedeemEmailLink(t.Context(), d.linkTo("sam@example.org")))
	})
}

func TestALinkLastsThirtyMinutes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		token := d.linkTo("ada@example.org")
		d.wait(30*time.Minute - time.Second)
		_, _, err := d.LinkInfo(t.Context(), token)
		d.ok(err)
		d.wait(time.Second)
		_, err = d.RedeemSignInLink(t.Context(), token, otherPassword, browser)
		d.want("link_gone", err)
		for _, bad := range []string{"", "x", strings.Repeat("x", 43)} {
			_, _, err = d.LinkInfo(t.Context(), bad)
			d.want("link_gone", err)
		}
	})
}

func TestALinkIsUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		token := d.linkTo("ada@example.org")
		got := counted(6, func(i int) error {
			_, err := d.RedeemSignInLink(t.Context(), token, fmt.Sprintf("%s %d", otherPassword, i), browser)
			return err
		})
		if want := map[string]int{"": 1, "link_gone": 5}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		next := sha256.Sum256([]byte(d.linkTo("ada@example.org")))
		got = counted(6, func(int) error { // where all have looked before one has used it
			return d.store.InTx(t.Context(), func(tx *models.Tx) error { return tx.UseSignInLink(hex.EncodeToString(next[:])) })
		})
		if want := map[string]int{"": 1, "not_found": 5}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestAskingForALinkTellsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		d.account("ada@example.org")
		for _, email := range []string{"ada@example.org", "nobody@example.org"} {
			got := counted(8, func(int) error { return d.SendSignInLink(t.Context(), email, browser) })
			if want := map[string]int{"": 5, "link_throttled": 3}; !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v", email, got, want)
			}
		}
		must(d.DeliverMails(t.Context(), d.post))(t)
		if len(d.post.mails) != 5 || len(d.post.to("ada@example.org")) != 5 {
			t.Errorf("mails: %+v", d.post.mails)
		}
		d.want("email_invalid", d.SendSignInLink(t.Context(), "nobody", browser))
		got := counted(25, func(i int) error { return d.SendSignInLink(t.Context(), fmt.Sprintf("user%d@example.org", i), browser) })
		if want := map[string]int{"": 20, "link_throttled": 5}; !reflect.DeepEqual(got, want) { // 30 from one address, 10 before
			t.Errorf("%v, want %v", got, want)
		}
		d.wait(time.Hour)
		d.ok(d.SendSignInLink(t.Context(), "ada@example.org", browser))
	})
}

func TestChangingTheEmailNeedsTheNewMailbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		bob := d.account("bob@example.org")
		session := d.signIn("ada@example.org")
		d.want("email_invalid", d.AskEmailChange(t.Context(), id, "ada"))
		d.want("email_unchanged", d.AskEmailChange(t.Context(), id, " ADA@example.org"))
		d.ok(d.AskEmailChange(t.Context(), id, "bob@example.org")) // somebody's: the answer does not tell
		d.ok(d.AskEmailChange(t.Context(), id, "Lovelace@example.org"))
		token := d.tokenFor("lovelace@example.org")
		if len(d.post.mails) != 1 || d.post.mails[0].Subject != "email en Ada" {
			t.Errorf("mails %+v", d.post.mails)
		}
		old := d.linkTo("ada@example.org")
		_, err := d.RedeemSignInLink(t.Context(), token, goodPassword, browser)
		d.want("link_gone", err) // a link is for one purpose
		d.want("link_gone", d.RedeemEmailLink(t.Context(), old))
		if s := must(d.Session(t.Context(), session))(t); s.Email != "ada@example.org" {
			t.Errorf("changed before the link was used: %s", s.Email)
		}
		_, err = d.OwnEmailLink(t.Context(), bob, token)
		d.want("link_gone", err) // who finds the link is not yet who asked for it
		if email := must(d.OwnEmailLink(t.Context(), id, token))(t); email != "lovelace@example.org" {
			t.Errorf("the link gives %s", email)
		}
		d.ok(d.RedeemEmailLink(t.Context(), token))
		d.want("link_gone", d.RedeemEmailLink(t.Context(), token))
		if s := must(d.Session(t.Context(), session))(t); s.Email != "lovelace@example.org" {
			t.Errorf("e-mail %s", s.Email)
		}
		d.signIn("lovelace@example.org")
		_, err = d.SignIn(t.Context(), "ada@example.org", goodPassword, browser)
		d.want("sign_in_failed", err)
		_, err = d.RedeemSignInLink(t.Context(), old, goodPassword, browser)
		d.want("link_gone", err) // whoever has the old mailbox is out
		if got, want := d.history(id), []string{"email a•••@example.org l•••@example.org subscriber"}; !reflect.DeepEqual(got, want) {
			t.Errorf("history %q, want %q", got, want)
		}
	})
}

func TestAnEmailTakenMeanwhileIsNotTakenAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		id := d.account("ada@example.org")
		d.ok(d.AskEmailChange(t.Context(), id, "new@example.org"))
		token := d.tokenFor("new@example.org")
		d.staff("new@example.org")
		d.want("email_taken", d.RedeemEmailLink(t.Context(), token))
		d.signIn("ada@example.org")
		got := counted(6, func(i int) error { return d.AskEmailChange(t.Context(), id, fmt.Sprintf("n%d@example.org", i)) })
		if want := map[string]int{"": 4, "link_throttled": 2}; !reflect.DeepEqual(got, want) { // five an hour, one before
			t.Errorf("%v, want %v", got, want)
		}
	})
}
