package i18n

// Text is one short text in the four languages, for definitions that carry their own labels.
type Text struct{ EN, ES, RO, RU string }
