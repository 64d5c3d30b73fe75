package demo

// onboarding are the steps a new account takes.
var onboarding = []string{"Company profile", "Customer list imported", "Team invited", "First job planned", "Mobile app installed"}

// feature is something the product can do, and who uses it how much.
type feature struct {
	event string
	plan  int // the cheapest plan that has it
	core  bool
	// weight by role: owner, dispatcher, technician, manager, office.
	weight [roles]int
}

var features = []feature{
	{"Job Created", starter, true, [roles]int{3, 20, 1, 2, 2}},
	{"Job Scheduled", starter, true, [roles]int{2, 22, 0, 2, 1}},
	{"Job Assigned", starter, true, [roles]int{2, 16, 0, 3, 0}},
	{"Job Completed", starter, true, [roles]int{0, 2, 26, 1, 0}},
	{"Calendar Viewed", starter, true, [roles]int{8, 14, 10, 8, 4}},
	{"Customer Added", starter, true, [roles]int{3, 6, 0, 1, 6}},
	{"Photo Uploaded", starter, false, [roles]int{0, 0, 16, 0, 0}},
	{"Signature Captured", starter, false, [roles]int{0, 0, 14, 0, 0}},
	{"Quote Sent", starter, false, [roles]int{4, 3, 0, 2, 7}},
	{"Dashboard Opened", starter, false, [roles]int{12, 4, 0, 12, 4}},
	{"Reminder Sent", starter, false, [roles]int{1, 6, 0, 1, 3}},
	{"Teammate Invited", starter, false, [roles]int{2, 0, 0, 1, 0}},
	{"Route Planned", team, false, [roles]int{0, 14, 3, 1, 0}},
	{"Map Opened", team, false, [roles]int{2, 10, 8, 5, 0}},
	{"Checklist Completed", team, false, [roles]int{0, 0, 18, 1, 0}},
	{"Time Tracked", team, false, [roles]int{0, 1, 20, 1, 0}},
	{"Invoice Exported", team, false, [roles]int{3, 1, 0, 1, 16}},
	{"Report Viewed", team, false, [roles]int{9, 2, 0, 14, 6}},
	{"Report Exported", team, false, [roles]int{4, 0, 0, 7, 5}},
	{"Form Designed", business, false, [roles]int{1, 1, 0, 4, 1}},
	{"Maintenance Planned", business, false, [roles]int{1, 7, 0, 5, 0}},
	{"Part Used", business, false, [roles]int{0, 0, 10, 0, 0}},
	{"Stock Counted", business, false, [roles]int{0, 1, 3, 1, 4}},
	{"Integration Connected", business, false, [roles]int{1, 0, 0, 1, 1}},
	{"Audit Log Opened", enterprise, false, [roles]int{2, 0, 0, 3, 1}},
	{"API Called", enterprise, false, [roles]int{1, 1, 0, 1, 0}},
}

// adopt finds the features in use in the week: the core ones, and of the others the plan has the more, the more value
// the account gets. Which come first differs from account to account and stays.
func (w *world) adopt(a *account, week int) {
	if a.usableWeek == week {
		return
	}
	a.usableWeek = week
	d := newDice(w.seed, "adoption", a.n)
	breadth := 0.15 + 0.85*a.states[week].value
	for role := range a.usable {
		a.usable[role] = a.usable[role][:0]
	}
	for i := range features {
		f := &features[i]
		if taken := d.float() < breadth; f.plan > a.plan || !taken && !f.core {
			continue
		}
		for role, weight := range f.weight {
			for range weight {
				a.usable[role] = append(a.usable[role], i)
			}
		}
	}
}
