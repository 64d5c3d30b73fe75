package metric

import "testing"

func TestOnlySumsAndCountsOfRowsAddUpOverTheirPoints(t *testing.T) {
	for sql, want := range map[string]bool{
		"": true, "count(*)": true, "sum(case when x in ('a', 'b') then 1 else 0 end)": true, "sum(promoter) - sum(detractor)": true, "Sum(a)\n + count(b)": true,
		"count(distinct person)": false, "sum(a) / sum(b)": false, "max(a)": false, "avg(a)": false, "1 + sum(a)": false, "sum(a": false,
		"100.0 * sum(a)": false, "sum(a) over ()": false, "percentile_cont(0.5) within group (order by a)": false,
	} {
		if got := isSum(sql); got != want {
			t.Errorf("%q adds up: %v", sql, got)
		}
	}
}

func TestOnlyRowsThatStandForThemselvesAreCountedPieceByPiece(t *testing.T) {
	for body, want := range map[string]bool{
		"select a.i, a.account, a.score from {during(answers)} a\nwhere a.kind = 'nps' and {policy.x(a.kind)}": true,
		"select a.i, extract(epoch from a.ts) as s\nfrom {during(answers)} a":                                  true,
		"select distinct a.i, a.account from {during(answers)} a":                                              false,
		"select a.i, a.account, count(*) as n from {during(answers)} a group by a.i, a.account":                false,
		"select a.i, a.account, row_number() over (order by a.ts) as n from {during(answers)} a":               false,
		"select a.i, a.account from {during(answers)} a where a.account = {pages}":                             false,
		"select a.i, a.ts >= a.from_ts as late from {during(answers)} a":                                       false,
		"select a.i from {during(answers)} a join {paying} p on p.i = a.i":                                     false,
		"select a.i from {during(answers)} a where a.account in (select p.account from {paying} p)":            false,
		"select p.i, a.account from {points} p join {answers} a on a.ts >= p.from_ts and a.ts < p.to_ts":       false,
		"select a.i from {during(answers)} a order by a.ts limit 5":                                            false,
	} {
		if got := addsUp(&Definition{Body: body, Numerator: "count(*)", N: "count(*)"}); got != want {
			t.Errorf("%q by itself: %v", body, got)
		}
	}
}
