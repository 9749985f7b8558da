package models_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "github.com/mattn/go-sqlite3"

	"extrausage/models"
	"extrausage/models/storetest"
)

func TestUnavailable(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("a bug"), false},
		{models.ErrNotFound, false},
		{models.ErrTaken, false},
		{&pgconn.PgError{Code: "23505"}, false},
		{&pgconn.PgError{Code: "42601"}, false},
		{&pgconn.PgError{}, false},
		{&pgconn.PgError{Code: "57P01"}, true},
		{&pgconn.PgError{Code: "53300"}, true},
		{&pgconn.PgError{Code: "40001"}, true},
		{fmt.Errorf("commit: %w", &pgconn.PgError{Code: "08006"}), true},
		{sqlite3.Error{Code: sqlite3.ErrConstraint}, false},
		{sqlite3.Error{Code: sqlite3.ErrError}, false},
		{fmt.Errorf("commit: %w", sqlite3.Error{Code: sqlite3.ErrFull}), true},
		{sqlite3.Error{Code: sqlite3.ErrReadonly}, true},
		{fmt.Errorf("wait: %w", context.DeadlineExceeded), true},
	} {
		if got := models.Unavailable(c.err); got != c.want {
			t.Errorf("%v: %t, want %t", c.err, got, c.want)
		}
	}
}

// A store that was closed says so in every way of using it.
func TestClosedStoreIsUnavailable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		store := open(time.Now)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		for name, err := range map[string]error{
			"view":  store.View(ctx, func(*models.Tx) error { return nil }),
			"write": store.InTx(ctx, func(*models.Tx) error { return nil }),
			"meter": store.Meter(ctx, &models.Case{Decide: func(*models.MeterState) error { return nil }}),
			"ping":  store.Ping(ctx),
		} {
			if !models.Unavailable(err) {
				t.Errorf("%s: %v is not told as an outage", name, err)
			}
		}
	})
}
