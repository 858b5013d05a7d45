package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"ab325/internal/casework"
	"ab325/internal/web"
)

// finishTime is how long requests under way have when the service stops.
const finishTime = 20 * time.Second

func serveCommand() *command {
	return &command{
		name:  "serve",
		usage: "-base-url URL -backup-to FOLDER -backup-key KEY -seal FILE [-seal-tsa URL] [-data FOLDER] [-keys FOLDER] [-addr ADDRESS] [-behind-proxy [-proxies NETWORKS]] [-checkpoints PLACE] | -demo",
		short: "run the service",
		long: `
Runs the service until it is told to stop (Ctrl-C, or SIGTERM); then it finishes
what is under way. It speaks plain http, so it listens on this machine alone
unless a proxy that ends TLS stands in front of it. A new data folder is made
where there is none, and beside it a folder of keys, of which copies must be kept;
the first administrator is added with ab325 user add.

It refuses data that lack a part, are of another installation, or are older than
the mark in the folder of keys. Data that were restored are older: -accept-older
starts it on them once, and the audit log records that.

Backups are made by themselves, encrypted to a key that is kept elsewhere. For
real people it does not open without a place and a key for them.

What is signed and issued is sealed with the municipality's certificate, which is
tried first: the service does not open with one that does not work now. Later,
what cannot be sealed is valid all the same, and is sealed when that is possible
again. A new certificate is put in the old one's place while the service runs: it
is tried within a minute, and used if it works.

With -demo it serves example data that everybody may see, and prints where to
begin.`,
		setup: func(flags *flag.FlagSet, env *environ) action {
			c := serveFlags(flags, env)
			return func(ctx context.Context, env *environ, args []string) error {
				if len(args) > 0 {
					return misuse("serve", "unexpected argument %q", args[0])
				}
				if err := c.check(); err != nil {
					return err
				}
				ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
				defer stop()
				tune(env.getenv)
				return serve(ctx, env, c)
			}
		},
	}
}

// serve runs the service until ctx ends or something that it cannot do without
// fails.
func serve(ctx context.Context, env *environ, c *config) error {
	if !c.demo && !web.AssetsBuilt() {
		return &failure{text: "the pages' design was not built into this program", hint: "make build does that, and leaves it at bin/ab325"}
	}
	if err := checkDemo(c.data, c.demo); err != nil {
		return folderHint(err)
	}
	sealing, err := c.seal.open(ctx, env, c.demo)
	if err != nil {
		return err
	}
	at, err := place{c.data, c.keys}.whole(c.data)
	if err != nil {
		return folderHint(err)
	}
	op, err := openPlace(ctx, at, env, opening{create: true, acceptOlder: c.acceptOlder})
	if err != nil {
		return err
	}
	op.checkpoints, op.seal = c.checkpoints, sealing
	if !c.demo {
		if err := op.backups.serve(c.backup); err != nil {
			return errors.Join(err, op.close())
		}
	}
	return whileWhole(ctx, op.media(), func(ctx context.Context) error {
		return errors.Join(serveData(ctx, env, c, op), op.close())
	})
}

// serveData opens the listeners and serves the operator's data on them.
func serveData(ctx context.Context, env *environ, c *config, op *operator) error {
	listener, err := listen(ctx, c)
	if err != nil {
		return err
	}
	defer listener.Close() // again, where it was served
	socket, err := listenSocket(c.data)
	if err != nil {
		return err
	}
	defer socket.Close()
	return serveOn(ctx, env, c, op, listener, socket)
}

// serveOn serves the operator's data on listeners that are open.
func serveOn(ctx context.Context, env *environ, c *config, op *operator, listener, socket net.Listener) error {
	cases, err := caseOptions(op, c)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(env.stderr, nil))
	pages, err := newPages(op, c, cases, log)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	op.duty = &duty{since: op.now(), probe: probe(listener.Addr()), jobs: newJobs(op, log, c.demo), log: log, stopping: ctx.Done()}

	var background sync.WaitGroup
	defer func() {
		stop()
		background.Wait()
	}()
	background.Go(func() { readNames(ctx, op, cases, log) })
	background.Go(func() { prepare(cases, log) })
	background.Go(func() { runJobs(ctx, op, log) })
	if c.demo {
		if err := openDemo(ctx, cases, env.stdout); err != nil {
			return fmt.Errorf("example data: %w", err)
		}
		op.duty.jobs.Soon(sealJob) // the examples are older than their seal's certificate
	}
	op.seal.warn(log)
	if op.older {
		log.Warn("the data are older than what the mark knew, and were accepted: the audit log says so")
	}
	log.Info("ab325 serves", "version", build(), "url", c.baseURL, "data", c.data)
	return together(ctx, running{pages.HTTP(), listener}, running{socketServer(op), socket})
}

// listen opens the address that people reach, and fills in the base URL where
// only that tells it.
func listen(ctx context.Context, c *config) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, hinted(err, "another program listens there, perhaps another ab325; -addr names another address")
	}
	if err != nil {
		return nil, err
	}
	if c.baseURL == "" {
		c.baseURL = "http://" + listener.Addr().String()
	}
	return listener, nil
}

// newPages makes the pages.
func newPages(op *operator, c *config, cases casework.Options, log *slog.Logger) (*web.Server, error) {
	service, err := casework.New(cases)
	if err != nil {
		return nil, err
	}
	op.cases = service
	return web.New(web.Options{
		Log:          log,
		Now:          op.now,
		Random:       op.random,
		BaseURL:      c.baseURL,
		BehindProxy:  c.behindProxy,
		Proxies:      c.proxies,
		Demo:         c.demo,
		Cases:        service,
		Accounts:     op.accounts,
		Municipality: shownMunicipality(op.accounts),
		Healthy:      op.healthy,
		KeysFollowed: op.keysFollowed,
		Operations:   op.operations,
	})
}

// prepare draws the constant pages of every edition, which the first document
// would else wait for.
func prepare(cases casework.Options, log *slog.Logger) {
	for id, edition := range cases.Editions {
		if err := edition.Print.Prepare(); err != nil {
			log.Error("an edition cannot be printed", "edition", id, "err", err)
		}
	}
}

// runJobs does what the service does by itself until ctx ends, and then signs the
// log once more.
func runJobs(ctx context.Context, op *operator, log *slog.Logger) {
	if hanging := op.duty.jobs.Run(ctx, finishTime); hanging != nil {
		log.Warn("jobs did not end, and end with the process", "jobs", hanging)
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	if err := op.checkpoint(finish); err != nil {
		log.Error("the log is not signed at the end", "err", err)
	}
}

// probe returns a function that asks the pages at addr how they are, as a
// visitor would.
func probe(addr net.Addr) func(context.Context) error {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr.String()+"/health", nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("the pages do not answer: %w", err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the pages answer %s", resp.Status)
		}
		return nil
	}
}

// A running is a server and where it listens.
type running struct {
	server   *http.Server
	listener net.Listener
}

// together serves until ctx ends or a server fails; then it lets what is under
// way finish. It returns why it stopped, unless that is ctx: to be told to stop
// is no failure.
func together(ctx context.Context, all ...running) error {
	stopped := make(chan error, len(all))
	for _, r := range all {
		go func() { stopped <- r.server.Serve(r.listener) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-stopped:
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	for _, r := range all {
		if shutErr := r.server.Shutdown(finish); shutErr != nil {
			// What is still under way has had its time.
			err = errors.Join(err, r.server.Close())
		}
	}
	return err
}
