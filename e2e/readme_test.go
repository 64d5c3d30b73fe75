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
	script, blocks := "set -eu\n", 0
	for i, part := range strings.Split(minutes, "```\n") {
		if i%2 == 1 {
			script += part
			blocks++
		}
	}
	if blocks < 4 {
		t.Fatalf("only %d blocks of commands in the first ten minutes", blocks)
	}
	home := t.TempDir()
	s := serve(t, filepath.Join(home, "data"))
	script = strings.ReplaceAll(script, "http://127.0.0.1:8710", s.url)
	script = strings.ReplaceAll(script, "alias keepwell=./bin/keepwell\n", "")
	bash := exec.Command("bash", "-c", script)
	bash.Dir = home
	bash.Env = append(environment(), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"))
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if answers := exported(t, "answers", "--data", s.data); len(answers) != 3 {
		t.Errorf("%d answers after the README's import, want 3:\n%s", len(answers), out)
	}
}
