package main

import (
	"cmp"
	"errors"
	"flag"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// parsed returns the configuration that args and the environment make. What
// the service does not open without is there, unless the environment has it
// otherwise.
func parsed(t *testing.T, vars map[string]string, args ...string) (*config, error) {
	t.Helper()
	all := map[string]string{"AB325_BASE_URL": "https://k.example", "AB325_BACKUP_TO": os.TempDir(), "AB325_BACKUP_KEY": publicKey, "AB325_SEAL": "seal.p12"}
	maps.Copy(all, vars)
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	c := serveFlags(flags, &environ{getenv: func(name string) string { return all[name] }})
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
		{"behind a proxy", map[string]string{"AB325_BEHIND_PROXY": "true"}, "-addr :8325 -proxies 172.16.0.0/12 -base-url https://x.example:444",
			config{addr: ":8325", data: defaultData, baseURL: "https://x.example:444", behindProxy: true, proxies: []string{"172.16.0.0/12"}}},
		{"behind a proxy on this machine", nil, "-behind-proxy -base-url https://x.example",
			config{addr: defaultAddr, data: defaultData, baseURL: "https://x.example", behindProxy: true}},
		{"keys elsewhere", map[string]string{"AB325_KEYS": "k"}, "",
			config{addr: defaultAddr, data: defaultData, keys: "k"}},
		{"restored data", nil, "-keys k2 -accept-older",
			config{addr: defaultAddr, data: defaultData, keys: "k2", acceptOlder: true}},
		{"checkpoints in a file to be made", map[string]string{"AB325_CHECKPOINTS": "/nowhere"}, "-checkpoints " + os.TempDir() + "/c",
			config{addr: defaultAddr, data: defaultData, checkpoints: os.TempDir() + "/c"}},
		{"more backups", map[string]string{"AB325_BACKUP_EVERY": "6h", "AB325_BACKUP_KEEP": "7"}, "",
			config{addr: defaultAddr, data: defaultData, backup: backupConfig{every: 6 * time.Hour, keep: 7}}},
		{"even more", map[string]string{"AB325_BACKUP_EVERY": "6h", "AB325_BACKUP_KEEP": "7"}, "-backup-every 1h -backup-keep 100",
			config{addr: defaultAddr, data: defaultData, backup: backupConfig{every: time.Hour, keep: 100}}},
		{"a demonstration needs nothing", map[string]string{"AB325_BASE_URL": "", "AB325_BACKUP_TO": "", "AB325_BACKUP_KEY": "", "AB325_SEAL": ""}, "-demo",
			config{addr: defaultAddr, data: demoData, baseURL: "-", demo: true, backup: backupConfig{to: "-", key: "-"}, seal: sealConfig{file: "-"}}},
		{"another seal", map[string]string{"AB325_SEAL_TSA": "http://tsa.example"}, "-seal s.pem -seal-revocation online -seal-authorities roots.pem",
			config{addr: defaultAddr, data: defaultData, seal: sealConfig{file: "s.pem", tsa: "http://tsa.example", revocation: "online", authorities: "roots.pem"}}},
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
		for _, said := range []struct {
			is    *string
			usual string
		}{{&test.want.baseURL, "https://k.example"}, {&test.want.backup.to, os.TempDir()}, {&test.want.backup.key, publicKey}, {&test.want.seal.file, "seal.p12"}} {
			*said.is = strings.TrimPrefix(cmp.Or(*said.is, said.usual), "-")
		}
		test.want.backup.every = cmp.Or(test.want.backup.every, defaultBackupEvery)
		test.want.backup.keep = cmp.Or(test.want.backup.keep, defaultBackupKeep)
		if diff := gocmp.Diff(&test.want, got, gocmp.AllowUnexported(config{}, backupConfig{}, sealConfig{}), cmpopts.EquateEmpty()); diff != "" {
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
		{"-base-url=", "without -base-url, the address that people see"},
		{"-behind-proxy -base-url=", "without -base-url"},
		{"-backup-to= -backup-key=", "without -backup-to, where backups are made, nor without -backup-key"},
		{"-seal=", "without -seal, the certificate"},
		{"-seal " + defaultData + "/seal.p12", "inside the data folder"},
		{"-seal-tsa tsa.example", "not an address"},
		{"-seal-revocation online", "needs -seal-tsa"},
		{"-backup-to /nowhere", "no folder"},
		{"-backup-to " + defaultData + "/backups", "inside the data folder"},
		{"-keys " + defaultData + "/keys", "inside the data folder"},
		{"-checkpoints " + defaultData + "/checkpoints", "inside the data folder"},
		{"-checkpoints /nowhere/checkpoints", "no such file"},
		{"-checkpoints " + os.DevNull, "neither a file nor a folder"},
		{"-backup-key age1x", "not a public key"},
		{"-backup-key AGE-SECRET-KEY-1", "the secret key"},
		{"-backup-every 1s", "a time of at least"},
		{"-backup-keep 0", "keeps no backup"},
		{"-addr :8325 -behind-proxy -base-url https://x.example", "without -proxies, everybody behind the proxy counts as one"},
		{"-addr 192.0.2.1:8325 -behind-proxy -base-url https://x.example", "without -proxies"},
		{"-behind-proxy -demo -base-url https://x.example", "-demo"},
		{"-proxies 10.0.0.0/8,proxy", "not an address"},
		{"-proxies 0.0.0.0/0", "believes everybody"},
		{"-proxies 10.0.0.0/8,::/0", "believes everybody"},
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
		if !ok || !strings.Contains(err.Error(), test.want) || f.hint == "" {
			t.Errorf("check of %s = %v, want a failure about %q with a hint", test.args, err, test.want)
		}
	}
}

// What is wrong with a variable of the environment is not passed over.
func TestConfigRefusesVariables(t *testing.T) {
	for name, value := range map[string]string{"AB325_BACKUP_EVERY": "daily", "AB325_BACKUP_KEEP": "all"} {
		if _, err := parsed(t, map[string]string{name: value}); err == nil {
			t.Errorf("check with %s=%s = nil, want an error", name, value)
		}
	}
}
