package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"extrausage/models"
)

// Letters words the mails. Subjects and bodies are in the reader's language; name may be empty.
type Letters interface {
	// SignInLink is for the first sign-in and for a forgotten password.
	SignInLink(locale, name, url string) Mail
	// EmailLink goes to the new address of an account, to prove that it is the owner's.
	EmailLink(locale, name, url string) Mail
	// Notice tells what happened, where one can do something about it, and how such mails stop.
	Notice(Reader, Notice) Mail
}

// Mail is a letter without envelope.
type Mail struct {
	Subject string
	Text    string
	HTML    string
}

// WithLetters says who words the mails. It is part of making a Service: call it before first use.
func (s *Service) WithLetters(l Letters) *Service {
	s.letters = l
	return s
}

// Outgoing is a mail as it leaves the outbox. The same ID may be sent twice, where we died before we noted the first: a Mailer
// makes a repeat recognisable (Message-ID).
type Outgoing struct {
	ID      string
	To      string
	Subject string
	Text    string
	HTML    string
	At      time.Time // when it was written
}

// Mailer sends one mail. nil means that the next server has taken it.
type Mailer interface {
	Send(context.Context, Outgoing) error
}

const (
	mailBatch   = 20
	mailTimeout = 30 * time.Second // for one mail
	// mailLease is how long a claimed mail belongs to who claimed it; longer than a batch of time-outs.
	mailLease    = mailBatch*mailTimeout + time.Minute
	maxMailTries = 20 // some four days
)

// neverAgain is when a mail is due that is given up.
const neverAgain = models.Instant(1<<63 - 1)

// queueMail puts a mail into the outbox: it goes out if, and only if, the transaction is committed.
func (s *Service) queueMail(tx *models.Tx, accountID, to string, m Mail) error {
	return tx.NewMail(&models.Mail{
		ID: s.newID("mail"), AccountID: accountID, Recipient: to, Subject: m.Subject, TextBody: m.Text, HtmlBody: m.HTML,
		CreatedAt: tx.Now, NextAt: tx.Now,
	})
}

// DeliverMails sends mails that are due, a batch of them, and tells how many went out; while any do, there may be more. A
// mail that fails is tried again later, ever later, and given up after four days; err says why those of this batch failed.
func (s *Service) DeliverMails(ctx context.Context, mailer Mailer) (n int, err error) {
	var batch []models.Mail
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		batch, err = tx.ClaimMails(tx.Now.Add(mailLease), mailBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, m := range batch {
		sendErr := sendMail(ctx, mailer, m)
		models.Failpoint("cp15")
		if err := s.noteSending(ctx, m, sendErr); err != nil {
			return n, err
		}
		if sendErr != nil {
			failed = append(failed, fmt.Errorf("mail %s: %w", m.ID, sendErr))
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}

func sendMail(ctx context.Context, mailer Mailer, m models.Mail) error {
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	return mailer.Send(ctx, Outgoing{
		ID: m.ID, To: m.Recipient, Subject: m.Subject, Text: m.TextBody, HTML: m.HtmlBody, At: m.CreatedAt.Time(),
	})
}

// noteSending writes what became of a mail, also when we are told to stop meanwhile: what is out must not go out again.
func (s *Service) noteSending(ctx context.Context, m models.Mail, sendErr error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mailTimeout)
	defer cancel()
	return s.store.InTx(ctx, func(tx *models.Tx) error {
		if sendErr == nil {
			return tx.MailSent(m.ID)
		}
		return tx.MailLater(m.ID, nextMailTry(m.Attempts, tx.Now))
	})
}

// nextMailTry is when a mail that failed so many times is tried again: after one minute, two, four, up to six hours.
func nextMailTry(tries int64, now models.Instant) models.Instant {
	if tries >= maxMailTries {
		return neverAgain
	}
	wait := 6 * time.Hour
	if tries <= 8 {
		wait = min(wait, time.Minute<<max(0, tries-1))
	}
	return now.Add(wait)
}
