package reading

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// setPrefix stands before the id of a policy that a question states: set.inactive_days=60.
const setPrefix = "set."

// fields are the parts of a question that are plain parameters of an address.
func fields(q *board.Question) map[string]*string {
	return map[string]*string{"period": &q.Period, "from": &q.From, "to": &q.To, "grain": &q.Grain, "by": &q.By, "segment": &q.Segment,
		"variant": &q.Variant, "as_of": &q.AsOf, "currency": &q.Currency, "convention": &q.Convention}
}

// Question is the question that an address holds.
func Question(v url.Values) board.Question {
	var q board.Question
	for name, into := range fields(&q) {
		*into = strings.TrimSpace(v.Get(name))
	}
	for name := range v {
		if id, ok := strings.CutPrefix(name, setPrefix); ok && strings.TrimSpace(v.Get(name)) != "" {
			if q.Set == nil {
				q.Set = map[string]string{}
			}
			q.Set[id] = v.Get(name)
		}
	}
	if q.Period != "" && !slices.Contains(board.Periods, q.Period) {
		q.Period = "" // "between two dates", or nonsense
	} else if q.Period != "" {
		q.From, q.To = "", ""
	}
	return q
}

// Values is the address that holds a question.
func Values(q board.Question) url.Values {
	v := url.Values{}
	for name, from := range fields(&q) {
		if *from != "" {
			v.Set(name, *from)
		}
	}
	for id, value := range q.Set {
		v.Set(setPrefix+id, value)
	}
	return v
}

// Link is an address with a question, and further parameters as pairs.
func Link(path string, q board.Question, more ...string) string {
	v := Values(q)
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Page is the address of a metric's page with a question.
func Page(id string, q board.Question) string { return Link("/metrics/"+url.PathEscape(id), q) }

// Ask is the question about the period's value. now is in the workspace zone.
func Ask(id string, q board.Question, lang i18n.Lang, now time.Time) metric.Ask {
	from, to := q.Span(now)
	return metric.Ask{Metric: id, Variant: q.Variant, From: from, To: to, By: q.By, Segment: q.Segment, AsOf: q.AsOf, Currency: q.Currency,
		Convention: q.Convention, Set: q.Set, Lang: lang}
}

// months of the trend, the running one included.
const months = 12

// Series is the question behind the chart: the chosen period by the chosen grain, else the twelve months up to its end.
func Series(id string, q board.Question, lang i18n.Lang, now time.Time) metric.Ask {
	ask := Ask(id, q, lang, now)
	if ask.Grain = q.Grain; ask.Grain != "" {
		return ask
	}
	last := now
	if end, err := time.Parse(time.DateOnly, ask.To); err == nil {
		last = end.AddDate(0, 0, -1)
	} else {
		if asOf, err := time.Parse(time.DateOnly, q.AsOf); err == nil && asOf.Before(last) {
			last = asOf
		}
		ask.To = day(last.Year(), last.Month(), last.Day()+1)
	}
	ask.Grain, ask.From = string(metric.Month), day(last.Year(), last.Month()-months+1, 1)
	return ask
}

// Earlier is the series to compare one with: the year before for months and longer, the time just before for what is
// shorter. False when the series has no dates to count back from.
func Earlier(series metric.Ask, now time.Time) (metric.Ask, bool) {
	to, err := time.Parse(time.DateOnly, series.To)
	if series.To == "" {
		to, err = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC), nil
	}
	from, err2 := time.Parse(time.DateOnly, series.From)
	if series.From == "" {
		from, err2 = to.AddDate(0, 0, -30), nil
	}
	if err != nil || err2 != nil || !from.Before(to) {
		return series, false
	}
	series.By = ""
	switch grain := metric.Grain(series.Grain); grain {
	case metric.Month, metric.Quarter, metric.Year:
		years := max(1, int(to.Sub(from).Hours()/24/366)+1)
		from, to = from.AddDate(-years, 0, 0), to.AddDate(-years, 0, 0)
	default:
		days := int(to.Sub(from).Hours()/24 + 0.5)
		if grain == metric.Week {
			days = (days + 6) / 7 * 7
		}
		from, to = from.AddDate(0, 0, -days), to.AddDate(0, 0, -days)
	}
	series.From, series.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
	return series, true
}

func day(y int, m time.Month, d int) string {
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}
