package connect

import (
	"slices"
	"strings"
	"unicode"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/ingest"
)

// synonyms are what other programs and people call a field, in letters and digits. They are only suggested where somebody
// sees what is made of them: at the doors a column is called by its own name or stays as it is.
var synonyms = []struct{ field, names string }{
	{"account_id", "company_id customer_id client_id org_id organization_id organisation_id workspace_id tenant_id id_cuenta id_cliente id_cont id_client"},
	{"user_id", "contact_id person_id member_id id_usuario id_contacto id_utilizator id_contact"},
	{"ts", "time timestamp date day happened_at occurred_at event_time updated_at fecha data ziua дата время"},
	{"name", "company company_name customer customer_name account account_name client organization organisation full_name event event_name empresa cuenta cliente nombre companie firma cont nume компания клиент аккаунт название имя"},
	{"email", "mail email_address correo adresa_email почта"},
	{"title", "job_title position cargo functie должность"},
	{"csm", "owner account_owner account_manager owner_name responsable responsabil ответственный"},
	{"created_at", "created created_on create_date signup_date signed_up customer_since creada creado creat создан"},
	{"country", "pais tara страна"}, {"industry", "sector industria отрасль"}, {"region", "регион"}, {"plan", "tier subscription_plan pricing_plan тариф"},
	{"size", "employees company_size headcount empleados angajati"}, {"stage", "lifecycle_stage etapa этап"},
	{"amount", "value price total importe suma сумма"}, {"currency", "currency_code moneda valuta валюта"},
}

// bare is a name in its letters and digits.
func bare(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// suggested are fields for columns whose own names mean none, each at most once. The id of a list of accounts or people
// that has no other is theirs.
func suggested(kind *fact.Kind, header []string) map[string]string {
	known, taken, to := fields(kind), map[string]bool{}, map[string]string{}
	for _, name := range header {
		if field := ingest.FieldOf(kind, name); slices.Contains(known, field) {
			taken[field] = true
		}
	}
	suggest := func(name, field string) {
		if slices.Contains(known, field) && !taken[field] {
			to[name], taken[field] = field, true
		}
	}
	for _, s := range synonyms {
		for _, name := range header {
			if !slices.Contains(known, ingest.FieldOf(kind, name)) && slices.ContainsFunc(strings.Fields(s.names), func(one string) bool { return bare(one) == bare(name) }) {
				suggest(name, s.field)
			}
		}
	}
	if kind.Mode == fact.Traits {
		for _, name := range header {
			if ingest.FieldOf(kind, name) == "id" {
				suggest(name, kind.Subject)
			}
		}
	}
	return to
}
