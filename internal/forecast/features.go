package forecast

// A feature is something that is known of an account at an instant and may say whether it will leave. Its name is told in four
// languages by the key forecast.feature.ID.
type feature struct {
	id   string
	unit Unit
	// needs is the family of facts without which nothing is known of it.
	needs family
}

// Unit is what a feature's number is told in.
type Unit string

// The units. A change is a share of what was before, 0.1 for ten per cent more.
const (
	Count  Unit = "count"
	Days   Unit = "days"
	Money  Unit = "money"
	Change Unit = "change"
	Score  Unit = "score"
	YesNo  Unit = "yes_no"
)

// family is where a feature comes from. Before a family's first facts nothing is known of its features, rather than zero.
type family int

const (
	money family = iota
	use
	support
	voice
	bills
	care
	people
	families
)

// The numbers known of an account, by their place in Row.Numbers.
const (
	mrr = iota
	mrrChange
	seats
	age
	renewal
	pastDue
	active
	activeChange
	used
	usedChange
	lastUse
	keyPersonGone
	events
	eventsChange
	things
	thingsChange
	tickets30
	tickets90
	open
	urgent
	reopened
	nps
	npsAge
	satisfaction
	answers
	overdue
	overdueDays
	touches
	lastTouch
	peopleLeft
	numbers
)

var features = [numbers]feature{
	mrr: {"mrr", Money, money}, mrrChange: {"mrr_change", Change, money}, seats: {"seats", Count, money}, age: {"age", Days, money},
	renewal: {"renewal", Days, money}, pastDue: {"past_due", YesNo, money},
	active: {"active", Count, use}, activeChange: {"active_change", Change, use}, used: {"used", Count, use}, usedChange: {"used_change", Change, use},
	lastUse: {"last_use", Days, use}, keyPersonGone: {"key_person_gone", Days, use}, events: {"events", Count, use}, eventsChange: {"events_change", Change, use},
	things: {"things", Count, use}, thingsChange: {"things_change", Change, use},
	tickets30: {"tickets_30", Count, support}, tickets90: {"tickets_90", Count, support}, open: {"tickets_open", Count, support}, urgent: {"tickets_urgent", Count, support},
	reopened: {"tickets_reopened", Count, support},
	nps:      {"nps", Score, voice}, npsAge: {"nps_age", Days, voice}, satisfaction: {"satisfaction", Score, voice}, answers: {"answers", Count, voice},
	overdue: {"overdue", Count, bills}, overdueDays: {"overdue_days", Days, bills},
	touches: {"touches", Count, care}, lastTouch: {"last_touch", Days, care}, peopleLeft: {"people_left", Count, people},
}

// The labels known of an account, by their place in Row.Labels.
const (
	plan = iota
	billing
	country
	industry
	size
	touchModel
	labels
)

var labelFeatures = [labels]string{"plan", "billing", "country", "industry", "size", "touch_model"}

// window is for how many days after a family's first facts its numbers are not whole.
var window = [families]int{use: 60, support: 90, voice: 90, bills: 30, care: 90, people: 90}
