package demo

import (
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Story is an account whose history is the same in every made-up company, for docs and the start page.
type Story struct {
	// Account is its id, Name the company's.
	Account, Name string
	Title, What   i18n.Text
	// Ago is how many days before the last one it began; When is the day.
	Ago int

	land, industry string
	plan, seats    int
	signup         int // days before the last one
	yearly, card   bool
	fit            float64
	script
}

// script is what a story's account does that others leave to chance.
type script struct {
	day   func(l *life, day int)
	steps int  // onboarding steps it gets to; 0: all it likes
	back  int  // days ago on which it came back after leaving
	fails int  // days ago around which its card fails for good
	full  bool // has a person for every seat
}

// When is the day on which the story begins, for a company told until until.
func (s *Story) When(until time.Time) time.Time { return until.AddDate(0, 0, -s.Ago) }

func storyOf(account string) *Story {
	for i := range Stories {
		if Stories[i].Account == account {
			return &Stories[i]
		}
	}
	return nil
}

// cast makes the account the story's.
func (s *Story) cast(w *world, a *account) {
	a.name, a.industry, a.land = s.Name, s.industry, landOf(s.land)
	a.plan, a.seats, a.signup = s.plan, s.seats, w.ago(s.signup)
	a.yearly, a.card, a.discount, a.fit, a.pace = s.yearly, s.card, 0, s.fit, 0.9
}

// once runs what happens on the day this many days ago.
func once(days int, what func(l *life, day int)) func(l *life, day int) {
	return func(l *life, day int) {
		if day == l.w.ago(days) {
			what(l, day)
		}
	}
}

// fades lets usage sink by a share a day between two days ago.
func fades(from, to int, share float64) func(l *life, day int) {
	return func(l *life, day int) {
		if day >= l.w.ago(from) && day < l.w.ago(to) {
			l.now.usage = max(0.02, l.now.usage*(1-share))
		}
	}
}

// quits decides to leave on a due day a month or more later.
func quits(days int, cause string) func(l *life, day int) {
	return once(days, func(l *life, day int) {
		l.leaves, l.cause = l.dueAfter(day+30), cause
	})
}

func all(parts ...func(l *life, day int)) func(l *life, day int) {
	return func(l *life, day int) {
		for _, p := range parts {
			p(l, day)
		}
	}
}

// Stories are told in this order on the start page. Texts are in the four languages.
var Stories = []Story{
	{
		Account: "acc-0001", Name: "Northgate Lifts", Ago: 215, land: "GB", industry: "Lifts", plan: business, seats: 38, signup: 690, fit: 0.85,
		Title: i18n.Text{EN: "A champion leaves", ES: "Se va la persona clave", RO: "Pleacă omul-cheie", RU: "Уходит ключевой человек"},
		What: i18n.Text{
			EN: "The operations lead who had brought Fieldnote in left; nobody took over, usage faded over three months, and the account canceled.",
			ES: "Se fue la jefa de operaciones que había traído Fieldnote; nadie tomó el relevo, el uso se apagó en tres meses y la cuenta canceló.",
			RO: "A plecat șefa de operațiuni care adusese Fieldnote; nimeni nu i-a luat locul, folosirea a scăzut în trei luni și contul a renunțat.",
			RU: "Ушла руководитель службы, которая внедряла Fieldnote; её никто не заменил, за три месяца пользоваться почти перестали, и клиент отказался."},
		script: script{day: all(once(215, (*life).loseChampion), fades(210, 98, 0.022), quits(130, "champion left"))},
	},
	{
		Account: "acc-0002", Name: "Climatización Sur", Ago: 195, land: "ES", industry: "HVAC", plan: team, seats: 16, signup: 600, card: true, fit: 0.7,
		Title: i18n.Text{EN: "Usage fades before the cancellation", ES: "El uso se apaga antes de la baja", RO: "Folosirea scade înainte de renunțare", RU: "Использование угасает до отказа"},
		What: i18n.Text{
			EN: "No complaint, no ticket: the crews went back to paper step by step, and four months later the subscription was canceled.",
			ES: "Ni quejas ni tickets: las cuadrillas volvieron poco a poco al papel y cuatro meses después se canceló la suscripción.",
			RO: "Nicio plângere, niciun tichet: echipele s-au întors treptat la hârtie, iar după patru luni abonamentul a fost anulat.",
			RU: "Ни жалоб, ни обращений: бригады постепенно вернулись к бумаге, и через четыре месяца подписку отменили."},
		script: script{day: all(fades(195, 60, 0.045), quits(110, "not used enough"))},
	},
	{
		Account: "acc-0003", Name: "TermoServ Galați", Ago: 270, land: "RO", industry: "HVAC", plan: team, seats: 24, signup: 650, card: true, fit: 0.6,
		Title: i18n.Text{EN: "After the price rise: fewer seats", ES: "Tras la subida de precio: menos puestos", RO: "După scumpire: mai puține locuri", RU: "После повышения цены: меньше мест"},
		What: i18n.Text{
			EN: "Starter and team became about a fifth dearer. This account gave nine of its 24 seats back within two months and stayed.",
			ES: "Starter y team subieron cerca de un quinto. Esta cuenta devolvió nueve de sus 24 puestos en dos meses y se quedó.",
			RO: "Planurile starter și team s-au scumpit cu aproape o cincime. Contul a renunțat la nouă din cele 24 de locuri în două luni și a rămas.",
			RU: "Тарифы starter и team подорожали примерно на пятую часть. За два месяца клиент отказался от девяти из 24 мест и остался."},
		script: script{day: all(once(275, func(l *life, _ int) { l.now.satisfaction = 0.35 }), once(228, func(l *life, day int) { l.shrink(day, 9) }))},
	},
	{
		Account: "acc-0004", Name: "Электро Иртыш", Ago: 270, land: "KZ", industry: "Electrical", plan: starter, seats: 7, signup: 560, card: true, fit: 0.55,
		Title: i18n.Text{EN: "After the price rise: gone", ES: "Tras la subida de precio: se fue", RO: "După scumpire: a plecat", RU: "После повышения цены: ушли"},
		What: i18n.Text{
			EN: "A small firm on starter asked for the old price, did not get it, and left for a cheaper product.",
			ES: "Una empresa pequeña en starter pidió el precio anterior, no lo obtuvo y se fue a un producto más barato.",
			RO: "O firmă mică pe planul starter a cerut prețul vechi, nu l-a primit și a plecat la un produs mai ieftin.",
			RU: "Небольшая фирма на тарифе starter просила старую цену, не получила её и ушла к более дешёвому продукту."},
		script: script{day: all(once(275, func(l *life, _ int) { l.now.satisfaction = 0.25 }), fades(250, 180, 0.035), quits(240, "too expensive"))},
	},
	{
		Account: "acc-0005", Name: "Kessler Gebäudetechnik", Ago: 150, land: "DE", industry: "Facility management", plan: enterprise, seats: 120, signup: 620, yearly: true, fit: 0.85,
		Title: i18n.Text{EN: "The bad release week", ES: "La semana de la mala versión", RO: "Săptămâna versiunii proaste", RU: "Неделя неудачного релиза"},
		What: i18n.Text{
			EN: "A release broke the mobile app for a week: errors and tickets jumped, satisfaction fell everywhere, and hardest here. It took two months to win back their trust.",
			ES: "Una versión rompió la app móvil durante una semana: subieron errores y tickets y cayó la satisfacción, sobre todo aquí. Recuperar su confianza llevó dos meses.",
			RO: "O versiune a stricat aplicația mobilă o săptămână: erori și tichete multe, satisfacție scăzută, cel mai mult aici. A durat două luni până am recâștigat încrederea.",
			RU: "Релиз на неделю сломал мобильное приложение: выросли ошибки и обращения, упала удовлетворённость, сильнее всего здесь. Доверие вернули за два месяца."},
		script: script{day: once(150, func(l *life, day int) { l.now.satisfaction, l.troubleUntil = 0.25, day+28 })},
	},
	{
		Account: "acc-0006", Name: "Grünwald Aufzüge", Ago: 100, land: "DE", industry: "Lifts", plan: business, seats: 26, signup: 100, yearly: true, fit: 0.35,
		Title: i18n.Text{EN: "An onboarding that stalls", ES: "Una puesta en marcha atascada", RO: "O punere în funcțiune blocată", RU: "Внедрение застряло"},
		What: i18n.Text{
			EN: "Signed for a year, did two of five onboarding steps, then nothing: the customer list was never cleaned up for the import.",
			ES: "Firmó un año, completó dos de los cinco pasos y nada más: la lista de clientes nunca se depuró para importarla.",
			RO: "A semnat pe un an, a făcut doi din cei cinci pași, apoi nimic: lista de clienți nu a mai fost curățată pentru import.",
			RU: "Подписали на год, прошли два шага внедрения из пяти и остановились: список клиентов так и не подготовили к загрузке."},
		script: script{steps: 2, day: fades(95, 0, 0.01)},
	},
	{
		Account: "acc-0007", Name: "Brightwater Facilities", Ago: 60, land: "IE", industry: "Facility management", plan: business, seats: 50, signup: 540, yearly: true, fit: 1,
		Title: i18n.Text{EN: "Happy and ripe for more", ES: "Contentos y listos para más", RO: "Mulțumiți și gata de mai mult", RU: "Довольны и готовы к большему"},
		What: i18n.Text{
			EN: "Every seat is taken, the seat limit is reached week after week, and they ask for the audit module, which only enterprise has.",
			ES: "Todos los puestos están ocupados, chocan con el límite cada semana y piden el módulo de auditoría, que solo tiene enterprise.",
			RO: "Toate locurile sunt ocupate, limita e atinsă săptămână de săptămână și cer modulul de audit, care există doar în enterprise.",
			RU: "Все места заняты, каждую неделю упираются в лимит и просят модуль аудита, который есть только в enterprise."},
		script: script{full: true},
	},
	{
		Account: "acc-0008", Name: "Instalaciones Levante", Ago: 82, land: "ES", industry: "Plumbing", plan: starter, seats: 6, signup: 420, card: true, fit: 0.75,
		Title: i18n.Text{EN: "The card fails", ES: "Falla la tarjeta", RO: "Cardul nu mai merge", RU: "Карта не проходит"},
		What: i18n.Text{
			EN: "A happy customer lost without wanting to go: the card expired, four attempts failed, nobody called, the subscription ended.",
			ES: "Un cliente contento que se perdió sin querer irse: caducó la tarjeta, fallaron cuatro cobros, nadie llamó y la suscripción terminó.",
			RO: "Un client mulțumit, pierdut fără să vrea: cardul a expirat, patru încercări au eșuat, nimeni nu a sunat, abonamentul s-a încheiat.",
			RU: "Довольный клиент, который не хотел уходить: карта истекла, четыре попытки не прошли, никто не позвонил, подписка закончилась."},
		script: script{fails: 50},
	},
	{
		Account: "acc-0009", Name: "Pază Incendiu Someș", Ago: 330, land: "RO", industry: "Fire safety", plan: team, seats: 12, signup: 640, card: true, fit: 0.6,
		Title: i18n.Text{EN: "Won back", ES: "Recuperados", RO: "Recâștigați", RU: "Вернулись"},
		What: i18n.Text{
			EN: "Left for another product after slow support, was called every month, and came back four months later.",
			ES: "Se fue a otro producto por un soporte lento, recibió una llamada cada mes y volvió cuatro meses después.",
			RO: "A plecat la alt produs din cauza suportului lent, a fost sunat lunar și s-a întors după patru luni.",
			RU: "Ушли к другому продукту из-за медленной поддержки, им звонили каждый месяц, и через четыре месяца они вернулись."},
		script: script{back: 160, day: all(once(370, func(l *life, day int) { l.now.satisfaction, l.troubleUntil = 0.2, day+40 }), fades(345, 280, 0.02), quits(330, "quality and support"))},
	},
	{
		Account: "acc-0010", Name: "Mantenimientos Ebro", Ago: 140, land: "ES", industry: "Facility management", plan: business, seats: 31, signup: 690, yearly: true, fit: 0.6,
		Title: i18n.Text{EN: "Silent, and still paying", ES: "En silencio, y sigue pagando", RO: "Tăcut, dar încă plătește", RU: "Молчит, но платит"},
		What: i18n.Text{
			EN: "Nobody has opened the product for four months; the invoice is paid because the year is not over. The renewal comes next.",
			ES: "Nadie abre el producto desde hace cuatro meses; la factura está pagada porque el año no ha acabado. Ahora llega la renovación.",
			RO: "Nimeni nu a mai deschis produsul de patru luni; factura e plătită fiindcă anul nu s-a încheiat. Urmează reînnoirea.",
			RU: "Четыре месяца никто не открывал продукт; счёт оплачен, потому что год ещё не кончился. Скоро продление."},
		script: script{day: all(fades(170, 130, 0.06), func(l *life, day int) {
			if day >= l.w.ago(130) {
				l.now.usage = 0
			}
		})},
	},
}
