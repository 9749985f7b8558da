package pricing

import (
	"fmt"
	"time"

	"extrausage/money"
)

// Table is a validated rate table. It never changes, and any number of goroutines
// may use it. Make one with [Load] or [Default].
type Table struct {
	version string
	models  []*model          // in the order of the file, which is the article's
	byID    map[string]*model // by API id and by alias
}

// model is one model with all its rows, past and future ones too.
type model struct {
	name string
	ids  []string
	rows []row
}

// row is one line of rates.csv.
type row struct {
	line     int    // from 1, the header
	text     string // the line as it stands
	model    string
	ids      []string
	class    Class
	tier     Tier
	perMTok  money.Amount
	perToken money.Amount
	from     time.Time // zero: always
	to       time.Time // excluded; zero: open
}

// inForce reports whether the row's rate is that of usage at a time.
func (r row) inForce(at time.Time) bool {
	return !at.Before(r.from) && (r.to.IsZero() || at.Before(r.to))
}

// Line is what the tokens of one class cost.
type Line struct {
	Class  Class
	Tokens int64        // above zero
	Rate   money.Amount // per token
	Cost   money.Amount // exactly Tokens × Rate
}

// Price is what a usage costs, and why: with it every charge can be explained.
type Price struct {
	Model   string       // name, such as "Sonnet 4.5"
	Tier    Tier         // of the request; TierAny for models without tiers
	Lines   []Line       // in the order of [Classes], only those with tokens
	Total   money.Amount // sum of the lines; zero without tokens
	Version string       // of the table
}

// UnknownModelError says that no model of the table has this API id. Such usage is
// refused and kept for review, never guessed.
type UnknownModelError struct {
	Model string // as asked for, of any length
}

func (e *UnknownModelError) Error() string {
	return fmt.Sprintf("pricing: no rates for model %.100q", e.Model)
}

// UnpricedError says that a part of the usage has no rate: never priced at zero.
type UnpricedError struct {
	Model string // API id as asked for
	What  string // a [Class], "web_search_requests", "service_tier" or another name from the API's usage
}

func (e *UnpricedError) Error() string {
	return fmt.Sprintf("pricing: model %.100q has no rate for %s", e.Model, e.What)
}

// Version identifies the table's content: the first 12 hex digits of the SHA-256 of
// its file. It is stored with each charge.
func (t *Table) Version() string { return t.version }

// Price returns what u costs on a model, given by an exact API id or alias, at the
// rates in force at the usage's own time. Errors: [*InvalidUsageError],
// [*UnknownModelError], [*UnpricedError], in this order; and [*money.OverflowError],
// which the bounds on tokens and rates keep out of reach.
func (t *Table) Price(id string, u Usage, at time.Time) (Price, error) {
	if err := u.Validate(); err != nil {
		return Price{}, err
	}
	m, ok := t.byID[id]
	if !ok {
		return Price{}, &UnknownModelError{id}
	}
	if what := u.unpriced(); what != "" {
		return Price{}, &UnpricedError{id, what}
	}
	price := Price{Model: m.name, Tier: m.tier(u.Prompt(), at), Version: t.version}
	for _, class := range Classes {
		tokens := u.Tokens(class)
		if tokens == 0 {
			continue
		}
		rate, ok := m.rate(class, price.Tier, at)
		if !ok {
			return Price{}, &UnpricedError{id, string(class)}
		}
		if err := price.add(class, tokens, rate); err != nil {
			return Price{}, err
		}
	}
	return price, nil
}

// tier picks the tier of a whole request: none unless the model has tiers at that time.
func (m *model) tier(prompt int64, at time.Time) Tier {
	for _, r := range m.rows {
		if r.tier != TierAny && r.inForce(at) {
			if prompt > LongPrompt {
				return TierOver200K
			}
			return TierUpTo200K
		}
	}
	return TierAny
}

// rate returns the rate per token. A class without tiers has one rate in either.
func (m *model) rate(class Class, tier Tier, at time.Time) (perToken money.Amount, ok bool) {
	for _, r := range m.rows {
		if r.class == class && (r.tier == tier || r.tier == TierAny) && r.inForce(at) {
			return r.perToken, true
		}
	}
	return 0, false
}

func (p *Price) add(class Class, tokens int64, rate money.Amount) error {
	cost, err := rate.CheckedTimes(tokens)
	if err != nil {
		return fmt.Errorf("pricing: %s: %w", class, err)
	}
	total, err := p.Total.CheckedAdd(cost)
	if err != nil {
		return fmt.Errorf("pricing: total: %w", err)
	}
	p.Lines = append(p.Lines, Line{class, tokens, rate, cost})
	p.Total = total
	return nil
}
