package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/stat"
)

// telco makes up a table of the shape of a well-known public one (7043 customers of a telephone company, mixed numbers and
// words, blanks where nothing was charged yet), of which the true risk of every customer is known.
func telco(n int, seed uint64) (header string, rows []string, risks []float64, left []bool) {
	r := rand.New(rand.NewPCG(seed, 3))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	header = "customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,InternetService,OnlineSecurity,TechSupport,Contract,PaperlessBilling,PaymentMethod,MonthlyCharges,TotalCharges,Churn"
	for i := range n {
		tenure := r.IntN(73)
		contract, internet, pays := pick("Month-to-month", "Month-to-month", "One year", "Two year"), pick("DSL", "Fiber optic", "Fiber optic", "No"), pick("Electronic check", "Mailed check", "Bank transfer (automatic)", "Credit card (automatic)")
		security, support := pick("Yes", "No"), pick("Yes", "No")
		monthly := 20 + 10*r.Float64()
		if internet != "No" {
			monthly += 30 + 25*r.Float64()
		} else {
			security, support = "No internet service", "No internet service"
		}
		logit := -1.1 - 0.045*float64(min(tenure, 40)) + map[string]float64{"Month-to-month": 1.7, "One year": 0.2, "Two year": -0.9}[contract] + map[string]float64{"Fiber optic": 0.9, "No": -0.9}[internet] +
			map[string]float64{"Electronic check": 0.5}[pays] + map[string]float64{"No": 0.3}[security] + map[string]float64{"No": 0.3}[support] + 0.01*(monthly-60)
		risk := 1 / (1 + math.Exp(-logit))
		gone, word, total := r.Float64() < risk, "No", fmt.Sprintf("%.2f", monthly*float64(tenure)*(0.95+0.1*r.Float64()))
		if gone {
			word = "Yes"
		}
		if tenure == 0 {
			total = " "
		}
		rows = append(rows, fmt.Sprintf("%04d-%s,%s,%d,%s,%s,%d,%s,%s,%s,%s,%s,%s,%s,%s,%.2f,%s,%s", i, strings.Repeat(string(rune('A'+i%26)), 5), pick("Female", "Male"), r.IntN(2), pick("Yes", "No"), pick("Yes", "No"), tenure,
			pick("Yes", "No"), pick("Yes", "No", "No phone service"), internet, security, support, contract, pick("Yes", "No"), pays, monthly, total, word))
		risks, left = append(risks, risk), append(left, gone)
	}
	return header, rows, risks, left
}

// numbered are ids as a table in which they are the second column.
func numbered(ids []string) string {
	var b strings.Builder
	for i, id := range ids {
		fmt.Fprintf(&b, "%d.5,%s,test\n", i, id)
	}
	return b.String()
}

func TestATableLikeThePublicOneIsForetoldNearlyAsWellAsItCanBe(t *testing.T) {
	t.Chdir(t.TempDir())
	header, rows, risks, left := telco(7043, 1)
	var tested []string
	var truth []float64
	var came []bool
	for i, row := range rows {
		if i%5 == 2 {
			id, _, _ := strings.Cut(row, ",")
			tested, truth, came = append(tested, id), append(truth, risks[i]), append(came, left[i])
		}
	}
	best, err := stat.Judge(truth, came, nil)
	if err != nil {
		t.Fatal(err)
	}
	table := header + "\n" + strings.Join(rows, "\n") + "\n"
	for name, files := range map[string][2]string{
		"one id a line":              {table, strings.Join(tested, "\n")},
		"with its header":            {table, "customerID\n" + strings.Join(tested, "\n") + "\n"},
		"as Windows writes it":       {"\xef\xbb\xbf" + strings.ReplaceAll(table, "\n", "\r\n"), "\xef\xbb\xbfcustomerID\r\n" + strings.Join(tested, "\r\n")},
		"a table with more columns":  {table, "split,customerID\ntest," + strings.Join(tested, "\ntest,") + "\n"},
		"ids under another name":     {table, "n,customer,part\n" + numbered(tested)},
		"the outcome in other cases": {strings.Replace(strings.Replace(table, ",Yes\n", ",YES\n", 1), ",No\n", ",no\n", 1), strings.Join(tested, "\n")},
		"the outcome as true, false": {strings.NewReplacer(",Yes\n", ",True\n", ",No\n", ",False\n").Replace(table), strings.Join(tested, "\n")},
		"the outcome as 1.0 and 0.0": {strings.NewReplacer(",Yes\n", ",1.0\n", ",No\n", ",0.0\n").Replace(table), strings.Join(tested, "\n")},
		"quoted, between semicolons": {strings.ReplaceAll(strings.ReplaceAll(table, ",", ";"), "Month-to-month", `"Month-to-month"`), `"` + strings.Join(tested, "\"\n\"") + `"`},
	} {
		t.Run(name, func(t *testing.T) {
			for file, text := range map[string]string{"telco.csv": files[0], "test.csv": files[1]} {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			said := churnOf(t, "telco.csv", "--id", "customerID", "--target", "Churn", "--test-ids", "test.csv")
			if said.Model.TestRows != len(tested) || said.Model.Rows != 7043-len(tested) || said.AUC < *best.AUC-0.01 || said.AUC > *best.AUC+0.01 {
				t.Errorf("AUC %.4f of %d rows, the true risk has %.4f", said.AUC, said.N, *best.AUC)
			}
		})
	}
}

func TestOddTablesHaveAStatedOutcome(t *testing.T) {
	_, rows, _, left := telco(400, 2)
	header := "customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,InternetService,OnlineSecurity,TechSupport,Contract,PaperlessBilling,PaymentMethod,MonthlyCharges,TotalCharges,Churn"
	with := func(name string, cell func(i int) string) string {
		var b strings.Builder
		b.WriteString(name + "," + header + "\n")
		for i, row := range rows {
			b.WriteString(cell(i) + "," + row + "\n")
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		table string
		code  int
		says  string
	}{
		"one class only":         {strings.NewReplacer(",Yes\n", ",No\n").Replace(with("x", func(int) string { return "1" })), failed, "does not have two values"},
		"three rows":             {header + "\n" + strings.Join(rows[:3], "\n"), failed, ""},
		"thirty rows":            {header + "\n" + strings.Join(rows[:30], "\n"), failed, "at least 30 of each are needed"},
		"a constant column":      {with("same", func(int) string { return "x" }), done, "it is the same in all rows"},
		"nothing in a column":    {with("empty", func(int) string { return "" }), done, "it is the same in all rows"},
		"NaN and infinity":       {with("odd", func(i int) string { return []string{"NaN", "1e999", "-Inf", "3.5", "4"}[i%5] }), done, ""},
		"an id as a category":    {with("email", func(i int) string { return fmt.Sprintf("p%d@example.com", i) }), done, "it names the row"},
		"an id as a number":      {with("serial", func(i int) string { return fmt.Sprint(70000 + i) }), done, "it names the row"},
		"many rare labels":       {with("street", func(i int) string { return fmt.Sprintf("street %d", i%180) }), done, ""},
		"words among numbers":    {with("sum", func(i int) string { return []string{"12.5", "7", "n/a", "oops"}[min(3, i%40)*(i%40/37)] }), done, ""},
		"the outcome once more":  {with("gone", func(i int) string { return fmt.Sprint(left[i]) }), done, "it tells the outcome by itself"},
		"a name twice":           {with("tenure", func(i int) string { return fmt.Sprint(i % 7) }), done, ""},
		"a third outcome":        {strings.Replace(with("x", func(int) string { return "1" }), ",No\n", ",Maybe\n", 1), failed, "third value of the target"},
		"a row without its tail": {header + "\n" + strings.Join(rows[:200], "\n") + "\n1,2,3\n", failed, "the row has 3 cells"},
		"no column of that name": {strings.Replace(with("x", func(int) string { return "1" }), "customerID", "id", 1), failed, "there is no column"},
		"nothing at all":         {"", failed, "the table is empty"},
		"no column to learn of":  {"customerID,Churn\n" + strings.Repeat("a,Yes\nb,No\n", 40), failed, "no column is left to learn from"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(context.Background(), strings.Fields("stats churn - --id customerID --target Churn"), strings.NewReader(c.table), &out, &errs)
			if code != c.code || !strings.Contains(out.String()+errs.String(), c.says) || strings.Contains(errs.String(), "panic") || strings.Contains(out.String(), "NaN,") {
				t.Errorf("exit %d: %s %.300s", code, &errs, &out)
			}
		})
	}
}

func TestTheOutcomeIsKnownByTheWordsThatTablesUse(t *testing.T) {
	header, rows, _, left := telco(900, 4)
	table := header + "\n" + strings.Join(rows, "\n") + "\n"
	came := 0
	for _, gone := range left {
		if gone {
			came++
		}
	}
	for name, words := range map[string][]string{
		"yes, no": {"Yes", "No"}, "letters": {"Y", "N"}, "numbers": {"1", "0"}, "with dots": {"True.", "False."}, "customers": {"Attrited Customer", "Existing Customer"}, "verbs": {"Churned", "Stayed"},
		"the rest": {"Exited", "Retained"}, "one word known": {"Away", "Active"}, "the other": {"Left", "Here"}, "said": {"B", "A", "--positive", "B"},
		"of three": {"Churned", "Stayed", "--positive", "churned"},
	} {
		t.Run(name, func(t *testing.T) {
			said := strings.NewReplacer(",Yes\n", ","+words[0]+"\n", ",No\n", ","+words[1]+"\n").Replace(table)
			if name == "of three" {
				said = strings.Replace(said, ",Stayed\n", ",Joined\n", 9)
			}
			var out, errs bytes.Buffer
			code := run(context.Background(), append(strings.Fields("stats churn - --id customerID --target Churn"), words[2:]...), strings.NewReader(said), &out, &errs)
			if want := fmt.Sprintf(`"outcomes": %d`, came); code != done || !strings.Contains(out.String(), want) {
				t.Errorf("exit %d, want %s: %s %.300s", code, want, &errs, &out)
			}
		})
	}
}
