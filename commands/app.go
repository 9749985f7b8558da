package commands

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"extrausage/billing"
	"extrausage/handlers"
	"extrausage/models"
	"extrausage/pricing"
)

// app is the program wired together, as far as a command needs it.
type app struct {
	store    *models.Store
	payments payments
	svc      *billing.Service
}

// openApp opens and migrates the database and puts the rules over it. Close it.
func (s *Settings) openApp(ctx context.Context) (*app, error) {
	rates, err := s.loadRates()
	if err != nil {
		return nil, err
	}
	store, err := models.Open(s.DatabaseURL, time.Now)
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		store.Close()
		return nil, fmt.Errorf("migrate: %w", err)
	}
	pay, err := s.openPayments()
	if err != nil {
		store.Close()
		return nil, err
	}
	conf := billing.Config{
		BaseURL: s.BaseURL, PlanAllowance: s.PlanAllowance, HoldTTL: s.HoldTTL, EventLateness: s.EventLateness,
		ReloadCeiling: s.ReloadDailyCeiling, Production: s.production(),
		Seller: billing.Party{Name: s.SellerName, Address: s.SellerAddress, TaxID: s.SellerTaxID},
	}
	svc := billing.New(store, rates, pay.provider, newID, conf).WithLetters(handlers.Letters(s.BaseURL))
	return &app{store: store, payments: pay, svc: svc}, nil
}

func (a *app) Close() {
	a.payments.Close()
	a.store.Close()
}

func (s *Settings) loadRates() (*pricing.Table, error) {
	if s.RatesFile == "" {
		return pricing.Default()
	}
	f, err := os.Open(s.RatesFile)
	if err != nil {
		return nil, fmt.Errorf("RATES_FILE: %w", err)
	}
	defer f.Close()
	t, err := pricing.Load(f)
	if err != nil {
		return nil, fmt.Errorf("RATES_FILE %s: %w", s.RatesFile, err)
	}
	return t, nil
}

// sessionKeys are the operator's, or in development a key kept beside the database, so that sign-ins outlast a restart.
func (s *Settings) sessionKeys() ([][]byte, error) {
	if s.SessionKeys != "" {
		return parseSessionKeys(s.SessionKeys)
	}
	key, err := keptSecret(filepath.Join(s.dataDir(), "session.key"), sessionKeyBytes)
	if err != nil {
		return nil, err
	}
	return parseSessionKeys(key)
}

// keptSecret is the secret in a file, made on first use. Two processes that start at once agree on one.
func keptSecret(path string, bytes int) (string, error) {
	raw := make([]byte, bytes)
	rand.Read(raw) // never fails
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		kept, err := os.ReadFile(path)
		return strings.TrimSpace(string(kept)), err
	}
	if err != nil {
		return "", err
	}
	secret := base64.StdEncoding.EncodeToString(raw)
	if _, err := f.WriteString(secret + "\n"); err != nil {
		f.Close()
		return "", err
	}
	return secret, f.Close()
}

// newID is an id that sorts by time (UUIDv7), with a prefix that says what it names.
func newID(prefix string) string {
	id, err := uuid.NewV7()
	if err != nil {
		panic(err) // the system has no randomness: nothing may go on
	}
	return prefix + "_" + strings.ReplaceAll(id.String(), "-", "")
}

// secretID is an id that cannot be guessed.
func secretID(prefix string) string {
	raw := make([]byte, 16)
	rand.Read(raw) // never fails
	return prefix + "_" + hex.EncodeToString(raw)
}
