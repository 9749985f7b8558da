package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"extrausage/money"
	"extrausage/pricing"
	"extrausage/views"
)

// pricing is the price list, with the calculator as it was asked.
func (s *Server) pricing(c echo.Context) error {
	now := s.conf.Clock()
	table := s.svc.Rates()
	props := views.PricingProps{Frame: s.frame(c, ""), Models: table.Models(now), Version: table.Version()}
	for _, m := range props.Models {
		if m.EffectiveFrom.After(props.EffectiveFrom) {
			props.EffectiveFrom = m.EffectiveFrom
		}
	}
	props.Calculator = s.calculator(c, props.Models)
	status := http.StatusOK
	if calculatorFailed(props.Calculator) {
		status = http.StatusUnprocessableEntity
	}
	if isHTMX(c) && c.QueryParams().Has("model") {
		return s.render(c, status, views.CalculatorUpdate(props))
	}
	var err error
	if props.LastMonth, err = s.lastMonth(c); err != nil {
		return err
	}
	return s.render(c, status, views.PricingPage(props))
}

func calculatorFailed(p views.CalculatorProps) bool {
	return len(views.Errors(p.Model, p.Input, p.CacheWrite, p.CacheWrite1h, p.CacheRead, p.Output)) > 0
}

// lastMonth is what a subscriber used last month, at today's rates; nil for anybody else.
func (s *Server) lastMonth(c echo.Context) (*views.LastMonthProps, error) {
	who := session(c)
	if who == nil || who.Staff {
		return nil, nil
	}
	m, used, err := s.svc.LastMonthAtRates(c.Request().Context(), who.AccountID)
	p := &views.LastMonthProps{}
	if err != nil || !used {
		return p, err
	}
	p.Month, p.Total, p.Parts = inMonth(m.Name, s.lang(c).Zone()), m.Total, viewParts(m.CostParts)
	p.DetailsURL = withQuery(activityPath, monthQuery(m.Name))
	for _, r := range m.Models {
		row := views.ModelMonth{Model: r.Model, Requests: r.Requests, Total: r.Total, Parts: viewParts(r.CostParts)}
		for _, class := range pricing.Classes {
			if n := r.Usage.Tokens(class); n > 0 {
				row.Tokens = append(row.Tokens, views.ClassTokens{Class: class, Tokens: n})
			}
		}
		p.Models = append(p.Models, row)
	}
	return p, nil
}

// tokenFields are the calculator's fields and the classes they are for.
var tokenFields = map[string]pricing.Class{
	"input": pricing.Input, "output": pricing.Output, "cache_write": pricing.CacheWrite, "cache_write_1h": pricing.CacheWrite1h,
	"cache_read": pricing.CacheRead,
}

// calculator answers the query: nothing asked, a price, or what to mend.
func (s *Server) calculator(c echo.Context, models []pricing.ModelRates) views.CalculatorProps {
	lang, query := s.lang(c), c.QueryParams()
	p := views.CalculatorProps{Lang: lang, Model: views.Field{Name: "model", Value: query.Get("model")}}
	fields := map[pricing.Class]*views.Field{
		pricing.Input: &p.Input, pricing.Output: &p.Output, pricing.CacheWrite: &p.CacheWrite,
		pricing.CacheWrite1h: &p.CacheWrite1h, pricing.CacheRead: &p.CacheRead,
	}
	asked, tokens := query.Has("model"), map[pricing.Class]int64{}
	for name, class := range tokenFields {
		f := fields[class]
		f.Name, f.Value = name, query.Get(name)
		asked = asked || f.Value != ""
		n, problem := parseTokens(f.Value)
		if problem != "" {
			f.Error = lang.T(problem, "Max", int64(pricing.MaxTokens))
		}
		tokens[class] = n
	}
	var chosen *pricing.ModelRates
	for i, m := range models {
		p.Models = append(p.Models, m.Name)
		if m.Name == p.Model.Value {
			chosen = &models[i]
		}
	}
	switch {
	case !asked:
		return p
	case chosen == nil:
		p.Model.Error = lang.T(views.MsgCalculatorModelMissing)
	case len(views.Errors(p.Input, p.Output, p.CacheWrite, p.CacheWrite1h, p.CacheRead)) == 0:
		s.calculate(&p, fields, *chosen, pricing.Usage{
			Input: tokens[pricing.Input], Output: tokens[pricing.Output], CacheWrite: tokens[pricing.CacheWrite],
			CacheWrite1h: tokens[pricing.CacheWrite1h], CacheRead: tokens[pricing.CacheRead],
		})
	}
	return p
}

// calculate prices a usage with the very table that charges do.
func (s *Server) calculate(p *views.CalculatorProps, fields map[pricing.Class]*views.Field, m pricing.ModelRates, u pricing.Usage) {
	price, err := s.svc.Rates().Price(m.IDs[0], u, s.conf.Clock())
	var unpriced *pricing.UnpricedError
	switch {
	case errors.As(err, &unpriced) && fields[pricing.Class(unpriced.What)] != nil:
		fields[pricing.Class(unpriced.What)].Error = p.Lang.T(views.MsgCalculatorUnpriced, "Model", m.Name)
	case err != nil: // the tokens were checked, and the model is of the table
		p.Model.Error = p.Lang.T(views.MsgCalculatorModelMissing)
	case len(price.Lines) == 0:
		p.Input.Error = p.Lang.T(views.MsgCalculatorNothing)
	default:
		p.Result = &views.CalculatorResult{
			Model: m.Name, Prompt: views.PromptTier{Tokens: u.Prompt(), Tier: price.Tier}, Total: price.Total, Lines: pricedLines(price),
		}
	}
}

// tokensPerMTok is how many tokens rates are shown for.
const tokensPerMTok = 1_000_000

// pricedLines are the lines of a price as views show them.
func pricedLines(price pricing.Price) []views.PricedLine {
	out := make([]views.PricedLine, 0, len(price.Lines))
	for _, l := range price.Lines {
		out = append(out, views.PricedLine{
			Class: l.Class, Tier: price.Tier, Tokens: l.Tokens, PerMTok: perMTok(l.Rate), Cost: l.Cost,
		})
	}
	return out
}

func perMTok(perToken money.Amount) money.Amount { return perToken.Times(tokensPerMTok) }

// parseTokens reads a count of tokens as people type or paste it: digits, in groups of three or not. Empty is none. problem is
// the id of what is wrong.
func parseTokens(typed string) (n int64, problem string) {
	plain := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\'', '’', '_':
			return -1
		}
		return r
	}, typed)
	if plain == "" {
		return 0, ""
	}
	if i := strings.IndexAny(plain, ",."); i >= 0 {
		groups := strings.Split(plain, plain[i:i+1])
		for j, g := range groups {
			if len(g) != 3 && j > 0 || len(g) < 1 || len(g) > 3 {
				return 0, views.MsgCalculatorTokens
			}
		}
		plain = strings.Join(groups, "")
	}
	if strings.Trim(plain, "0123456789") != "" {
		return 0, views.MsgCalculatorTokens
	}
	n, err := strconv.ParseInt(plain, 10, 64)
	if err != nil || n > pricing.MaxTokens {
		return 0, views.MsgCalculatorTooMany
	}
	return n, ""
}
