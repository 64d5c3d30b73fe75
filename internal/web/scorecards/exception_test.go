package scorecards

import (
	"net/url"
	"reflect"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

// sent is what a browser sends of exceptions.
func sent(how string, all []exceptionForm) url.Values {
	form := url.Values{"open.how": {how}}
	for _, e := range all {
		for name, value := range map[string]string{"younger": e.Younger, "older": e.Older, "months": e.Months, "segment": e.Segment, "scale": e.Scale} {
			form.Add("limit."+name, value)
		}
	}
	return form
}

func TestExceptionsComeBackFromTheFormAsTheyWere(t *testing.T) {
	otherwise := 20.0
	for how, limits := range map[string][]health.Limit{
		linear: {{When: health.When{YoungerThan: 30}, Scale: health.Scale{Steps: true, Points: [][2]float64{{0, 60}, {1.5, 100}}}},
			{When: health.When{OlderThan: 365, Months: []int{7, 12}, Segment: `plan = "a; b: c"`}, Scale: health.Scale{Points: [][2]float64{{-10, 0}, {0, 50}, {10, 100}}}}},
		words: {{When: health.When{Months: []int{1}}, Scale: health.Scale{Choices: map[string]float64{"so: so": 50, "well": 100}, Otherwise: &otherwise}}},
		steps: nil,
	} {
		m := &health.Measure{Limits: limits}
		shown := exceptionsOf(m)
		if len(shown) != len(limits)+1 {
			t.Fatalf("%d are shown of %d", len(shown), len(limits))
		}
		d := &drafting{form: sent(how, shown), bad: fault.New(fault.Invalid, "x")}
		d.exceptions("m", m)
		if !reflect.DeepEqual(m.Limits, limits) || len(d.bad.Fields) > 0 {
			t.Errorf("%s: %+v came back as %+v; %v", how, limits, m.Limits, d.bad.Fields)
		}
	}
}

func TestAnExceptionIsAddedTakenAwayAndRefusedFieldByField(t *testing.T) {
	m := &health.Measure{Limits: []health.Limit{{When: health.When{YoungerThan: 14}, Scale: health.Scale{Points: [][2]float64{{0, 0}, {5, 100}}}}}}
	read := func(how string, all ...exceptionForm) []fault.Field {
		d := &drafting{form: sent(how, all), bad: fault.New(fault.Invalid, "x")}
		d.exceptions("groups[0].measures[1]", m)
		return d.bad.Fields
	}
	if bad := read(steps, exceptionForm{}, exceptionForm{Months: "12", Scale: "8: 100; 0: 10"}); len(bad) > 0 || len(m.Limits) != 1 || m.Limits[0].When.Months[0] != 12 || m.Limits[0].Scale.Points[0] != [2]float64{0, 10} {
		t.Errorf("%v %+v", bad, m.Limits)
	}
	if bad := read(linear, exceptionForm{Younger: "soon", Scale: "10"}); len(bad) != 2 || bad[0].Name != "groups[0].measures[1].limits[0]" {
		t.Errorf("%+v", bad)
	}
	before := m.Limits
	d := &drafting{form: url.Values{}, bad: fault.New(fault.Invalid, "x")}
	if d.exceptions("m", m); !reflect.DeepEqual(m.Limits, before) {
		t.Error("a form without exceptions took them away")
	}
}
