package commands

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"extrausage/billing"
	"extrausage/money"
)

type importCmd struct {
	Account string   `required:"" help:"The account, by id or e-mail."`
	DryRun  bool     `help:"Run everything through the meter, then take it back."`
	Paths   []string `arg:"" name:"path" help:"Session logs (.jsonl), or folders of them."`
}

// importReport counts lines, not messages, up to Events: Events = Recorded + Duplicates + Rejected. Amounts are of what was
// recorded in this run.
type importReport struct {
	Files      int                     `json:"files"`
	Lines      int                     `json:"lines"`
	Events     int                     `json:"events"`
	Recorded   int                     `json:"recorded"`
	Duplicates int                     `json:"duplicates"`
	Rejected   map[string]int          `json:"rejected"`
	Broken     int                     `json:"broken"`
	Cost       money.Amount            `json:"cost"`
	ByModel    map[string]money.Amount `json:"by_model"`
	ByCover    coverReport             `json:"by_cover"`
}

type coverReport struct {
	Plan     money.Amount `json:"plan"`
	Extra    money.Amount `json:"extra"`
	Absorbed money.Amount `json:"absorbed"`
}

// importChunk is how many events one call of the meter takes.
const importChunk = 2048

func (c importCmd) Run(ctx context.Context, s *Settings, con *console) error {
	logs := newSessionLogs(con.warnBroken())
	for _, p := range c.Paths {
		if err := logs.read(p); err != nil {
			return err
		}
	}
	a, err := s.openApp(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	status, err := a.svc.Status(ctx, c.Account)
	if err != nil {
		return worded(err)
	}
	events := logs.inOrder(status.AccountID)
	report := importReport{
		Files: logs.Files, Lines: logs.Lines, Events: logs.Usages, Duplicates: logs.Usages - len(events), Broken: logs.Broken,
		Rejected: map[string]int{}, ByModel: map[string]money.Amount{},
	}
	bar := newProgress(con.err, len(events))
	if c.DryRun {
		results, err := a.svc.RehearseEvents(ctx, events, billing.NeverCharge)
		if err != nil {
			return err
		}
		report.count(results)
	} else {
		for chunk := range slices.Chunk(events, importChunk) {
			results, err := a.svc.RecordEvents(ctx, chunk, billing.NeverCharge)
			if err != nil {
				return err
			}
			report.count(results)
			bar.add(len(chunk))
		}
	}
	bar.end()
	return con.answer(report, report.text(c.DryRun))
}

func (r *importReport) count(results []billing.EventResult) {
	for _, e := range results {
		switch e.Status {
		case billing.EventDuplicate:
			r.Duplicates++
		case billing.EventRejected:
			r.Rejected[e.Reason]++
		case billing.EventRecorded:
			r.Recorded++
			r.Cost = r.Cost.Add(e.Cost)
			r.ByModel[e.Model] = r.ByModel[e.Model].Add(e.Cost)
			r.ByCover.Plan = r.ByCover.Plan.Add(e.Plan)
			r.ByCover.Extra = r.ByCover.Extra.Add(e.Extra)
			r.ByCover.Absorbed = r.ByCover.Absorbed.Add(e.Absorbed)
		}
	}
}

func (r *importReport) text(dry bool) string {
	var b strings.Builder
	if dry {
		b.WriteString("Nothing was written: this was a dry run.\n\n")
	}
	fmt.Fprintf(&b, "Files       %8d\nLines       %8d\nEvents      %8d\nRecorded    %8d\nDuplicates  %8d\nBroken      %8d\n",
		r.Files, r.Lines, r.Events, r.Recorded, r.Duplicates, r.Broken)
	for _, reason := range slices.Sorted(maps.Keys(r.Rejected)) {
		fmt.Fprintf(&b, "Rejected    %8d  %s\n", r.Rejected[reason], reason)
	}
	fmt.Fprintf(&b, "\nCost        %s\n", r.Cost.Format("en"))
	for _, model := range slices.Sorted(maps.Keys(r.ByModel)) {
		fmt.Fprintf(&b, "  %-12s%s\n", model, r.ByModel[model].Format("en"))
	}
	fmt.Fprintf(&b, "\nCovered by\n  plan        %s\n  extra       %s\n  absorbed    %s", r.ByCover.Plan.Format("en"),
		r.ByCover.Extra.Format("en"), r.ByCover.Absorbed.Format("en"))
	return b.String()
}

// mostWarnings bounds how many broken lines are named one by one; the count is always whole.
const mostWarnings = 100

func (c *console) warnBroken() func(file string, line int, problem string) {
	n := 0
	return func(file string, line int, problem string) {
		if n++; n <= mostWarnings {
			fmt.Fprintf(c.err, "%s:%d: skipped: %s\n", file, line, problem)
		} else if n == mostWarnings+1 {
			fmt.Fprintln(c.err, "more broken lines are counted, not named")
		}
	}
}

// progress is a bar on a terminal, and nothing elsewhere.
type progress struct {
	out         io.Writer
	done, total int
	shown       int
}

func newProgress(out io.Writer, total int) *progress {
	p := &progress{total: total, shown: -1}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
		}
	}
	return p
}

func (p *progress) add(n int) {
	p.done += n
	if p.out == nil || p.total == 0 {
		return
	}
	const width = 40
	if filled := p.done * width / p.total; filled != p.shown {
		p.shown = filled
		fmt.Fprintf(p.out, "\r[%s%s] %d of %d", strings.Repeat("#", filled), strings.Repeat(".", width-filled), p.done, p.total)
	}
}

func (p *progress) end() {
	if p.out != nil && p.shown >= 0 {
		fmt.Fprintln(p.out)
	}
}
