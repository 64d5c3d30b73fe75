package i18n

// Form is a plural form of CLDR.
type Form string

const (
	One   Form = "one"
	Few   Form = "few"
	Many  Form = "many"
	Other Form = "other"
)

// Forms are the plural forms a language has.
func Forms(l Lang) []Form {
	switch l {
	case ES:
		return []Form{One, Many, Other}
	case RO:
		return []Form{One, Few, Other}
	case RU:
		return []Form{One, Few, Many, Other}
	}
	return []Form{One, Other}
}

// Plural is the form that goes with n things. The rules are CLDR 48's for whole numbers; x/text is at
// CLDR 32, which does not know the Spanish "un millón de". A number with decimals takes Fractional.
func Plural(l Lang, n int64) Form {
	if n < 0 {
		n = -n
	}
	switch l {
	case ES:
		switch {
		case n == 1:
			return One
		case n != 0 && n%1_000_000 == 0:
			return Many
		}
	case RO:
		switch {
		case n == 1:
			return One
		case n == 0 || n%100 >= 1 && n%100 <= 19:
			return Few
		}
	case RU:
		ten, hundred := n%10, n%100
		switch {
		case ten == 1 && hundred != 11:
			return One
		case ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14):
			return Few
		}
		return Many
	default:
		if n == 1 {
			return One
		}
	}
	return Other
}

// Fractional is the form that goes with a number written with decimals: "1,5 факта", "1,5 fapte".
func Fractional(l Lang) Form {
	if l == RO {
		return Few
	}
	return Other
}
