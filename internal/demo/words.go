package demo

// phrases are what people write and say in one language.
type phrases struct {
	// Answers to the recommend question, by mood; after the bad week, and after the price rise.
	glad, lukewarm, unhappy, broken, dear []string
	// After a ticket, and on how easy it was.
	helped, letDown, easy, hard []string
	// asks are the first messages of tickets, in the order of topics; then the agent's and the customer's words.
	asks                          [len(topics)][]string
	looking, solved, thanks, nags []string
	// waiting is what the chat's bot says until an agent comes.
	waiting string
	// Calls: what customer (C) and CSM (M) say.
	checkIn, atRisk, review, wantsMore, stalled []string
	// On review sites.
	praise, blame []string
}

// topics are what tickets are about; crash comes last and almost only in the bad week.
var topics = [...]string{"how-to", "billing", "mobile app", "scheduling", "import", "login", "reports", "crash"}

var speech = map[string]*phrases{"en": &inEnglish, "ro": &inRomanian, "ru": &inRussian, "es": &inSpanish}
