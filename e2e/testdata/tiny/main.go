// Command tiny is the least that the harness takes for a server: it answers
// /healthz, keeps a counter in its folder, and stops at SIGTERM. With
// STUBBORN=1 it fails when it is asked to stop.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 {
		command(os.Args[1])
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	starts, _ := os.ReadFile("starts")
	if err := os.WriteFile("starts", append(starts, '|'), 0o600); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "starts: %d, greeting: %s", len(starts)+1, os.Getenv("GREETING"))
	})
	s := &http.Server{Addr: os.Getenv("ADDR"), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = s.Shutdown(context.Background())
	}()
	log.Printf("listening on %s", s.Addr)
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if os.Getenv("STUBBORN") == "1" {
		log.Fatal("told to stop, failing")
	}
}

// command echoes its input, or fails.
func command(name string) {
	if name != "echo" {
		log.Fatalf("unknown command %s", name)
	}
	if _, err := io.Copy(os.Stdout, os.Stdin); err != nil {
		log.Fatal(err)
	}
}
