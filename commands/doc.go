// Package commands is the command line: it reads settings from the environment, wires store, rules, provider, mail and web
// together, and runs one command. This is where the program meets the clock, randomness and the operating system.
//
// Every command takes the same environment as serve. With --json a command prints exactly one JSON document on standard
// output; what goes wrong is said on standard error and ends with exit code 1.
package commands
