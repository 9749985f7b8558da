package commands

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/pricing"
)

// demoAccess is how to use the demo data of a development database. It is kept beside the database: nothing of it is known beforehand.
type demoAccess struct {
	Account       string `json:"account"`
	Email         string `json:"email"`
	Password      string `json:"password"`
	StaffEmail    string `json:"staff_email"`
	StaffPassword string `json:"staff_password"`
	APIKey        string `json:"api_key"`
}

func (s *Settings) demoFile() string { return filepath.Join(s.dataDir(), "demo.json") }

// readDemo is the demo access kept by an earlier start; nil when there is none.
func (s *Settings) readDemo() (*demoAccess, error) {
	content, err := os.ReadFile(s.demoFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d := &demoAccess{}
	return d, json.Unmarshal(content, d)
}

// seedDemo fills an empty database with a subscriber, a staff member, an API key and some history, once.
func (s *Settings) seedDemo(ctx context.Context, svc *billing.Service, store *models.Store) (*demoAccess, error) {
	if d, err := s.readDemo(); d != nil || err != nil {
		return d, err
	}
	empty, err := store.Empty(ctx)
	if err != nil || !empty {
		return nil, err
	}
	d := &demoAccess{
		Email: "demo@example.com", Password: demoPassword(), StaffEmail: "support@example.com", StaffPassword: demoPassword(),
	}
	if d.Account, err = svc.CreateAccount(ctx, billing.NewAccount{
		Email: d.Email, Name: "Demo Subscriber", Plan: "max_20x", Locale: "en", TimeZone: "Europe/Rome", Password: d.Password,
	}); err != nil {
		return nil, err
	}
	if _, err = svc.CreateStaff(ctx, billing.NewStaff{
		Email: d.StaffEmail, Name: "Demo Support", Locale: "en", Password: d.StaffPassword,
	}); err != nil {
		return nil, err
	}
	scopes := []billing.Scope{"usage:write", "accounts:read", "accounts:write"}
	if _, d.APIKey, err = svc.CreateAPIKey(ctx, "demo", scopes, 365*24*time.Hour); err != nil {
		return nil, err
	}
	if err := seedHistory(ctx, svc, d.Account); err != nil {
		return nil, err
	}
	content, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return d, os.WriteFile(s.demoFile(), append(content, '\n'), 0o600)
}

// demoPassword is random and can be typed.
func demoPassword() string {
	raw := make([]byte, 10)
	rand.Read(raw) // never fails
	text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
}

// demoDays is how far the demo's history reaches back.
const demoDays = 12

// seedHistory reports usage of the last days, after the fact: all of it within the plan, and a session that runs now.
func seedHistory(ctx context.Context, svc *billing.Service, account string) error {
	now := time.Now().UTC()
	var events []billing.Event
	add := func(at time.Time, model string, input, cacheRead, output int64) {
		events = append(events, billing.Event{
			ID: fmt.Sprintf("demo-%d", len(events)), Source: "demo", Account: account, Model: model, OccurredAt: at,
			Usage: pricing.Usage{Input: input, CacheRead: cacheRead, CacheWrite: input / 3, Output: output},
		})
	}
	models := []string{"claude-sonnet-4-5", "claude-opus-4-1", "claude-haiku-4-5"}
	for day := demoDays; day > 0; day-- {
		morning := now.Add(-time.Duration(day) * 24 * time.Hour).Truncate(24 * time.Hour).Add(8 * time.Hour)
		for i := range 6 + day%5 {
			n := int64(day*7 + i*3)
			add(morning.Add(time.Duration(i)*40*time.Minute), models[(day+i)%len(models)], 9000+n*321, 60000+n*777, 1500+n*61)
		}
	}
	for i := range int64(9) { // about three fifths of the running session
		add(now.Add(-time.Duration(90-9*i)*time.Minute), "claude-opus-4-1", 52000+i*1111, 150000, 14000+i*333)
	}
	results, err := svc.RecordEvents(ctx, events, billing.NeverCharge)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Status != billing.EventRecorded {
			return fmt.Errorf("event %s: %s %s", r.ID, r.Status, r.Reason)
		}
	}
	return nil
}
