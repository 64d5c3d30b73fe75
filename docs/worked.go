package docs

// example is a case that can be followed by hand: what was counted, and the value that comes out. The tests of
// internal/metric load such facts; the test beside this file holds the figures to the definition's scale.
type example struct {
	metric, variant, text string
	numerator, by, value  float64
}

// worked are the examples that articles on the metrics give, or that show a trap.
var worked = []example{
	{"nps", "standard", "250 asked, 200 answered: 100 promoters, 50 passives, 50 detractors; (100 - 50) / 200", 50, 200, 25},
	{"csat", "top2", "40 of 50 answers in the top two boxes", 40, 50, 80},
	{"csat", "mean", "5, 5, 5, 4, 1, 3, 2, 4, 3, 3 of 5: 35 / 50", 35, 50, 70},
	{"ces", "ease", "7, 4, 3, 2, 5, 6, 4, 1, 7, 6: 45 / 10", 45, 10, 4.5},
	{"survey_response_rate", "", "200 of 250 delivered invitations answered", 200, 250, 80},
	{"customer_churn_rate", "all", "1000 customers at the start, 100 of them not at the end", 100, 1000, 10},
	{"customer_retention_rate", "", "100 customers at the start, 15 of them lost (and not 75, as one article says: churn and retention come to 100)", 85, 100, 85},
	{"clv", "simple", "20 an order, 12 orders a year, 3 years", 720, 1, 720},
	{"ctr", "", "200 deliveries, 50 of them clicked", 50, 200, 25},
}
