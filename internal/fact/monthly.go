package fact

import (
	"math/big"
	"time"
)

// MonthlyUnit is how many units of a monthly value one minor unit is: quotients like a yearly price / 12 are kept to a
// millionth of a cent, so that their sums are right to the cent however many there are.
const MonthlyUnit = 1_000_000

// Months in one interval, as the fractions that billing uses: 52 weeks and 365 days to a year.
var monthsIn = map[string]*big.Rat{
	"day": big.NewRat(12, 365), "week": big.NewRat(12, 52), "month": big.NewRat(1, 1),
	"quarter": big.NewRat(3, 1), "year": big.NewRat(12, 1),
}

// Monthly is amount (minor units) x quantity x (1 - discount/100) for every count intervals, brought to a month, in
// millionths of the minor unit, rounded half away from zero. False when it does not fit.
func Monthly(amount, quantity int64, discount, interval string, count int64) (int64, bool) {
	value := new(big.Rat).SetInt64(amount)
	value.Mul(value, new(big.Rat).SetInt64(quantity))
	if discount != "" {
		off, ok := new(big.Rat).SetString(discount)
		if !ok {
			return 0, false
		}
		off.Sub(big.NewRat(100, 1), off)
		value.Mul(value, off.Quo(off, big.NewRat(100, 1)))
	}
	months, ok := monthsIn[interval]
	if !ok {
		return 0, false
	}
	value.Quo(value, new(big.Rat).Mul(months, new(big.Rat).SetInt64(count)))
	return inMonthlyUnits(value)
}

// MonthlyOfTerm is a contract's value / the months of its term (UTC microseconds). A term from one day of a month to
// the same day of another, by the calendar of zone, counts whole months; any other counts days x 12/365.
func MonthlyOfTerm(value, start, end int64, zone *time.Location) (int64, bool) {
	months := termMonths(time.UnixMicro(start).In(zone), time.UnixMicro(end).In(zone))
	return inMonthlyUnits(new(big.Rat).Quo(new(big.Rat).SetInt64(value), months))
}

func termMonths(start, end time.Time) *big.Rat {
	whole := (end.Year()-start.Year())*12 + int(end.Month()) - int(start.Month())
	if whole > 0 && start.AddDate(0, whole, 0).Equal(end) {
		return big.NewRat(int64(whole), 1)
	}
	return big.NewRat(end.Sub(start).Milliseconds()*12, 365*24*3600*1000)
}

func inMonthlyUnits(value *big.Rat) (int64, bool) {
	value.Mul(value, big.NewRat(MonthlyUnit, 1))
	num, den := new(big.Int).Lsh(value.Num(), 1), value.Denom()
	if num.Sign() >= 0 {
		num.Add(num, den)
	} else {
		num.Sub(num, den)
	}
	num.Quo(num, new(big.Int).Lsh(den, 1))
	return num.Int64(), num.IsInt64()
}
