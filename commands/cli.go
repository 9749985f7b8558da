package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the whole command line. Settings come from the environment; flags of the same name win.
type cli struct {
	Settings `embed:""`

	JSON bool `help:"Print one JSON document on standard output." name:"json"`

	Serve     serveCmd     `cmd:"" default:"withargs" help:"Serve the pages and the API (the default)."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database's schema up to date."`
	Account   accountCmd   `cmd:"" help:"Accounts of subscribers."`
	Staff     staffCmd     `cmd:"" help:"Support staff."`
	APIKey    apiKeyCmd    `cmd:"" name:"apikey" help:"Keys of the machine API."`
	Import    importCmd    `cmd:"" help:"Record the usage in Claude Code session logs; never charges."`
	Simulate  simulateCmd  `cmd:"" help:"Send traffic for an account to a running server."`
	Ledger    ledgerCmd    `cmd:"" help:"The books."`
	Purchases purchasesCmd `cmd:"" help:"Purchases of credits."`
	Backup    backupCmd    `cmd:"" help:"Copy the SQLite database to a new file, while it is in use."`
	Config    configCmd    `cmd:"" help:"The settings."`
}

// console is where a command reads and writes.
type console struct {
	in   io.Reader
	out  io.Writer
	err  io.Writer
	json bool
}

// Main runs the command line and gives the exit code. now tells the time to everything below.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	if err := readSecretFiles(os.Environ(), os.Setenv); err != nil {
		fmt.Fprintln(errOut, "extrausage:", err)
		return 1
	}
	c := &cli{}
	exit := -1
	parser, err := kong.New(c, kong.Name("extrausage"), kong.Writers(out, errOut), kong.UsageOnError(),
		kong.Exit(func(code int) { exit = code; panic(errExit) }),
		kong.Description("Extra Usage: what happens when a plan's included limit is reached, decided by the subscriber."))
	if err != nil {
		fmt.Fprintln(errOut, "extrausage:", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = run(ctx, parser, c, args, &console{in: in, out: out, err: errOut})
	if exit >= 0 {
		return min(exit, 1)
	}
	if err != nil {
		fmt.Fprintln(errOut, "extrausage:", strings.TrimPrefix(err.Error(), "billing: "))
		return 1
	}
	return 0
}

// errExit unwinds from kong's own exits (--help), which would end the process under our feet.
var errExit = errors.New("exit")

func run(ctx context.Context, parser *kong.Kong, c *cli, args []string, con *console) (err error) {
	defer func() {
		if p := recover(); p != nil && p != any(errExit) {
			panic(p)
		}
	}()
	k, err := parser.Parse(args)
	if err != nil {
		return err
	}
	con.json = c.JSON
	if err := c.Settings.check(); err != nil {
		return err
	}
	k.BindTo(ctx, (*context.Context)(nil))
	return k.Run(&c.Settings, con)
}

// answer prints a result: as one JSON document, or as text.
func (c *console) answer(v any, text string) error {
	if !c.json {
		_, err := fmt.Fprintln(c.out, text)
		return err
	}
	e := json.NewEncoder(c.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// readSecretFiles sets NAME from the file that NAME_FILE names, for container secrets. Both at once is a mistake.
func readSecretFiles(environ []string, set func(string, string) error) error {
	values := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	for _, name := range secretNames {
		path := values[name+"_FILE"]
		if path == "" {
			continue
		}
		if values[name] != "" {
			return fmt.Errorf("set %s or %s_FILE, not both", name, name)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", name, err)
		}
		if err := set(name, strings.TrimSpace(string(content))); err != nil {
			return err
		}
	}
	return nil
}
