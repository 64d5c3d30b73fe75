package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func TestAWrongCallOfAnEstimatorExitsWithTwo(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("t.csv", []byte("a,b\nx,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"stats", 0, ""},
		{"stats frob", 2, `"frob" is too much`},
		{"stats survival", 2, "FILE is missing"},
		{"stats survival t.csv", 2, "--duration is missing"},
		{"stats survival t.csv --duration b --event a --band wide", 2, `--band "wide" is none of`},
		{"stats nps t.csv", 2, "--score is missing"},
		{"stats nps t.csv --score b --header perhaps", 2, `--header "perhaps" is none of`},
		{"stats sbg t.csv --survivors b", 2, "--cohort-size is missing"},
		{"stats sbg t.csv --survivors b --cohort-size 9 --discount 0", 2, "--discount 0 is not above zero"},
		{"stats bgnbd t.csv --customer a --date b", 2, "--until is missing"},
		{"stats bgnbd t.csv --customer a --date b --until soon", 2, `--until "soon" is no date`},
		{"stats bgnbd t.csv --customer a --date b --until 2026-01-01 --unit moon", 2, `--unit "moon" is none of`},
		{"stats bgnbd t.csv --customer a --date b --until 2026-01-01 --horizon -1", 2, "--horizon -1 is not above zero"},
		{"stats churn t.csv --id a", 2, "--target is missing"},
		{"stats nps missing.csv --score a", 1, "missing.csv"},
		{"stats nps t.csv --score c", 1, `there is no column "c" (t.csv); its columns are a, b`},
		{"stats nps t.csv --score a", 1, `"x" is no number (t.csv, line 2, column 1 (a))`},
		{"stats churn t.csv --id a --target b", 1, "the target does not have two values"},
		{"stats churn t.csv --id a --target b --test-ids missing.txt", 1, "does not have two values"},
	} {
		var out, errs bytes.Buffer
		code := run(context.Background(), strings.Fields(c.args), strings.NewReader(""), &out, &errs)
		if code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Errorf("keepwell %s: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.says, &errs)
		}
	}
}

// members writes a table of n customers, and the ids of every fourth of them.
func members(t *testing.T, n int) (ids map[string]bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(11, 11))
	ids = map[string]bool{}
	var table, test strings.Builder
	table.WriteString("member,months,plan,charge,left\n")
	test.WriteString("member\n")
	for i := range n {
		months, plan := r.IntN(60), []string{"basic", "pro", "team"}[r.IntN(3)]
		charge, left := fmt.Sprintf("%.2f", 10+r.Float64()*90), "No"
		if r.Float64() < 0.6-float64(months)/100 && plan != "team" {
			left = "Yes"
		}
		if r.IntN(10) == 0 {
			charge = " "
		}
		id := fmt.Sprintf("m-%d", i)
		fmt.Fprintf(&table, "%s,%d,%s,%s,%s\n", id, months, plan, charge, left)
		if i%4 == 0 {
			ids[id] = true
			fmt.Fprintln(&test, id)
		}
	}
	for name, text := range map[string]string{"members.csv": table.String(), "test.txt": test.String()} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

type churnSaid struct {
	AUC      float64 `json:"auc"`
	JudgedBy string  `json:"judged_by"`
	N        int     `json:"n"`
	Model    struct {
		Rows     int             `json:"rows"`
		TestRows int             `json:"test_rows"`
		Columns  json.RawMessage `json:"columns"`
	} `json:"model"`
	Predictions []struct {
		ID          string  `json:"id"`
		Probability float64 `json:"probability"`
		Reasons     []reason
	} `json:"predictions"`
}

func churnOf(t *testing.T, args ...string) churnSaid {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), append([]string{"stats", "churn"}, args...), strings.NewReader(""), &out, &errs); code != done {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	var said churnSaid
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func TestRowsKeptAsideAreForetoldAndNeverLearnedFrom(t *testing.T) {
	t.Chdir(t.TempDir())
	ids := members(t, 800)
	said := churnOf(t, "members.csv", "--id", "member", "--target", "left", "--test-ids", "test.txt")
	if said.Model.Rows != 600 || said.Model.TestRows != 200 || said.N != 200 || said.JudgedBy != "test rows" || said.AUC < 0.7 || len(said.Predictions) != 200 {
		t.Errorf("%d rows, %d test rows, AUC %v of %d", said.Model.Rows, said.Model.TestRows, said.AUC, said.N)
	}
	for _, p := range said.Predictions {
		if !ids[p.ID] || !(p.Probability > 0 && p.Probability < 1) || len(p.Reasons) != 3 {
			t.Fatalf("%+v", p)
		}
	}
	// Whatever stands in the rows kept aside, their outcomes and their cells, the model is the same.
	raw, err := os.ReadFile("members.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(raw), "\n")
	for i, line := range lines {
		if id, _, _ := strings.Cut(line, ","); ids[id] {
			lines[i] = id + ",999999,never seen,a word,"
		}
	}
	if err := os.WriteFile("planted.csv", []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	planted := churnOf(t, "planted.csv", "--id", "member", "--target", "left", "--test-ids", "test.txt")
	if !bytes.Equal(said.Model.Columns, planted.Model.Columns) || planted.N != 0 || len(planted.Predictions) != 200 {
		t.Errorf("what stood in the test rows changed the model; %d of them were judged", planted.N)
	}
}

func TestWithoutTestRowsEveryRowIsForetoldByOthers(t *testing.T) {
	t.Chdir(t.TempDir())
	members(t, 400)
	said := churnOf(t, "members.csv", "--id", "member", "--target", "left")
	if said.JudgedBy != "cross-validation" || said.N != 400 || len(said.Predictions) != 400 || said.Model.Rows != 400 || said.AUC < 0.65 {
		t.Errorf("%+v", said.JudgedBy)
	}
	var out, errs bytes.Buffer
	if err := os.WriteFile("test.txt", []byte("m-1\nm-401\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code := run(context.Background(), strings.Fields("stats churn members.csv --id member --target left --test-ids test.txt"), strings.NewReader(""), &out, &errs)
	if code != failed || !strings.Contains(errs.String(), `members.csv has no id "m-401" (test.txt, line 2`) {
		t.Errorf("exit %d: %s", code, &errs)
	}
}

func TestAColumnThatHoldsTheOutcomeIsLeftOutAndSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	members(t, 400)
	raw, err := os.ReadFile("members.csv")
	if err != nil {
		t.Fatal(err)
	}
	leaking := strings.NewReplacer(",left\n", ",left,cancelled\n", ",Yes\n", ",Yes,1.0\n", ",No\n", ",No,0.0\n").Replace(string(raw))
	var out, errs bytes.Buffer
	code := run(context.Background(), strings.Fields("stats churn - --id member --target left"), strings.NewReader(leaking), &out, &errs)
	if code != done || !strings.Contains(errs.String(), "Leakage? Column cancelled") || !strings.Contains(out.String(), `"leak": true`) {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	var leaked churnSaid
	if err := json.Unmarshal(out.Bytes(), &leaked); err != nil {
		t.Fatal(err)
	}
	if plain := churnOf(t, "members.csv", "--id", "member", "--target", "left"); leaked.AUC != plain.AUC {
		t.Errorf("AUC %v with the column, %v without", leaked.AUC, plain.AUC)
	}
	// The copy as the target, without the words: 1.0 is the outcome.
	out.Reset()
	code = run(context.Background(), strings.Fields("stats churn - --id member --target cancelled --without left"), strings.NewReader(leaking), &out, &errs)
	if code != done || !strings.Contains(out.String(), `"positive": "1.0"`) {
		t.Errorf("exit %d: %s", code, &errs)
	}
}

func TestNumbersThatNobodyMeasuresSpoilNoRisk(t *testing.T) {
	var table strings.Builder
	table.WriteString("id,x,left\n")
	for i := range 300 {
		fmt.Fprintf(&table, "%d,%s,%s\n", i, []string{"NaN", "inf", "-1e400", "1e300", "-1e308", "", "0.5", "7"}[i%8], []string{"yes", "no", "no"}[i%3])
	}
	var out, errs bytes.Buffer
	if code := run(context.Background(), strings.Fields("stats churn - --id id --target left"), strings.NewReader(table.String()), &out, &errs); code != done {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	var said churnSaid
	if err := json.Unmarshal(out.Bytes(), &said); err != nil || len(said.Predictions) != 300 {
		t.Fatal(err)
	}
	for _, p := range said.Predictions {
		if !(p.Probability > 0 && p.Probability < 1) {
			t.Fatalf("%+v", p)
		}
	}
}
