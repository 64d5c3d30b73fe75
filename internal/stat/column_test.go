package stat

import (
	"math"
	"testing"
)

func TestAColumnIsReadAsWhatItsCellsAre(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		want  []float64 // nil: labels
	}{
		"numbers":                     {[]string{"1", " 2.5", "-3e2", "", "NA"}, []float64{1, 2.5, -300, math.NaN(), math.NaN()}},
		"amounts":                     {[]string{"$1,250.00", "$80", "-$3", "€12.5", "£1,000,000"}, []float64{1250, 80, -3, 12.5, 1e6}},
		"shares":                      {[]string{"12%", "7.5 %", "100%", "0%"}, []float64{12, 7.5, 100, 0}},
		"days":                        {[]string{"1970-01-02", "1970-02-01T12:00:00Z", "1970-01-03 06:00"}, []float64{1, 31.5, 2.25}},
		"days as Americans write":     {[]string{"1/31/1970", "02/01/1970", "12/31/1969"}, []float64{30, 31, -1}},
		"days as others write":        {[]string{"31/1/1970", "01/02/1970", "31/12/1969"}, []float64{30, 31, -1}},
		"days with dashes":            {[]string{"31-01-1970", "01-02-1970", "31-12-1969"}, []float64{30, 31, -1}},
		"days with dots":              {[]string{"31.01.1970", "1.2.1970", "31.12.1969"}, []float64{30, 31, -1}},
		"days with months":            {[]string{"Jan 31, 1970", "Feb 1, 1970", "December 31, 1969"}, []float64{30, 31, -1}},
		"labels":                      {[]string{"DSL", "Fiber optic", "No"}, nil},
		"labels with signs":           {[]string{"$60K - $80K", "Less than $40K", "$120K +"}, nil},
		"codes with commas elsewhere": {[]string{"1,2", "3,4", "12,5"}, nil},
		"numbers too far out":         {[]string{"1e300", "1e301"}, nil},
	} {
		all := make([]int, len(c.cells))
		for i := range all {
			all[i] = i
		}
		got, odd := ParseColumn(name, c.cells, all)
		if (got.Numbers == nil) != (c.want == nil) || odd > 0 {
			t.Errorf("%s: %+v, %d odd", name, got, odd)
			continue
		}
		for i, x := range c.want {
			if math.Abs(got.Numbers[i]-x) > 1e-9 || math.IsNaN(got.Numbers[i]) != math.IsNaN(x) {
				t.Errorf("%s: %q is %v, want %v", name, c.cells[i], got.Numbers[i], x)
			}
		}
	}
}
