package metric_test

import (
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestTwoSegmentsAreComparedAndToldWhetherTheyDiffer(t *testing.T) {
	rows := []row{{kind: "accounts", account: "glad", at: on("2026-01-01"), f: set{"plan": "pro"}}, {kind: "accounts", account: "sad", at: on("2026-01-01"), f: set{"plan": "free"}}}
	for range 40 {
		rows = append(rows, row{kind: "answers", account: "glad", at: on("2026-05-10"), f: set{"kind": "nps", "score": 10.0}}, row{kind: "answers", account: "sad", at: on("2026-05-10"), f: set{"kind": "nps", "score": 2.0}})
	}
	rows = append(rows, row{kind: "answers", account: "glad", at: on("2026-05-10"), f: set{"kind": "nps", "score": 2.0}}, row{kind: "answers", account: "sad", at: on("2026-05-10"), f: set{"kind": "nps", "score": 10.0}})
	for i := range rows {
		rows[i].user = "u"
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		ask := metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01"}
		v, err := s.Versus(t.Context(), ask, "plan = free", "plan = pro")
		if err != nil {
			t.Fatal(err)
		}
		if v.A.N != 41 || v.B.N != 41 || v.Difference == nil || v.Difference.Float < 190 || v.Significant == nil || !*v.Significant || v.A.Interval == nil || v.A.Segment != `plan = "free"` {
			t.Errorf("%+v", v)
		}
		if v, err = s.Versus(t.Context(), ask, "plan = pro", ""); err != nil || v.B.N != 82 || v.Difference.Float > 0 {
			t.Errorf("%+v %v", v, err)
		}
		if v, err = s.Versus(t.Context(), ask, "plan = pro", "plan = nobody"); err != nil || v.Difference != nil || v.Significant != nil || v.B.Value != nil {
			t.Errorf("against nobody: %+v %v", v, err)
		}
		if _, err = s.Versus(t.Context(), ask, "plan = pro", "plan ="); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v", err)
		}
	})
}
