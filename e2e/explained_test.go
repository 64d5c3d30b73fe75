package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Numbers that lead nowhere, and why that is right: what they stand in, and the reason.
var unexplained = map[string]string{
	".count-of":           "counts the list that it heads",
	"#scale":              "what others reach, with the source beside it",
	".pair .card.list":    "how well the model of risk foretold: what the numbers of forecasts lead to",
	"#past tr:last-child": "the first score has none before it that it could have changed from",
}

// explains checks that a number is a link to what it was counted from, or stands beside one: in its row, its heading or
// under its table.
func (w *walk) explains(t *testing.T) {
	t.Helper()
	for _, n := range evaluate[[]string](t, w.page, fmt.Sprintf(numbersAlone, strings.Join(slices.Sorted(maps.Keys(unexplained)), ", "))) {
		t.Errorf("no link leads from a number to its explanation: %s", n)
	}
}

// numbersAlone are the numbers of a page from which no link leads on.
const numbersAlone = `(() => {
	const seen = e => e.checkVisibility({visibilityProperty: true}), excepted = %q, alone = [];
	const leads = e => [...e.querySelectorAll("a[href]")].length > 0;
	for (const e of document.querySelectorAll("main .value, main td.num, main .count-of, main .heatmap td, main .triangle td, main svg.chart, main svg.square")) {
		if (!/\d/.test(e.textContent) || !seen(e) || e.closest("a[href]") || leads(e) || excepted && e.closest(excepted)) continue;
		const row = e.closest("tr, li, .headline, .stat, figure"), card = e.closest("section, .card"), table = e.closest("table");
		if (row && leads(row) || card && [...card.querySelectorAll(":scope > header, :scope > .under, :scope > h2, :scope > p")].some(leads) || table?.tHead && leads(table.tHead)) continue;
		const where = card ? (card.id ? "#" + card.id : "." + [...card.classList].join(".")) + " " + (card.querySelector("h2, h3")?.innerText ?? "") : "";
		alone.push(where + " | " + e.getAttribute("class") + " | " + e.textContent.slice(0, 30));
	}
	return [...new Map(alone.map(a => [a.split("|").slice(0, 2).join(), a])).values()];
})()`
