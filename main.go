// Extra Usage: account settings in which a subscriber decides what happens when their plan's included limit is reached, and the
// meter that keeps that decision at every request. `go run .` serves it; `go run . --help` lists the other commands.
package main

import (
	"os"
	_ "time/tzdata" // billing time zones, also where the system has none

	"extrausage/commands"
)

func main() { os.Exit(commands.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
