package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The README's commands are run as they stand there, but for the address, which is that of our server.
func TestTheFirstTenMinutesOfTheReadmeWork(t *testing.T) {
	raw, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, minutes, _ := strings.Cut(string(raw), "## The first ten minutes\n")
	minutes, rest, ok := strings.Cut(minutes, "**Begin for real**")
	if !ok || rest == "" {
		t.Fatal("the README has no first ten minutes")
	}
	script := commands(t, minutes, 4)
	home := t.TempDir()
	s := serve(t, filepath.Join(home, "data"))
	script = strings.ReplaceAll(script, "http://127.0.0.1:8710", s.url)
	script = strings.ReplaceAll(script, "alias keepwell=./bin/keepwell\n", "")
	out := shell(t, home, script)
	if answers := exported(t, "answers", "--data", s.data); len(answers) != 3 {
		t.Errorf("%d answers after the README's import, want 3:\n%s", len(answers), out)
	}
}

// commands are the blocks of commands of a text, as one script; there are at least so many.
func commands(t *testing.T, text string, least int) string {
	t.Helper()
	script, blocks := "set -eu\n", 0
	for i, part := range strings.Split(text, "```") {
		if command, ok := strings.CutPrefix(part, "\n"); ok && i%2 == 1 {
			script += command
			blocks++
		}
	}
	if blocks < least {
		t.Fatalf("only %d blocks of commands, want %d", blocks, least)
	}
	return script
}

// shell runs a script in a folder, with keepwell on its path.
func shell(t *testing.T, folder, script string) string {
	t.Helper()
	bash := exec.Command("bash", "-c", script)
	bash.Dir = folder
	bash.Env = append(environment(), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"))
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestPagesAndDescriptionAreTrueOfTheMadeUpCompany(t *testing.T) {
	home := t.TempDir()
	s := launchCompany(t, filepath.Join(home, "data"))
	t.Cleanup(s.kill)
	t.Run("the commands of the pages on metrics", func(t *testing.T) { commandsWork(t, home) })
	t.Run("the answers of the API", func(t *testing.T) { answersFit(t, s) })
}

// commandsWork follows the pages on metrics command by command.
func commandsWork(t *testing.T, home string) {
	for page, want := range map[string][]string{
		"explain.md":     {"Newest of answers", "BY RATE", "nothing changed since", " by keepwell", " by workspace"},
		"own-metrics.md": {"report_readers is sound and saved", "Report readers (standard)", "NUMERATOR"},
		"policies.md":    {"inactive_days", "Silent churn"},
		"metrics.md":     {"Net Promoter Score (standard)"},
	} {
		raw, err := os.ReadFile(filepath.Join("../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		if _, rest, ok := strings.Cut(string(raw), "```sql\n"); ok {
			definition, _, _ := strings.Cut(rest, "```")
			if err := os.WriteFile(filepath.Join(home, "report_readers.sql"), []byte(definition), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out := shell(t, home, commands(t, string(raw), 1))
		for _, text := range want {
			if !strings.Contains(out, text) {
				t.Errorf("the commands of %s do not show %q:\n%s", page, text, out)
			}
		}
	}
}
