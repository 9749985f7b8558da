package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

type simulateCmd struct {
	Account  string        `help:"The account, by id or e-mail; by default the demo subscriber."`
	Key      string        `env:"API_KEY" help:"An API key with usage:write; by default the demo's."`
	Model    string        `default:"claude-opus-4-1" help:"The model to ask for."`
	Requests int           `default:"20" help:"How many requests."`
	Every    time.Duration `default:"500ms" help:"How long between two."`
	Input    int64         `default:"60000" help:"Prompt tokens of a request, more or less."`
	Output   int64         `default:"8000" help:"max_tokens of a request; a part of it is used."`
}

// simulation is what happened, for --json.
type simulation struct {
	Requests int            `json:"requests"`
	Accepted int            `json:"accepted"`
	Refused  map[string]int `json:"refused"`
}

// Run plays the inference service: a hold before each request, a settle after.
func (c simulateCmd) Run(ctx context.Context, s *Settings, con *console) error {
	if c.Account == "" || c.Key == "" {
		demo, err := s.readDemo()
		if err != nil {
			return err
		}
		if demo == nil {
			return errors.New("simulate: name --account and --key; there is no demo data beside this database")
		}
		if c.Account == "" {
			c.Account = demo.Account
		}
		if c.Key == "" {
			c.Key = demo.APIKey
		}
	}
	api := &apiClient{base: s.BaseURL, key: c.Key, http: &http.Client{Timeout: 30 * time.Second}}
	done := simulation{Refused: map[string]int{}}
	for range max(0, c.Requests) {
		line, reason, err := c.request(ctx, api)
		if err != nil {
			return err
		}
		done.Requests++
		if reason == "" {
			done.Accepted++
		} else {
			done.Refused[reason]++
		}
		if !con.json {
			fmt.Fprintln(con.out, line)
		}
		select {
		case <-ctx.Done():
			return con.answer(done, "stopped")
		case <-time.After(c.Every):
		}
	}
	return con.answer(done, fmt.Sprintf("%d requests, %d accepted", done.Requests, done.Accepted))
}

// request holds, waits a moment as a model would, and settles.
func (c simulateCmd) request(ctx context.Context, api *apiClient) (line, reason string, err error) {
	input := c.Input/2 + rand.Int64N(c.Input+1) //nolint:gosec // traffic, not a secret
	var hold struct {
		ID        string `json:"id"`
		CoveredBy string `json:"covered_by"`
		WorstCase string `json:"worst_case"`
		Reason    string `json:"reason"`
		Detail    string `json:"detail"`
	}
	err = api.post(ctx, "/v1/holds", newID("sim"), map[string]any{
		"account": c.Account, "model": c.Model, "input_tokens": input, "max_tokens": c.Output,
	}, &hold)
	if err != nil {
		return "", "", err
	}
	if hold.Reason != "" {
		return fmt.Sprintf("refused   %s: %s", hold.Reason, hold.Detail), hold.Reason, nil
	}
	output := c.Output/4 + rand.Int64N(c.Output/2+1) //nolint:gosec // traffic, not a secret
	var settled struct {
		Cost     string `json:"cost"`
		Plan     string `json:"plan_part"`
		Extra    string `json:"extra_part"`
		Absorbed string `json:"absorbed"`
		Balance  string `json:"balance"`
		Reason   string `json:"reason"`
	}
	err = api.post(ctx, "/v1/holds/"+hold.ID+"/settle", newID("sim"), map[string]any{
		"usage": map[string]any{"input_tokens": input, "output_tokens": min(output, c.Output)},
	}, &settled)
	if err != nil {
		return "", "", err
	}
	return fmt.Sprintf("accepted  worst case $%-8s by %-14s  cost $%s = plan $%s + extra $%s + absorbed $%s; balance $%s",
		hold.WorstCase, hold.CoveredBy, settled.Cost, settled.Plan, settled.Extra, settled.Absorbed, settled.Balance), settled.Reason, nil
}

// apiClient calls the machine API of a running server.
type apiClient struct {
	base, key string
	http      *http.Client
}

// post sends a body and reads the answer, an error answer with a reason included.
func (a *apiClient) post(ctx context.Context, path, idempotencyKey string, body, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+a.key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", idempotencyKey)
	resp, err := a.http.Do(r)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", a.base, err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		return fmt.Errorf("%s answered %s: %s", path, resp.Status, content)
	}
	return json.Unmarshal(content, answer)
}
