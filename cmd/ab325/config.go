package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ab325/internal/backup"
)

// A config is what serve is told by its flags. Each flag has a variable of
// the environment that stands in for it; the flag wins.
type config struct {
	addr        string
	data        string
	baseURL     string
	behindProxy bool
	proxies     []string
	demo        bool

	keys        string // the folder of the keyring and the mark
	acceptOlder bool   // start on data that are older than the mark
	checkpoints string // the file or folder where the operator keeps the signed checkpoints of the log
	backup      backupConfig
	seal        sealConfig
}

// A backupConfig says where backups go by themselves.
type backupConfig struct {
	to    string // a folder
	key   string // the public keys that they are encrypted to
	every time.Duration
	keep  int
}

const (
	defaultAddr = "127.0.0.1:8325"
	defaultData = "ab325-data"
	demoData    = "ab325-demo"

	defaultBackupEvery = 24 * time.Hour
	defaultBackupKeep  = 30
)

// serveFlags defines the flags of serve and returns where their values go.
func serveFlags(flags *flag.FlagSet, env *environ) *config {
	var c config
	flags.StringVar(&c.addr, "addr", setting(env, "AB325_ADDR", defaultAddr),
		"listen on this `address` (AB325_ADDR)")
	dataFlag(flags, env, &c.data)
	flags.StringVar(&c.baseURL, "base-url", setting(env, "AB325_BASE_URL", ""),
		"the `address` that people see, which links begin with (AB325_BASE_URL; default http://ADDR)")
	flags.BoolVar(&c.behindProxy, "behind-proxy", setting(env, "AB325_BEHIND_PROXY", "") == "true",
		"a proxy in front ends TLS (AB325_BEHIND_PROXY=true)")
	c.setProxies(setting(env, "AB325_PROXIES", ""))
	flags.Func("proxies", "the `networks` whose X-Forwarded-For is believed, with commas (AB325_PROXIES; default this machine)",
		func(text string) error { c.setProxies(text); return nil })
	flags.BoolVar(&c.demo, "demo", false,
		"serve example data from a folder of its own, and print where to begin")
	keysFlag(flags, env, &c.keys)
	flags.BoolVar(&c.acceptOlder, "accept-older", false,
		"start on data that are older than the mark, once they were restored; the log records it")
	flags.StringVar(&c.checkpoints, "checkpoints", setting(env, "AB325_CHECKPOINTS", ""),
		"the `file or folder` that signed checkpoints of the log are added to each minute, out of reach of this machine (AB325_CHECKPOINTS)")
	c.backup.flags(flags, env)
	c.seal.flags(flags, env)
	return &c
}

// flags defines the flags that say where backups go.
func (b *backupConfig) flags(flags *flag.FlagSet, env *environ) {
	flags.StringVar(&b.to, "backup-to", setting(env, "AB325_BACKUP_TO", ""),
		"the `folder` that backups are made in, on another disk or machine (AB325_BACKUP_TO)")
	flags.StringVar(&b.key, "backup-key", setting(env, "AB325_BACKUP_KEY", ""),
		"the public `key` of age that they are encrypted to, age1…; several with commas (AB325_BACKUP_KEY)")
	b.every, b.keep = defaultBackupEvery, defaultBackupKeep
	every := func(text string) (err error) { b.every, err = time.ParseDuration(text); return err }
	keep := func(text string) (err error) { b.keep, err = strconv.Atoi(text); return err }
	for _, f := range []struct {
		name, variable, usage string
		set                   func(string) error
	}{
		{"backup-every", "AB325_BACKUP_EVERY", "the `time` between two backups (AB325_BACKUP_EVERY; default 24h)", every},
		{"backup-keep", "AB325_BACKUP_KEEP", "how many good ones are kept, as a `number` (AB325_BACKUP_KEEP; default 30)", keep},
	} {
		if text := env.getenv(f.variable); text != "" && f.set(text) != nil {
			b.every = 0 // which check refuses
		}
		flags.Func(f.name, f.usage, f.set)
	}
}

// setProxies takes apart a list with commas.
func (c *config) setProxies(text string) {
	c.proxies = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// dataFlag defines the flag that says which folder holds the data.
func dataFlag(flags *flag.FlagSet, env *environ, dir *string) {
	flags.StringVar(dir, "data", setting(env, "AB325_DATA", ""),
		"the `folder` of the data (AB325_DATA; default "+defaultData+")")
}

// placeFlags defines the flags that say where an installation is.
func placeFlags(flags *flag.FlagSet, env *environ, at *place) {
	dataFlag(flags, env, &at.data)
	keysFlag(flags, env, &at.keys)
}

// keysFlag defines the flag that says which folder holds the keyring.
func keysFlag(flags *flag.FlagSet, env *environ, dir *string) {
	flags.StringVar(dir, "keys", setting(env, "AB325_KEYS", ""),
		"the `folder` of the keyring and the mark, outside the data (AB325_KEYS; default DATA"+keysSuffix+")")
}

// setting returns the variable name of the environment, or fallback where it
// is empty.
func setting(env *environ, name, fallback string) string {
	if value := env.getenv(name); value != "" {
		return value
	}
	return fallback
}

// folder returns the data folder that dir names: itself, or the default.
func folder(dir string) string {
	if dir == "" {
		return defaultData
	}
	return dir
}

// check fills in what was left out and refuses what would not be safe.
func (c *config) check() error {
	switch {
	case c.data == "" && c.demo:
		c.data = demoData
	default:
		c.data = folder(c.data)
	}
	if err := c.checkReach(); err != nil {
		return err
	}
	if c.keys != "" && inside(c.keys, c.data) && !c.demo {
		return &failure{text: "-keys " + c.keys + " is inside the data folder: who gets that would have the keys to it", hint: "choose a folder outside, on another volume if there is one"}
	}
	if err := c.checkCheckpoints(); err != nil {
		return err
	}
	if err := c.backup.check(c.data); err != nil {
		return err
	}
	if err := c.seal.check(c.data); err != nil {
		return err
	}
	if err := c.checkBaseURL(); err != nil {
		return err
	}
	return c.checkComplete()
}

// checkReach refuses to be reached in a way that lets anybody listen, or in
// which nobody can be told from others.
func (c *config) checkReach() error {
	host, port, err := net.SplitHostPort(c.addr)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || n > 65535 {
		return misuse("serve", "-addr %q is not an address with a port", c.addr)
	}
	if !loopback(host) && !c.behindProxy {
		return &failure{
			text: "-addr " + c.addr + " can be reached from other machines, and this is plain http",
			hint: "listen on 127.0.0.1, or put a proxy that ends TLS in front and say -behind-proxy",
		}
	}
	if c.behindProxy && len(c.proxies) == 0 && !loopback(host) {
		return &failure{
			text: "without -proxies, everybody behind the proxy counts as one: who guesses at codes or sends too much would keep all others out",
			hint: "name the addresses that the proxy connects from, such as -proxies 172.16.0.0/12; a proxy on this machine needs no -proxies, with -addr 127.0.0.1:8325",
		}
	}
	if c.demo && c.behindProxy {
		return &failure{
			text: "-demo lets anyone in as staff, so it does not go with -behind-proxy",
			hint: "leave one of them out",
		}
	}
	for _, proxy := range c.proxies {
		network, netErr := netip.ParsePrefix(proxy)
		if _, err := netip.ParseAddr(proxy); err != nil && netErr != nil {
			return misuse("serve", "-proxies %q is not an address or a network like 172.16.0.0/12", proxy)
		}
		if netErr == nil && network.Bits() == 0 {
			return &failure{
				text: "-proxies " + proxy + " believes everybody: who guesses at codes could say with each guess that it is somebody else's",
				hint: "name the addresses that the proxy connects from, and no others",
			}
		}
	}
	return nil
}

// checkCheckpoints refuses a place for checkpoints that proves nothing to
// anybody, or where none can be kept.
func (c *config) checkCheckpoints() error {
	if c.checkpoints == "" {
		return nil
	}
	if inside(c.checkpoints, c.data) {
		return &failure{text: "-checkpoints " + c.checkpoints + " is inside the data folder: who can change the data could change it too", hint: "choose a place on another machine, which this one can only add to"}
	}
	if _, err := checkpointFile(c.checkpoints, time.Time{}); err != nil {
		return hinted(fmt.Errorf("-checkpoints %s: %w", c.checkpoints, err), "make the folder or mount it, and let the service's user write in it")
	}
	return nil
}

// checkComplete refuses to serve real people with something missing that would
// only be missed when it is too late.
func (c *config) checkComplete() error {
	var missing, hints []string
	for _, need := range []struct{ value, name, hint string }{
		{c.baseURL, "-base-url, the address that people see", "-base-url https://ab325.kommune.example"},
		{c.backup.to, "-backup-to, where backups are made", "-backup-to /mnt/backup, a folder on another disk or machine"},
		{c.backup.key, "-backup-key, which they are encrypted to", "-backup-key age1…, which age-keygen makes on another machine, where the secret key stays"},
		{c.seal.file, "-seal, the certificate that documents are sealed with", "-seal /etc/ab325/seal.p12, which a trust service issues to the municipality"},
	} {
		if need.value == "" {
			missing, hints = append(missing, need.name), append(hints, need.hint)
		}
	}
	if missing == nil || c.demo {
		return nil
	}
	return &failure{
		text: "the service does not open without " + strings.Join(missing, ", nor without "),
		hint: "for example " + strings.Join(hints, "; ") + ". To look around, ab325 serve -demo needs none of it",
	}
}

// check refuses backups that could not be made, or would be lost with the data.
func (b *backupConfig) check(data string) error {
	switch {
	case b.every < time.Minute:
		return misuse("serve", "-backup-every (AB325_BACKUP_EVERY) and -backup-keep (AB325_BACKUP_KEEP) are a time of at least 1m and a number, like 24h and 30")
	case b.keep < 1:
		return misuse("serve", "-backup-keep %d keeps no backup", b.keep)
	}
	if b.key != "" {
		_, err := backup.ParseRecipients(b.key)
		if errors.Is(err, backup.ErrSecret) {
			return hinted(fmt.Errorf("-backup-key: %w", err), "give the public one, and take the secret one off this machine: who has it reads every backup")
		}
		if err != nil {
			return hinted(fmt.Errorf("-backup-key: %w", err), "age-keygen prints it as the public key")
		}
	}
	if b.to == "" {
		return nil
	}
	if inside(b.to, data) {
		return &failure{text: "-backup-to " + b.to + " is inside the data folder, and would be lost with it", hint: "choose a folder on another disk or machine"}
	}
	if _, err := backup.At(b.to); err != nil {
		return hinted(fmt.Errorf("-backup-to: %w", err), "make the folder or mount it, and let the service's user write in it")
	}
	return nil
}

// inside reports whether path is dir or in it.
func inside(path, dir string) bool {
	rel, err := filepath.Rel(absolute(dir), absolute(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// absolute returns path as the system sees it, as far as it exists.
func absolute(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

func (c *config) checkBaseURL() error {
	if c.baseURL == "" {
		return nil // a demonstration's listener tells it
	}
	u, err := url.Parse(c.baseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return misuse("serve", "-base-url %q is not like https://ab325.kommune.example", c.baseURL)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return &failure{
			text: "-base-url " + c.baseURL + " is plain http, and links to it hold what opens a case",
			hint: "use an address that begins with https://",
		}
	}
	c.baseURL = u.Scheme + "://" + u.Host
	return nil
}

// loopback reports whether host is this machine and nothing else. An empty
// host is every network that the machine is on.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
