package main

import (
	"flag"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
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
}

const (
	defaultAddr = "127.0.0.1:8325"
	defaultData = "ab325-data"
	demoData    = "ab325-demo"
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
	return &c
}

// setProxies takes apart a list with commas.
func (c *config) setProxies(text string) {
	c.proxies = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// dataFlag defines the flag that says which folder holds the data.
func dataFlag(flags *flag.FlagSet, env *environ, dir *string) {
	flags.StringVar(dir, "data", setting(env, "AB325_DATA", ""),
		"the `folder` that holds everything (AB325_DATA; default "+defaultData+")")
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
	if c.demo && c.behindProxy {
		return &failure{
			text: "-demo lets anyone in as staff, so it does not go with -behind-proxy",
			hint: "leave one of them out",
		}
	}
	for _, proxy := range c.proxies {
		_, netErr := netip.ParsePrefix(proxy)
		if _, err := netip.ParseAddr(proxy); err != nil && netErr != nil {
			return misuse("serve", "-proxies %q is not an address or a network like 172.16.0.0/12", proxy)
		}
	}
	return c.checkBaseURL()
}

func (c *config) checkBaseURL() error {
	if c.baseURL == "" {
		if c.behindProxy {
			return &failure{
				text: "-behind-proxy needs -base-url, the address that people see",
				hint: "for example -base-url https://ab325.kommune.example",
			}
		}
		return nil // the listener tells it
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
