package i18n

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

const nbsp = "\u00a0"

// How a language writes numbers (CLDR): x/text/number would do for three of four, but it groups the four
// digits that Spanish leaves together.
type marks struct {
	group, decimal string
	minGroup       int // digits before the first group mark that are needed to group at all
	moneyFirst     bool
}

var marksOf = map[Lang]marks{
	EN: {",", ".", 1, true},
	ES: {".", ",", 2, false},
	RO: {".", ",", 1, false},
	RU: {nbsp, ",", 1, false},
}

func (l Lang) marks() marks {
	m, ok := marksOf[l]
	if !ok {
		return marksOf[EN]
	}
	return m
}

// Integer writes a whole number: 12,345 · 12.345 · 12 345.
func Integer(l Lang, n int64) string {
	return l.marks().write(strconv.FormatInt(n, 10))
}

// Number writes v rounded to that many decimals. What is not a number is written "–".
func Number(l Lang, v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return l.marks().write(strconv.FormatFloat(v, 'f', decimals, 64))
}

// Percent writes a share (0.125) as a percentage with that many decimals: 12.5 %. English too has a space before the sign, as
// ISO 80000-1 has it: one way on every page, whatever the language.
func Percent(l Lang, share float64, decimals int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	return Number(l, share*100, decimals) + nbsp + "%"
}

var symbols = map[string]string{"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "RUB": "₽", "UAH": "₴", "INR": "₹", "KRW": "₩"}

// Money writes an amount in the major unit with its ISO 4217 currency, rounded to the decimals that the
// currency has: €1,234.50 · 1234,50 € · 1 234,50 ₽. It is for showing: exact up to 2^53 minor units.
func Money(l Lang, amount float64, code string) string {
	decimals := 2
	if unit, err := currency.ParseISO(code); err == nil {
		decimals, _ = currency.Standard.Rounding(unit)
	}
	return writeMoney(l, amount, code, decimals)
}

// WholeMoney is Money without decimals, for large amounts: €412,300.
func WholeMoney(l Lang, amount float64, code string) string { return writeMoney(l, amount, code, 0) }

func writeMoney(l Lang, amount float64, code string, decimals int) string {
	symbol, known := symbols[code]
	if !known {
		symbol = code
	}
	text := Number(l, amount, decimals)
	switch {
	case code == "":
		return text
	case !l.marks().moneyFirst:
		return text + nbsp + symbol
	}
	if !known {
		symbol += nbsp
	}
	digits, negative := strings.CutPrefix(text, "−")
	if negative {
		return "−" + symbol + digits
	}
	return symbol + digits
}

// write puts the marks into a plain decimal number such as -1234.50.
func (m marks) write(plain string) string {
	digits, negative := strings.CutPrefix(plain, "-")
	before, after, fraction := strings.Cut(digits, ".")
	if strings.Trim(digits, "0.") == "" {
		negative = false // -0.00 is what rounding leaves, nobody writes it
	}
	var b strings.Builder
	if negative {
		b.WriteRune('−') // as wide as the plus, and no hyphen that a line may break after
	}
	grouped := len(before) >= 3+m.minGroup
	for i, d := range before {
		if grouped && i > 0 && (len(before)-i)%3 == 0 {
			b.WriteString(m.group)
		}
		b.WriteRune(d)
	}
	if fraction {
		b.WriteString(m.decimal + after)
	}
	return b.String()
}
