package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// answersFile writes ten answers to an NPS question of which one can't be used: 5 promoters, 3 passives, 1 detractor.
func answersFile(t *testing.T) string {
	t.Helper()
	day := time.Now().UTC().AddDate(0, 0, -3).Format(time.DateOnly)
	rows := "id,ts,account_id,user_id,survey,question,kind,score\n"
	for i, score := range []string{"10", "9", "9", "10", "9", "7", "8", "7", "3", "eleven"} {
		rows += strings.Join([]string{"a" + string(rune('0'+i)), day, "shop", "ana", "relationship", "recommend", "nps", score}, ",") + "\n"
	}
	file := filepath.Join(t.TempDir(), "answers.csv")
	if err := os.WriteFile(file, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// imported imports the file twice and checks what is known after it. (5 − 1) / 9 of 9 answers is 44.4.
func imported(t *testing.T, data string) {
	t.Helper()
	file := answersFile(t)
	for _, turn := range []string{"first", "second"} {
		r := try(t, "import", "answers", file, "--data", data)
		if r.code != 0 || !strings.Contains(r.out+r.err, "1 refused") {
			t.Errorf("the %s import exited with %d and does not say that a row was refused: %s%s", turn, r.code, r.out, r.err)
		}
		out := run(t, "metrics", "get", "nps", "--data", data, "-o", "csv")
		if !strings.Contains(out, "44.4") {
			t.Errorf("nps after the %s import: %s", turn, out)
		}
	}
	if rows := exported(t, "answers", "--data", data); len(rows) != 9 {
		t.Errorf("%d answers after importing 9 twice", len(rows))
	}
	refused, err := os.ReadFile(filepath.Join(filepath.Dir(file), "answers.refused.csv"))
	if err != nil || !strings.Contains(string(refused), "eleven") || !strings.Contains(string(refused), "score") {
		t.Errorf("the file with the refused row beside the input does not say which and why: %v %s", err, refused)
	}
}

func TestAFileIsImportedWithoutAServer(t *testing.T) {
	imported(t, t.TempDir())
}

func TestAFileIsImportedThroughTheRunningServer(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	imported(t, data)
	s.stop()
	if rows := exported(t, "answers", "--data", data); len(rows) != 9 {
		t.Errorf("%d answers after the server stopped", len(rows))
	}
}

func TestAStrictImportTellsAScriptOfRefusedRows(t *testing.T) {
	data := t.TempDir()
	if r := try(t, "import", "answers", answersFile(t), "--strict", "--data", data); r.code != 1 || !strings.Contains(r.err, "1 row was refused") || !strings.Contains(r.err, "answers.refused.csv") {
		t.Errorf("it exited with %d and says %s", r.code, r.err)
	}
	if rows := exported(t, "answers", "--data", data); len(rows) != 9 {
		t.Errorf("%d answers: the usable rows are to be in", len(rows))
	}
}

func TestAListWithoutTimesIsImportedAsOfADay(t *testing.T) {
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "crm.csv")
	if err := os.WriteFile(file, []byte("ID,Company\n1,Acme\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := try(t, "import", "accounts", file, "--at", "2026-01-31", "--map", "ID=account_id,Company=name", "--strict", "--data", data); r.code != 0 {
		t.Errorf("it exited with %d: %s", r.code, r.err)
	}
	if rows := exported(t, "accounts", "--data", data); len(rows) != 1 || !strings.HasPrefix(fmt.Sprint(rows[0]["ts"]), "2026-01-31") {
		t.Errorf("known is %v", rows)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	data := t.TempDir()
	try(t, "import", "answers", answersFile(t), "--dry-run", "--data", data)
	if rows := exported(t, "answers", "--data", data); len(rows) != 0 {
		t.Errorf("%d answers after a dry run", len(rows))
	}
}
