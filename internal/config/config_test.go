package config

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/spf13/pflag"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func origin(s *Settings, name string) (string, string) {
	for _, l := range s.Explain() {
		if l.Name == name {
			return l.Value, l.Origin
		}
	}
	return "", ""
}

func TestEverySettingHasAWorkingDefaultAndExample(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := Load(nil, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Data != "./data" || s.Listen != "127.0.0.1:8710" || s.Database != "" || s.MetricsListen != "" || s.Zone != time.UTC ||
		s.Currency != "" || s.Language != "en" || s.LogKeep != 168*time.Hour || s.LogLevel != slog.LevelInfo || s.LogFormat != "text" ||
		s.MemoryLimit <= 0 || s.TrustedProxies != nil || s.File != "" || s.Warnings != nil {
		t.Errorf("%+v", s)
	}
	for _, setting := range Table {
		example, _, _ := strings.Cut(setting.Example, " or ")
		if _, err := Load(map[string]string{setting.Name: example}, nil, ""); err != nil {
			t.Errorf("example of %s: %v", setting.Name, err)
		}
		if setting.Help == "" {
			t.Errorf("%s has no help", setting.Name)
		}
	}
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), FileName), "# ours\nlisten: 1.1.1.1:1\nzone: Europe/Chisinau\n\nlanguage: ro\n")
	s, err := Load(map[string]string{"listen": "3.3.3.3:3"}, []string{"KEEPWELL_LISTEN=2.2.2.2:2", "KEEPWELL_LANGUAGE=es", "LISTEN=x"}, file)
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "3.3.3.3:3" || s.Language != "es" || s.Zone.String() != "Europe/Chisinau" || s.LogFormat != "text" || s.File != file {
		t.Errorf("%+v", s)
	}
	for name, want := range map[string]string{"listen": "flag --listen", "language": "environment KEEPWELL_LANGUAGE",
		"zone": file + " line 3", "log-format": "default"} {
		if _, got := origin(s, name); got != want {
			t.Errorf("%s comes from %q, want %q", name, got, want)
		}
	}
}

func TestTheFileIsFoundHereOrInTheDataFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "d/keepwell.yaml", "language: ru\ndata: elsewhere\n")
	s, err := Load(map[string]string{"data": "d"}, nil, "")
	if err != nil || s.Language != "ru" || s.Data != "d" {
		t.Fatalf("data folder: %v %+v", err, s)
	}
	write(t, "keepwell.yaml", "language: es\n")
	if s, err = Load(map[string]string{"data": "d"}, nil, ""); err != nil || s.Language != "es" {
		t.Fatalf("working folder: %v %+v", err, s)
	}
	write(t, "other.yaml", "language: ro\n")
	if s, err = Load(nil, []string{"KEEPWELL_CONFIG=other.yaml"}, ""); err != nil || s.Language != "ro" {
		t.Fatalf("named by the environment: %v %+v", err, s)
	}
	if _, err = Load(map[string]string{"config": "none.yaml"}, nil, ""); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Fatalf("a named file that is not there: %v", err)
	}
}

func TestAFileInTheDefaultDataFolderCanNotMoveIt(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "data/keepwell.yaml", "data: elsewhere\n")
	_, err := Load(nil, nil, "")
	if err == nil || !strings.Contains(err.Error(), "data/keepwell.yaml line 1") {
		t.Errorf("%v", err)
	}
}

func TestMistakesNameTheSettingItsOriginAndAnExample(t *testing.T) {
	for _, c := range []struct{ name, file, env, flag, want string }{
		{"unknown key", "language: ro\nlisten_: x", "", "", "listen_: is not a setting (FILE line 2); did you mean listen?"},
		{"underscore", "log_keep: 1h", "", "", "did you mean log-keep?"},
		{"unknown and far", "frobnicate: 1", "", "", "frobnicate: is not a setting (FILE line 1)"},
		{"twice", "zone: UTC\nzone: UTC", "", "", "zone: is set a second time (FILE line 2)"},
		{"nested", "listen: {a: 1}", "", "", "listen: is not one plain value (FILE line 1); for example 0.0.0.0:8710"},
		{"not YAML", "zone: UTC\na: b: c", "", "", "is not YAML: line 2"},
		{"a list", "- a", "", "", "is not a list of settings"},
		{"bad port", "", "KEEPWELL_LISTEN=localhost:99999", "", "listen: localhost:99999 (environment KEEPWELL_LISTEN) has no port between 0 and 65535; for example 0.0.0.0:8710"},
		{"bad zone", "", "", "zone=Mars/Olympus", "zone: Mars/Olympus (flag --zone) is not a time zone known here; for example Europe/Chisinau"},
		{"bad duration", "log-keep: 7 days", "", "", "log-keep: 7 days (FILE line 1) is neither a duration nor forever"},
		{"bad size", "", "", "memory-limit=4", "is not a size in KB, MB, GB or TB; for example 2GB"},
		{"bad level", "", "", "log-level=loud", "is not one of debug, info, warn, error"},
		{"bad language", "", "", "language=de", "is not one of en, es, ro, ru"},
		{"bad currency", "", "", "currency=euro", "three capital letters"},
		{"bad database", "", "", "database=mysql://u:hunter2@h/d", "does not begin with postgres://"},
		{"bad password", "", "", "database=postgres://u:hunter2%@h/d", "percent-encoded"},
		{"bad proxy", "trusted-proxies: [10.0.0.0/8, nobody]", "", "", `holds "nobody"`},
		{"bad URL", "", "", "public-url=cs.example.com", "is not an http:// or https:// address"},
		{"empty data", "", "", "data=", "data:  (flag --data) is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := write(t, filepath.Join(t.TempDir(), FileName), c.file)
			flags := map[string]string{}
			if name, value, ok := strings.Cut(c.flag, "="); ok {
				flags[name] = value
			}
			_, err := Load(flags, []string{c.env}, file)
			if err == nil || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v", err)
			}
			if want := strings.ReplaceAll(c.want, "FILE", file); !strings.Contains(err.Error(), want) {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("shows a password: %v", err)
			}
		})
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := Load(map[string]string{"zone": "x", "language": "x"}, nil, write(t, filepath.Join(t.TempDir(), "k.yaml"), "nope: 1"))
	if got := fault.Problem(err).Errors; len(got) != 3 {
		t.Errorf("%v", got)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := Load(map[string]string{"key": "kw_ad_hunter2", "database": "postgres://u:hunter2@h/d?sslpassword=hunter2&x=1"}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.Explain() {
		if strings.Contains(l.Value, "hunter2") {
			t.Errorf("%s shows %s", l.Name, l.Value)
		}
	}
	if v, _ := origin(s, "database"); v != "postgres://u:***@h/d?sslpassword=***&x=1" {
		t.Error(v)
	}
	if v, _ := origin(s, "key"); v != "***" || s.Key != "kw_ad_hunter2" {
		t.Error(v)
	}
}

func TestPasswordsAreMaskedInAnyAddress(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"postgres://h/d":                "postgres://h/d",
		"postgres://u@h/d":              "postgres://u@h/d",
		"postgres://u:p@h/d":            "postgres://u:***@h/d",
		"postgres://u:a@b%@h/d":         "postgres://u:***@h/d",
		"postgres://u:a/b%@h/d":         "postgres://u:***@h/d",
		"postgres:///d?password=p&b=1":  "postgres:///d?password=***&b=1",
		"host=h password=p user=u":      "host=h password=*** user=u",
		"postgres://u:p@h/d?password=q": "postgres://u:***@h/d?password=***",
	} {
		if got := MaskURL(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestMisspeltVariablesAreMentionedAndStrangersAreNot(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := Load(nil, []string{"KEEPWELL_LISTN=x", "KEEPWELL_SERVICE_HOST=10.0.0.1", "KEEPWELL_PORT_8710_TCP=tcp://x", "KEEPWELL_TEST_POSTGRES=x"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "did you mean KEEPWELL_LISTEN?") {
		t.Errorf("%q", s.Warnings)
	}
}

func TestFlagsAreTheTable(t *testing.T) {
	t.Chdir(t.TempDir())
	flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
	Define(flags, "listen", "data")
	if err := flags.Parse([]string{"--listen", "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	s, err := Load(Given(flags), nil, "")
	if err != nil || s.Listen != "127.0.0.1:0" {
		t.Fatalf("%v %+v", err, s)
	}
	if _, got := origin(s, "data"); got != "default" {
		t.Errorf("a flag that was not given counts: %s", got)
	}
	all := pflag.NewFlagSet("x", pflag.ContinueOnError)
	Define(all)
	for _, setting := range Table {
		if all.Lookup(setting.Name) == nil {
			t.Errorf("no flag --%s", setting.Name)
		}
	}
}

func TestMemoryIsAQuarterOfMachineOrContainer(t *testing.T) {
	for _, c := range []struct {
		meminfo, cgroup string
		want            int64
	}{
		{"MemTotal:        8388608 kB\n", "", 2 * gigabyte},
		{"MemTotal:       67108864 kB\n", "max\n", 4 * gigabyte},
		{"MemTotal:       67108864 kB\n", "1073741824\n", gigabyte / 4},
		{"", "", gigabyte},
	} {
		root := t.TempDir()
		if c.meminfo != "" {
			write(t, filepath.Join(root, "proc/meminfo"), c.meminfo)
		}
		if c.cgroup != "" {
			write(t, filepath.Join(root, "sys/fs/cgroup/memory.max"), c.cgroup)
		}
		if got := autoMemory(root); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.meminfo, c.cgroup, got, c.want)
		}
	}
	for text, want := range map[string]int64{"512MB": 512 << 20, "2GB": 2 * gigabyte, "1.5 GiB": 3 * gigabyte / 2, "": 0, "GB": 0, "-1GB": 0, "NaNGB": 0, "1e99GB": 0, "5B": 0} {
		if got, err := parseSize(text); got != want || (err != nil) != (want == 0) {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}
