package demo

// What an account buys and is billed, as its life decides it; money.go writes it down.

// change is a subscription's new state from a day on.
type change struct {
	day, sub     int
	status       string
	plan, seats  int
	price        int64 // for a seat and interval
	discount     int   // percent
	yearly       bool
	trialEnd     int
	reason, kind string
	added        int // seats that were added within a term
}

// bill is one invoice and what became of it.
type bill struct {
	n, day, days int
	amount       int64
	tries        []int // days of card payments that failed
	paid         int   // day; -1 when it never was
	part         int64
	status       string // what it ends as
	contract     int    // 0: none
}

// contract is an agreement for a year, or what became of one.
type contract struct {
	n, day, start, end int
	value              int64
	status             string
	renewedTo          int
	terms              string
}

func (l *life) months() int {
	if l.a.yearly {
		return 12
	}
	return 1
}

// total is the price of one interval, exact: seat prices are whole units, so percents of them are whole hundredths.
func (l *life) total() int64 {
	return l.price * int64(l.a.seats) * int64(100-l.a.discount) / 100
}

func (l *life) change(day int, status string) {
	a := l.a
	a.changes = append(a.changes, change{day: day, sub: l.sub, status: status, plan: a.plan, seats: a.seats, price: l.price, discount: a.discount, yearly: a.yearly})
}

func (l *life) dueAfter(day int) int {
	due := l.due
	for due < day {
		due = l.w.monthsAfter(due, l.months())
	}
	return due
}

// bill is the due day: prices are looked up anew, years renewed, and the invoice goes out.
func (l *life) bill(day int) {
	a, d := l.a, l.d
	began := a.changes[len(a.changes)-1].day == day
	if price := l.w.price(a, day); price != l.price && !began {
		l.price = price
		l.change(day, "active")
	}
	if a.yearly {
		l.renew(day)
	}
	l.due = l.w.monthsAfter(day, l.months())
	b := bill{n: len(a.bills) + 1, day: day, days: 14, amount: l.total(), status: "paid", contract: l.term.n}
	b.part = b.amount
	switch {
	case a.card:
		b.days = 0
		l.charge(day, &b)
	case a.yearly && l.term.terms == "50/50":
		b.amount /= 2
		second := b
		second.day, second.n = l.w.monthsAfter(day, 6), b.n+1
		second.amount = l.total() - b.amount
		b.part, second.part = b.amount, second.amount
		l.transfer(&b)
		l.transfer(&second)
		a.bills = append(a.bills, b, second)
		return
	default:
		if a.plan == enterprise {
			b.days = 30
		}
		l.transfer(&b)
		if a.story == nil && d.chance(0.02) {
			b.status = pick(d, []string{"disputed", "disputed", "void"})
		}
	}
	a.bills = append(a.bills, b)
}

// charge takes the money from a card; a card that keeps failing ends the subscription three weeks later.
func (l *life) charge(day int, b *bill) {
	a, d := l.a, l.d
	b.paid = day
	fails := d.chance(0.028) && a.story == nil
	if a.story != nil && a.story.fails > 0 && day >= l.w.ago(a.story.fails)-50 {
		fails = true
	}
	if !fails || l.leaves != never {
		return
	}
	b.tries, b.paid = []int{day}, -1
	l.change(day, "past_due")
	for _, after := range []int{3, 7, 14} {
		if (a.story == nil || a.story.fails == 0) && d.chance(0.52) {
			b.paid, l.recover = day+after, day+after
			return
		}
		b.tries = append(b.tries, day+after)
	}
	b.status, l.giveUp = "uncollectible", day+21
}

// transfer is paid around its due day, by some weeks later; the unhappy pay later.
func (l *life) transfer(b *bill) {
	b.paid = b.day + b.days + l.d.span(-8, 3)
	if l.d.chance(0.1 + 0.3*(1-l.now.satisfaction)) {
		b.paid = b.day + b.days + l.d.span(4, 45)
	}
}

// renew ends the running term and begins the next.
func (l *life) renew(day int) {
	if l.term.n > 0 && l.term.end == day {
		status := "renewed"
		if l.a.story == nil && l.now.usage < 0.45 && l.d.chance(0.4) {
			status = "downgraded"
			l.shrink(day, l.a.seats/6+1)
		}
		l.closeTerm(day, status, "next")
	}
	l.openTerm(day)
}

func (l *life) openTerm(day int) {
	a := l.a
	c := contract{n: len(a.contracts) + 1, day: day, start: day, end: l.w.monthsAfter(day, 12), value: l.total(), status: "open", terms: "prepaid"}
	if a.plan == enterprise && a.n%2 == 0 {
		c.terms = "50/50"
	} else if a.plan == enterprise {
		c.terms = "100+30"
	}
	if day < 0 && c.end < 0 {
		return // over before the two years
	}
	l.term = c
	a.contracts = append(a.contracts, c)
}

// closeTerm writes the running term's end; its number names the contract, so it is told as a state of the same one.
func (l *life) closeTerm(day int, status, next string) {
	c := l.term
	c.day, c.status = day, status
	if next != "" {
		c.renewedTo = len(l.a.contracts) + 2
	}
	l.a.contracts = append(l.a.contracts, c)
}

// grow adds seats, or moves up a plan where they no longer fit.
func (l *life) grow(day, more int) {
	a := l.a
	a.seats += more
	if a.plan < enterprise && a.seats > plans[a.plan].limit {
		a.plan++
	}
	if a.changes[len(a.changes)-1].plan != a.plan {
		l.price = l.w.price(a, day)
	}
	l.change(day, l.status())
	a.changes[len(a.changes)-1].added = more
}

func (l *life) shrink(day, fewer int) {
	l.a.seats = max(1, l.a.seats-fewer)
	l.change(day, l.status())
}

func (l *life) status() string {
	if l.giveUp != never || l.recover >= 0 {
		return "past_due"
	}
	return "active"
}
