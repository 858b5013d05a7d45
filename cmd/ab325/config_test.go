package main

import (
	"errors"
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// parsed returns the configuration that args and the environment make.
func parsed(t *testing.T, vars map[string]string, args ...string) (*config, error) {
	t.Helper()
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	c := serveFlags(flags, &environ{getenv: func(name string) string { return vars[name] }})
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return c, c.check()
}

func TestConfig(t *testing.T) {
	for _, test := range []struct {
		name string
		vars map[string]string
		args string
		want config
	}{
		{"nothing said", nil, "",
			config{addr: defaultAddr, data: defaultData}},
		{"a demonstration has a folder of its own", nil, "-demo",
			config{addr: defaultAddr, data: demoData, demo: true}},
		{"but takes the one it is told", nil, "-demo -data d",
			config{addr: defaultAddr, data: "d", demo: true}},
		{"every address of this machine", nil, "-addr [::1]:80",
			config{addr: "[::1]:80", data: defaultData}},
		{"an environment", map[string]string{"AB325_ADDR": "localhost:1", "AB325_DATA": "e", "AB325_BASE_URL": "https://x.example/"}, "",
			config{addr: "localhost:1", data: "e", baseURL: "https://x.example"}},
		{"a flag wins over it", map[string]string{"AB325_ADDR": "localhost:1", "AB325_DATA": "e"}, "-addr localhost:2 -data f",
			config{addr: "localhost:2", data: "f"}},
		{"behind a proxy", map[string]string{"AB325_BEHIND_PROXY": "true"}, "-addr :8325 -base-url https://x.example:444",
			config{addr: ":8325", data: defaultData, baseURL: "https://x.example:444", behindProxy: true}},
		{"proxies elsewhere", map[string]string{"AB325_PROXIES": "10.0.0.0/8, 192.0.2.1"}, "",
			config{addr: defaultAddr, data: defaultData, proxies: []string{"10.0.0.0/8", "192.0.2.1"}}},
		{"other proxies", map[string]string{"AB325_PROXIES": "10.0.0.0/8"}, "-proxies fd00::/8",
			config{addr: defaultAddr, data: defaultData, proxies: []string{"fd00::/8"}}},
		{"a flag can say no", map[string]string{"AB325_BEHIND_PROXY": "true"}, "-behind-proxy=false",
			config{addr: defaultAddr, data: defaultData}},
	} {
		got, err := parsed(t, test.vars, strings.Fields(test.args)...)
		if err != nil {
			t.Errorf("%s: check: %v", test.name, err)
		}
		if diff := cmp.Diff(&test.want, got, cmp.AllowUnexported(config{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: config differs (-want +got):\n%s", test.name, diff)
		}
	}
}

// What would let the wrong people in, or links lead nowhere, is refused with
// a hint.
func TestConfigRefuses(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-addr 0.0.0.0:8325", "plain http"},
		{"-addr :8325", "plain http"},
		{"-addr 192.0.2.1:8325", "plain http"},
		{"-addr kommune.example:8325", "plain http"},
		{"-addr 127.0.0.1", "not an address"},
		{"-addr 127.0.0.1:http", "not an address"},
		{"-addr 127.0.0.1:99999", "not an address"},
		{"-behind-proxy", "needs -base-url"},
		{"-behind-proxy -demo -base-url https://x.example", "-demo"},
		{"-proxies 10.0.0.0/8,proxy", "not an address"},
		{"-base-url http://x.example", "plain http"},
		{"-base-url x.example", "not like"},
		{"-base-url ftp://x.example", "not like"},
		{"-base-url https://", "not like"},
		{"-base-url https://x.example/ab325", "not like"},
		{"-base-url https://x.example?a", "not like"},
		{"-base-url https://x.example#a", "not like"},
		{"-base-url https://me@x.example", "not like"},
		{"-base-url https://%", "not like"},
	} {
		_, err := parsed(t, nil, strings.Fields(test.args)...)
		f, ok := errors.AsType[*failure](err)
		if !ok || !strings.Contains(f.text, test.want) || f.hint == "" {
			t.Errorf("check of %s = %v, want a failure about %q with a hint", test.args, err, test.want)
		}
	}
}
