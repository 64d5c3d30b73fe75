package account

import "time"

// How use is compared: the last UseDays whole days with as many of the UsualDays before them.
const (
	UseDays   = 14
	UsualDays = 56
	// QuietDays is how long somebody who came at least once a week in the UsualDays before must stay away to be missed.
	QuietDays = 21
	// RenewalDays is how far ahead renewals are looked at.
	RenewalDays = 90
	// UnhappyDays is how long an unhappy answer may wait to be followed up before it is history.
	UnhappyDays = 30
)

// leastUse is the usual use below which a fall says nothing: five days of use by one person in UseDays.
const leastUse = 5

// Signs are what facts say of an account beside its standing.
type Signs struct {
	// Recent is the use of the last UseDays whole days, Usual that of UseDays in the UsualDays before: days on which a
	// person did something in the product, summed over people.
	Recent, Usual float64
	Quiet         *Quiet
	// Due is when the oldest invoice that is still to be paid fell due; zero when none has.
	Due     time.Time
	Unhappy *Unhappy
	// Rolls says that it pays by terms shorter than a quarter, which end all the time and are no occasion to renew.
	Rolls bool
}

// Quiet is the person who used the product on the most days and no longer comes.
type Quiet struct {
	User, Name string
	Last       time.Time // the last day of use
}

// Unhappy is the latest unhappy answer after which nobody of the team turned to the account.
type Unhappy struct {
	Kind  string // of the survey: nps, csat, …
	Score float64
	At    time.Time
}

// Fall is the part of the usual use that is gone, 0 to 1; 0 where there was too little to tell.
func (g *Signs) Fall() float64 {
	if g == nil || g.Usual < leastUse || g.Recent >= g.Usual {
		return 0
	}
	return (g.Usual - g.Recent) / g.Usual
}

// The rules by which an account needs attention.
const (
	UseFell      = "use_fell"      // by half or more
	ChampionGone = "champion_gone" // the most active person stays away
	PaysLate     = "pays_late"     // an invoice is past its due date
	LeftUnhappy  = "left_unhappy"  // nobody followed an unhappy answer up
	RenewsSoon   = "renews_soon"   // within RenewalDays, while use falls by a fifth or more
)

// Reason is a rule that holds for an account, with what it rests on; only what belongs to the rule is set.
type Reason struct {
	Rule   string
	Share  float64 // of the use that is gone
	Days   int     // since, or until
	At     time.Time
	Person *Quiet
	Answer *Unhappy
	Amount Money
}

// Reasons tell why somebody should turn to an account now, the most pressing first. Only customers that pay can be lost;
// what they owe counts for all.
func (s *Standing) Reasons(g *Signs, now time.Time) []Reason {
	if g == nil {
		g = &Signs{}
	}
	var all []Reason
	pays := s.MRR.Minor > 0
	fall := g.Fall()
	if days := daysBetween(now, s.Renewal); pays && fall >= 0.2 && s.Renews(g, now) {
		all = append(all, Reason{Rule: RenewsSoon, Days: days, At: s.Renewal, Share: fall})
	}
	if pays && fall >= 0.5 && len(all) == 0 { // else the fall is said already
		all = append(all, Reason{Rule: UseFell, Share: fall})
	}
	if pays && g.Quiet != nil {
		all = append(all, Reason{Rule: ChampionGone, Person: g.Quiet, Days: daysBetween(g.Quiet.Last, now)})
	}
	if pays && g.Unhappy != nil {
		all = append(all, Reason{Rule: LeftUnhappy, Answer: g.Unhappy, At: g.Unhappy.At})
	}
	if s.Overdue.Minor > 0 && !g.Due.IsZero() && g.Due.Before(now) {
		all = append(all, Reason{Rule: PaysLate, Amount: s.Overdue, Days: daysBetween(g.Due, now)})
	}
	return all
}

// Renews tells whether a term of the account ends within RenewalDays, of those that are a quarter or longer.
func (s *Standing) Renews(g *Signs, now time.Time) bool {
	return (g == nil || !g.Rolls) && s.Renewal.After(now) && daysBetween(now, s.Renewal) <= RenewalDays
}

// daysBetween counts whole days.
func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }
