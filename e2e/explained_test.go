package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Numbers that lead nowhere, and why that is right: what they stand in, and the reason.
var unexplained = map[string]string{
	".count-of":           "counts the list that it heads",
	"#scale":              "what others reach, with the source beside it",
	".pair .card.list":    "how well the model of risk foretold: what the numbers of forecasts lead to",
	"#past tr:last-child": "the first score has none before it that it could have changed from",
}

// A number is a link to what it was counted from, or stands beside one: in its row, its heading or under its table.
func TestEveryNumberLeadsToItsExplanation(t *testing.T) {
	s := madeUp(t)
	pages := (&walk{s: s}).discover(t)
	window, _ := browserFor(t, 15*60*1e9)
	s.enter(t, window, "en")
	do(t, window, wide)
	var left []string
	for selector := range unexplained {
		left = append(left, selector)
	}
	for _, path := range pages {
		do(t, window, chromedp.Navigate(s.url+path))
		settled(t, window)
		reveal(t, window)
		for _, n := range evaluate[[]string](t, window, fmt.Sprintf(numbersAlone, strings.Join(left, ", "))) {
			t.Errorf("%s: %s", path, n)
		}
	}
}

// numbersAlone are the numbers of a page from which no link leads on.
const numbersAlone = `(() => {
	const seen = e => e.checkVisibility({visibilityProperty: true}), excepted = %q, alone = [];
	const leads = e => [...e.querySelectorAll("a[href]")].length > 0;
	for (const e of document.querySelectorAll("main .value, main td.num, main .count-of, main .heatmap td, main .triangle td, main svg.chart, main svg.square")) {
		if (!/\d/.test(e.textContent) || !seen(e) || e.closest("a[href]") || leads(e) || excepted && e.closest(excepted)) continue;
		const row = e.closest("tr, li, .headline, .stat, figure"), card = e.closest("section, .card"), table = e.closest("table");
		if (row && leads(row) || card && [...card.querySelectorAll(":scope > header, :scope > .under, :scope > h2, :scope > p")].some(leads) || table && leads(table.tHead ?? table.createCaption())) continue;
		const where = card ? (card.id ? "#" + card.id : "." + [...card.classList].join(".")) + " " + (card.querySelector("h2, h3")?.innerText ?? "") : "";
		alone.push(where + " | " + e.getAttribute("class") + " | " + e.textContent.slice(0, 30));
	}
	return [...new Map(alone.map(a => [a.split("|").slice(0, 2).join(), a])).values()];
})()`
