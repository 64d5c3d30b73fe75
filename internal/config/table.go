package config

import (
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings is what the installation is told. Every field comes from a line of the table below.
type Settings struct {
	Data           string         // folder of the embedded stores and the log
	Listen         string         // host:port
	Database       string         // postgres://…; empty: embedded stores under Data
	MetricsListen  string         // host:port of /metrics and pprof; empty: off
	Zone           *time.Location // days of the workspace begin at its midnight
	Currency       string         // reporting currency, ISO 4217; empty: not chosen
	Language       string         // en, es, ro, ru
	LogKeep        time.Duration  // how long loaded segments of the log are kept, or Forever
	LogLevel       slog.Level
	LogFormat      string // text, json
	PublicURL      string // how the installation is reached from outside, no slash at the end; empty: unknown
	Server         string // a running server for the command line to go through; empty: find it by Data
	Key            string // API key for Server
	MemoryLimit    int64  // bytes DuckDB may use
	TrustedProxies []netip.Prefix
	Mail           string // smtp:// or smtps:// address of the mail server; empty: no mail is sent
	MailFrom       string // address that mail is sent from
	OIDCIssuer     string // OpenID Connect provider, no slash at the end is assumed or taken away; empty: none
	OIDCClient     string
	OIDCSecret     string

	// File is the settings file that was read, or empty.
	File string
	// Warnings are things that may be mistakes: environment variables close to a setting's name.
	Warnings []string

	origins map[string]given
}

// Forever is LogKeep without an end.
const Forever = time.Duration(math.MaxInt64)

// Kind is what a setting's text is read as.
type Kind string

const (
	String   Kind = "string"
	Duration Kind = "duration"
	Size     Kind = "size"
	List     Kind = "list"
)

// Setting is one line of the table: all there is to know about a setting but its value.
type Setting struct {
	Name    string // flag, key in the file; upper-cased with KEEPWELL_ in front the environment variable
	Default string
	Help    string
	Example string
	Kind    Kind
	Secret  bool
	set     func(s *Settings, text string) error // its errors say what is wrong with text, without repeating it
}

// Env is the environment variable of the setting.
func (s Setting) Env() string {
	return "KEEPWELL_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// Table is all settings, in the order they are explained.
var Table = slices.Concat(running, access)

// running are the settings of where things are and how they run.
var running = []Setting{
	{Name: "data", Default: "./data", Kind: String, Example: "/var/lib/keepwell",
		Help: "folder for the embedded stores and the log",
		set:  filled(func(s *Settings) *string { return &s.Data })},
	{Name: "listen", Default: "127.0.0.1:8710", Kind: String, Example: "0.0.0.0:8710",
		Help: "address to serve on; port 0 picks a free one",
		set:  address(func(s *Settings) *string { return &s.Listen })},
	{Name: "database", Kind: String, Example: "postgres://keepwell:password@localhost/keepwell",
		Help: "PostgreSQL to keep everything in; empty: embedded stores in the data folder",
		set: func(s *Settings, text string) error {
			s.Database = text
			if text != "" && !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
				return fmt.Errorf("does not begin with postgres://")
			}
			if _, err := url.Parse(text); err != nil {
				return fmt.Errorf("is not a valid URL (a password needs its special characters percent-encoded)")
			}
			return nil
		}},
	{Name: "metrics-listen", Kind: String, Example: "127.0.0.1:8711",
		Help: "address for Prometheus metrics and profiles; empty: off",
		set:  optional(address(func(s *Settings) *string { return &s.MetricsListen }))},
	{Name: "zone", Default: "UTC", Kind: String, Example: "Europe/Chisinau",
		Help: "time zone in which days begin and end",
		set: func(s *Settings, text string) (err error) {
			if text == "" || text == "Local" { // both mean something to LoadLocation, neither is a zone's name
				return fmt.Errorf("is not the name of a time zone")
			}
			if s.Zone, err = time.LoadLocation(text); err != nil {
				return fmt.Errorf("is not a time zone known here")
			}
			return nil
		}},
	{Name: "currency", Kind: String, Example: "EUR",
		Help: "currency that money is reported in",
		set: func(s *Settings, text string) error {
			s.Currency = text
			if text != "" && (len(text) != 3 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
				return fmt.Errorf("is not a currency code of three capital letters")
			}
			return nil
		}},
	{Name: "language", Default: "en", Kind: String, Example: "ro",
		Help: "language of mails and of readers whose own is not spoken: en, es, ro, ru",
		set:  oneOf(func(s *Settings) *string { return &s.Language }, "en", "es", "ro", "ru")},
	{Name: "log-keep", Default: "168h", Kind: Duration, Example: "720h or forever",
		Help: "how long the log keeps what the lake already has; forever makes the lake rebuildable",
		set: func(s *Settings, text string) (err error) {
			if text == "forever" {
				s.LogKeep = Forever
				return nil
			}
			if s.LogKeep, err = time.ParseDuration(text); err != nil {
				return fmt.Errorf("is neither a duration nor forever")
			}
			if s.LogKeep < 0 {
				return fmt.Errorf("is negative")
			}
			return nil
		}},
	{Name: "log-level", Default: "info", Kind: String, Example: "debug",
		Help: "least important messages to write: debug, info, warn, error",
		set: func(s *Settings, text string) error {
			if err := s.LogLevel.UnmarshalText([]byte(text)); err != nil {
				return fmt.Errorf("is not one of debug, info, warn, error")
			}
			return nil
		}},
	{Name: "log-format", Default: "text", Kind: String, Example: "json",
		Help: "how messages are written: text, json",
		set:  oneOf(func(s *Settings) *string { return &s.LogFormat }, "text", "json")},
	{Name: "public-url", Kind: String, Example: "https://cs.example.com",
		Help: "address under which people reach the server, for links in mails",
		set:  optional(web(func(s *Settings) *string { return &s.PublicURL }))},
	{Name: "server", Kind: String, Example: "http://127.0.0.1:8710",
		Help: "running server that commands go through; empty: found by the data folder",
		set:  optional(web(func(s *Settings) *string { return &s.Server }))},
	{Name: "key", Kind: String, Secret: true, Example: "kw_ad_…",
		Help: "API key for --server",
		set: func(s *Settings, text string) error {
			s.Key = text
			return nil
		}},
	{Name: "memory-limit", Default: "auto", Kind: Size, Example: "2GB",
		Help: "memory DuckDB may use; auto: a quarter of the machine's, at most 4GB, and 512MB for an import without a server",
		set: func(s *Settings, text string) (err error) {
			if text == "auto" {
				s.MemoryLimit = autoMemory("/")
				return nil
			}
			s.MemoryLimit, err = parseSize(text)
			return err
		}},
	{Name: "trusted-proxies", Kind: List, Example: "10.0.0.0/8, 127.0.0.1",
		Help: "addresses whose X-Forwarded-For is believed",
		set: func(s *Settings, text string) error {
			s.TrustedProxies = nil
			for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
				prefix, err := netip.ParsePrefix(part)
				if err != nil {
					ip, err := netip.ParseAddr(part)
					if err != nil {
						return fmt.Errorf("holds %q, which is neither an address nor a network", part)
					}
					prefix = netip.PrefixFrom(ip, ip.BitLen())
				}
				s.TrustedProxies = append(s.TrustedProxies, prefix)
			}
			return nil
		}},
}

func lookup(name string) (Setting, bool) {
	i := slices.IndexFunc(Table, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return Table[i], true
}

type setter = func(*Settings, string) error

func filled(field func(*Settings) *string) setter {
	return func(s *Settings, text string) error {
		if *field(s) = text; text == "" {
			return fmt.Errorf("is empty")
		}
		return nil
	}
}

func optional(set setter) setter {
	return func(s *Settings, text string) error {
		if text == "" {
			return nil
		}
		return set(s, text)
	}
}

func oneOf(field func(*Settings) *string, allowed ...string) setter {
	return func(s *Settings, text string) error {
		if *field(s) = text; !slices.Contains(allowed, text) {
			return fmt.Errorf("is not one of %s", strings.Join(allowed, ", "))
		}
		return nil
	}
}

func address(field func(*Settings) *string) setter {
	return func(s *Settings, text string) error {
		*field(s) = text
		_, port, err := net.SplitHostPort(text)
		if err != nil {
			return fmt.Errorf("is not host:port")
		}
		if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
			return fmt.Errorf("has no port between 0 and 65535")
		}
		return nil
	}
}

func web(field func(*Settings) *string) setter {
	return func(s *Settings, text string) error {
		*field(s) = strings.TrimRight(text, "/")
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("is not an http:// or https:// address")
		}
		if u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return fmt.Errorf("holds more than a host and a path")
		}
		return nil
	}
}
