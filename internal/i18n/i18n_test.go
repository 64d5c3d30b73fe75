package i18n

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

func TestAllLanguagesSayTheSameThings(t *testing.T) {
	keys := slices.Sorted(maps.Keys(locales[EN]))
	for _, l := range Langs[1:] {
		for _, key := range slices.Sorted(maps.Keys(locales[l])) {
			if !Has(key) {
				t.Errorf("%s.json has %q, en.json does not", l, key)
			}
		}
		for _, key := range keys {
			if _, ok := locales[l][key]; !ok {
				t.Errorf("%s.json lacks %q", l, key)
			}
		}
	}
}

func TestEveryTextIsFilledInWithTheSamePlaceholders(t *testing.T) {
	holder, counter := regexp.MustCompile(`\{\w*\}`), regexp.MustCompile(`\{(\w+):([\w.]+)\}`)
	holders := func(s string) string {
		for _, by := range counter.FindAllStringSubmatch(s, -1) {
			if locales[EN][by[2]].forms == nil {
				t.Errorf("%q counts by %s, which has no plural forms", s, by[2])
			}
		}
		found := holder.FindAllString(counter.ReplaceAllString(s, "{$1}"), -1)
		slices.Sort(found)
		return strings.Join(slices.Compact(found), "")
	}
	for key, en := range locales[EN] {
		want := holders(en.text + en.forms[Other])
		for _, l := range Langs {
			m := locales[l][key]
			if (m.forms == nil) != (en.forms == nil) {
				t.Errorf("%s %q: a plural in one language and not in the other", l, key)
				continue
			}
			texts := map[Form]string{"": m.text}
			if m.forms != nil {
				texts = m.forms
				forms := Forms(l)
				slices.Sort(forms)
				if got := slices.Sorted(maps.Keys(m.forms)); !slices.Equal(got, forms) {
					t.Errorf("%s %q: forms %v, want %v", l, key, got, forms)
				}
			}
			for form, text := range texts {
				// "one" may spell the number out: "a fact".
				if got := holders(text); got != want && !(form == One && got == strings.Replace(want, "{n}", "", 1)) {
					t.Errorf("%s %q %s: placeholders %s, want %s", l, key, form, got, want)
				}
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s %q %s: empty", l, key, form)
				}
			}
		}
	}
}

func TestCountsTakeTheRightPlural(t *testing.T) {
	for l, want := range map[Lang]map[any]string{
		EN: {0: "0 facts", 1: "1 fact", 2: "2 facts", 1.5: "1.5 facts", 1000: "1,000 facts"},
		ES: {0: "0 hechos", 1: "1 hecho", 2: "2 hechos", 1_000_000: "1.000.000 de hechos", 1.5: "1,5 hechos"},
		RO: {0: "0 fapte", 1: "1 fapt", 2: "2 fapte", 19: "19 fapte", 20: "20 de fapte", 100: "100 de fapte",
			101: "101 fapte", 119: "119 fapte", 120: "120 de fapte", 1.5: "1,5 fapte"},
		RU: {0: "0 фактов", 1: "1 факт", 2: "2 факта", 5: "5 фактов", 11: "11 фактов", 12: "12 фактов", 14: "14 фактов",
			21: "21 факт", 22: "22 факта", 25: "25 фактов", 111: "111 фактов", 1.5: "1,5 факта", int64(-1): "−1 факт"},
	} {
		for n, text := range want {
			if got := T(l, "facts.count", "n", n); got != text {
				t.Errorf("%s %v: %q, want %q", l, n, got, text)
			}
		}
	}
}

func TestEveryNumberOfATextTakesItsOwnPlural(t *testing.T) {
	for l, want := range map[Lang]string{
		EN: "1 look at 2 accounts · 90 days", ES: "1 observación de 2 cuentas · 90 días",
		RO: "1 observație despre 2 conturi · 90 de zile", RU: "1 наблюдение · 2 аккаунта · 90 дней",
	} {
		if got := T(l, "backtest.scope", "looks", 1, "accounts", 2, "days", 90); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}

// A number beside a noun that can't change with it reads "1 months" in some language.
func TestNoTextCountsANounThatCannotChange(t *testing.T) {
	counted := map[Lang]*regexp.Regexp{
		EN: regexp.MustCompile(`\{\w+\} (accounts|customers|months|days|weeks|hours|minutes|rows|facts|looks|cases|scores|outcomes|groups|metrics|answers|conditions)\b`),
		ES: regexp.MustCompile(`\{\w+\} (de )?(cuentas|clientes|meses|días|semanas|horas|minutos|filas|hechos|observaciones|casos|puntuaciones|grupos|métricas|respuestas)`),
		RO: regexp.MustCompile(`\{\w+\} (de )?(conturi|clienți|luni|zile|săptămâni|ore|minute|rânduri|fapte|observații|cazuri|scoruri|grupuri|indicatori|răspunsuri)`),
		RU: regexp.MustCompile(`\{\w+\} (аккаунт|клиент|месяц|мес\.|дн|недел|час|минут|строк|факт|наблюдени|случа|оцен|исход|групп|метрик|ответ)`),
	}
	for l, nouns := range counted {
		for key, m := range locales[l] {
			if m.forms == nil && nouns.MatchString(m.text) {
				t.Errorf("%s %q: %q has no plural forms", l, key, m.text)
			}
		}
	}
}

func TestPluralsAgreeWithUnicode(t *testing.T) {
	tags := map[Lang]language.Tag{EN: language.English, ES: language.Spanish, RO: language.Romanian, RU: language.Russian}
	names := map[plural.Form]Form{plural.One: One, plural.Few: Few, plural.Many: Many, plural.Other: Other}
	for l, tag := range tags {
		for n := range 2345 {
			if want := names[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]; Plural(l, int64(n)) != want {
				t.Errorf("%s %d: %s, want %s", l, n, Plural(l, int64(n)), want)
			}
		}
	}
}

func TestUnknownKeysAreSeen(t *testing.T) {
	if got := T(RO, "no.such.key"); got != "⟨no.such.key⟩" {
		t.Error(got)
	}
	if got := T("xx", "facts.count", "n", 2); got != "2 facts" {
		t.Error(got)
	}
}

func TestArgumentsAreNotReadAsTexts(t *testing.T) {
	if got := T(EN, "facts.count", "n", "{n}{n}"); got != "{n}{n} facts" {
		t.Error(got)
	}
}

func TestReadersGetTheirLanguage(t *testing.T) {
	for header, want := range map[string]Lang{
		"":                                 EN,
		"ro-MD,ro;q=0.9,ru;q=0.8":          RO,
		"mo":                               RO,
		"ru":                               RU,
		"es-419,en;q=0.5":                  ES,
		"de-DE,de;q=0.9,es;q=0.4":          ES,
		"fr, en;q=0.3":                     EN,
		"zh":                               EN,
		"en;q=0.1, ru;q=0.9":               RU,
		"*":                                EN,
		"\x00;;q=":                         EN,
		strings.Repeat("en-", 20_000):      EN,
		"x-klingon,ro;q=0.2":               RO,
		"uk-UA,uk;q=0.9,ru;q=0.8,en":       EN, // en has q=1
		"uk-UA,uk;q=0.9,ru;q=0.8,en;q=0.7": RU,
		"sr-Latn-RS,hr;q=0.7,ro;q=0.01":    RO,
	} {
		if got := Match(header); got != want {
			t.Errorf("%.40q: %s, want %s", header, got, want)
		}
	}
}

func TestTextFallsBackToEnglishAndKnowsWhatItLacks(t *testing.T) {
	whole := Text{"Churn", "Abandono", "Abandon", "Отток"}
	if whole.Complete() != nil || whole.In(RU) != "Отток" || whole.In("xx") != "Churn" {
		t.Errorf("%v %q %q", whole.Complete(), whole.In(RU), whole.In("xx"))
	}
	part := Text{EN: "Churn", ES: "Abandono", RU: " "}
	if part.In(RO) != "Churn" {
		t.Errorf("no fallback: %q", part.In(RO))
	}
	if err := part.Complete(); err == nil || err.Error() != `text "Churn" is missing in ro, ru` {
		t.Error(err)
	}
}

func TestNumbersAreWrittenAsReadersWriteThem(t *testing.T) {
	day := time.Date(2026, time.May, 3, 15, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		what           string
		write          func(Lang) string
		en, es, ro, ru string
	}{
		{"four digits", func(l Lang) string { return Integer(l, 1234) }, "1,234", "1234", "1.234", "1\u00a0234"},
		{"many digits", func(l Lang) string { return Number(l, -1234567.891, 2) }, "−1,234,567.89", "−1.234.567,89", "−1.234.567,89", "−1\u00a0234\u00a0567,89"},
		{"no minus zero", func(l Lang) string { return Number(l, -0.004, 2) }, "0.00", "0,00", "0,00", "0,00"},
		{"no number", func(l Lang) string { var zero float64; return Number(l, zero/zero, 2) }, "–", "–", "–", "–"},
		{"percent", func(l Lang) string { return Percent(l, 0.125, 1) }, "12.5\u00a0%", "12,5\u00a0%", "12,5\u00a0%", "12,5\u00a0%"},
		{"euros", func(l Lang) string { return Money(l, -12345.5, "EUR") }, "−€12,345.50", "−12.345,50\u00a0€", "−12.345,50\u00a0€", "−12\u00a0345,50\u00a0€"},
		{"lei", func(l Lang) string { return Money(l, 20, "MDL") }, "MDL\u00a020.00", "20,00\u00a0MDL", "20,00\u00a0MDL", "20,00\u00a0MDL"},
		{"yen have no decimals", func(l Lang) string { return Money(l, 500, "JPY") }, "¥500", "500\u00a0¥", "500\u00a0¥", "500\u00a0¥"},
		{"whole euros", func(l Lang) string { return WholeMoney(l, -412300.5, "EUR") }, "−€412,300", "−412.300\u00a0€", "−412.300\u00a0€", "−412\u00a0300\u00a0€"},
		{"month", func(l Lang) string { return Month(l, day) }, "May 2026", "may 2026", "mai 2026", "май 2026"},
		{"day", func(l Lang) string { return Date(l, day) }, "3 May 2026", "3 may 2026", "3 mai 2026", "3 мая 2026\u00a0г."},
		{"minute", func(l Lang) string { return DateTime(l, day) }, "3 May 2026, 15:04", "3 may 2026, 15:04", "3 mai 2026, 15:04", "3 мая 2026\u00a0г., 15:04"},
		{"now", func(l Lang) string { return RelativeTime(l, day.Add(-59*time.Second), day) }, "just now", "ahora mismo", "chiar acum", "только что"},
		{"past", func(l Lang) string { return RelativeTime(l, day.Add(-21*time.Minute), day) }, "21 minutes ago", "hace 21 minutos", "acum 21 de minute", "21 минуту назад"},
		{"future", func(l Lang) string { return RelativeTime(l, day.Add(49*time.Hour), day) }, "in 2 days", "dentro de 2 días", "peste 2 zile", "через 2 дня"},
		{"years", func(l Lang) string { return RelativeTime(l, day.AddDate(-5, 0, 0), day) }, "5 years ago", "hace 5 años", "acum 5 ani", "5 лет назад"},
	} {
		for l, want := range map[Lang]string{EN: c.en, ES: c.es, RO: c.ro, RU: c.ru} {
			if got := c.write(l); got != want {
				t.Errorf("%s in %s: %q, want %q", c.what, l, got, want)
			}
		}
	}
}
