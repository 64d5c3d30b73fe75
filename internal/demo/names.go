package demo

import (
	"strconv"
	"strings"
)

// land is a country that customers come from, and how people and companies are called there.
type land struct {
	code, region, zone string
	currency           string
	// hours are how far its working day lies behind the workspace's.
	hours int
	// locales are the languages its people answer in, as often as they are listed.
	locales []string
	people  *naming
	weight  int
}

// naming is a stock of names that go together.
type naming struct {
	men, women []string
	last       []string
	// lastOfWomen are the surnames' feminine forms, in the same order; nil where they have none.
	lastOfWomen []string
	firms       []string
	// trade puts the firm's own word and its trade together; %f and %t stand for them.
	trade string
	forms []string
	// trades are words for each of industries, in that order.
	trades []string
}

var lands = []land{
	{"RO", "Eastern Europe", "Europe/Bucharest", "EUR", 0, []string{"ro", "ro", "ro", "en"}, &romanian, 20},
	{"MD", "Eastern Europe", "Europe/Chisinau", "EUR", 0, []string{"ro", "ru"}, &romanian, 5},
	{"KZ", "Central Asia", "Asia/Almaty", "EUR", -2, []string{"ru"}, &russian, 12},
	{"ES", "Southern Europe", "Europe/Madrid", "EUR", 1, []string{"es", "es", "es", "en"}, &spanish, 18},
	{"MX", "Americas", "America/Mexico_City", "USD", 7, []string{"es"}, &spanish, 4},
	{"GB", "Western Europe", "Europe/London", "GBP", 1, []string{"en"}, &english, 9},
	{"IE", "Western Europe", "Europe/Dublin", "EUR", 1, []string{"en"}, &english, 7},
	{"US", "Americas", "America/New_York", "USD", 6, []string{"en"}, &english, 7},
	{"DE", "Western Europe", "Europe/Berlin", "EUR", 0, []string{"en"}, &german, 15},
	{"AT", "Western Europe", "Europe/Vienna", "EUR", 0, []string{"en"}, &german, 5},
}

func landOf(code string) *land {
	for i := range lands {
		if lands[i].code == code {
			return &lands[i]
		}
	}
	panic("demo: no land " + code)
}

var industries = []string{"HVAC", "Lifts", "Electrical", "Fire safety", "Plumbing", "Facility management", "Solar", "Telecom", "Medical equipment", "Cleaning"}

var english = naming{
	men:    words("James Oliver Daniel Thomas Henry Samuel Patrick Liam Connor George Marcus Adam Peter Ryan Neil"),
	women:  words("Emma Grace Hannah Charlotte Lucy Megan Olivia Claire Rachel Naomi Alice Bridget Susan Joanna Kate"),
	last:   words("Turner Walsh Bennett Carter Hughes Mercer Doyle Fletcher Griffin Harper Lawson Murphy Osborne Palmer Reid Sutton Thornton Vaughan Whitaker Young Barlow Collins Dawson Ellison Farrell"),
	firms:  words("Northgate Brightwater Alderbrook Stonebridge Westfield Harbour Kingsway Oakmere Redhill Silverton Tidewater Blackthorn Copperfield Dunmore Eastgate Fairhaven Glenview Hollins Ironside Larkhill"),
	trade:  "%f %t",
	forms:  []string{"Ltd", "Group", "& Sons", "Services"},
	trades: []string{"Heating", "Lifts", "Electrical", "Fire Safety", "Plumbing", "Facilities", "Solar", "Networks", "Medical Service", "Cleaning"},
}

var german = naming{
	men:    words("Lukas Jonas Stefan Matthias Tobias Andreas Florian Markus Jürgen Sebastian Felix Dieter Michael Bernd"),
	women:  words("Anna Katharina Sabine Julia Lena Monika Claudia Franziska Heike Petra Svenja Birgit Johanna Nadine"),
	last:   words("Kessler Hoffmann Brandt Vogel Schäfer Lindner Baumann Krüger Winkler Lorenz Seidel Böhm Engel Pohl Horn Busch Dietrich Ziegler Kühn Arnold Roth Haas Graf Huber Steiner"),
	firms:  words("Kessler Brandtner Rheintal Nordlicht Alpenblick Hansa Isarwerk Lindenhof Neckar Sternberg Donau Waldsee Elbtal Falkner Grünwald Spreebogen Tauern Marienberg"),
	trade:  "%f %t",
	forms:  []string{"GmbH", "AG", "KG", "GmbH & Co. KG"},
	trades: []string{"Klimatechnik", "Aufzüge", "Elektrotechnik", "Brandschutz", "Sanitär", "Gebäudetechnik", "Solar", "Netzbau", "Medizintechnik", "Gebäudereinigung"},
}

var spanish = naming{
	men:    words("Carlos Javier Miguel Alejandro Pablo Sergio Andrés Diego Raúl Fernando Álvaro Luis Manuel Iván"),
	women:  words("María Lucía Carmen Elena Marta Sofía Paula Laura Cristina Beatriz Nuria Rocío Ana Isabel"),
	last:   words("García Fernández Navarro Ortega Molina Serrano Castillo Ramos Iglesias Vidal Delgado Cabrera Peña Herrera Campos Fuentes Reyes Cortés Santana Medina Nieto Pascual Soler Vega Márquez"),
	firms:  words("Levante Miramar Sierra Ebro Duero Costablanca Montenegro Almenara Guadalupe Tajo Aljarafe Cantábrica Ribera Alcázar Nevada Mistral Olivar Rosales"),
	trade:  "%t %f",
	forms:  []string{"S.L.", "S.A.", "Grupo", "e Hijos"},
	trades: []string{"Climatización", "Ascensores", "Electricidad", "Protección Incendios", "Fontanería", "Mantenimientos", "Solar", "Redes", "Electromedicina", "Limpiezas"},
}

var romanian = naming{
	men:    words("Andrei Mihai Alexandru Cristian Bogdan Vlad Radu Ștefan Ionuț Florin Gabriel Marius Sorin Tudor"),
	women:  words("Maria Elena Ioana Andreea Cristina Raluca Mihaela Simona Alina Gabriela Oana Diana Roxana Ana"),
	last:   words("Popescu Ionescu Dumitrescu Stan Munteanu Rusu Moldovan Gheorghe Constantin Marin Dobre Barbu Nistor Florea Ciobanu Lungu Sandu Tănase Voicu Neagu Albu Cozma Manea Oprea Țurcanu"),
	firms:  words("Carpați Dunărea Galați Transilvania Bucegi Dacia Moldova Someș Prutul Banat Olteanu Argeș Mureș Codru Ceahlău Siret Hațeg Nistru"),
	trade:  "%t %f",
	forms:  []string{"SRL", "SA", "Grup", "Servicii"},
	trades: []string{"TermoServ", "Ascensoare", "ElectroMontaj", "Pază Incendiu", "Instal", "Mentenanță", "Solar", "TeleRețea", "MedTehnic", "Curățenie"},
}

var russian = naming{
	men:         words("Алексей Дмитрий Сергей Андрей Ерлан Тимур Павел Руслан Игорь Арман Николай Марат Виктор Олег"),
	women:       words("Анна Екатерина Ольга Айгуль Марина Наталья Динара Светлана Ирина Алия Татьяна Юлия Гульнара Вера"),
	last:        words("Иванов Ким Смирнов Ахметов Кузнецов Попов Сулейменов Волков Морозов Нурланов Соколов Лебедев Омаров Козлов Новиков Беляев Тарасов Исаев Гордеев Жуков Сафронов Титов Каримов Орлов"),
	lastOfWomen: words("Иванова Ким Смирнова Ахметова Кузнецова Попова Сулейменова Волкова Морозова Нурланова Соколова Лебедева Омарова Козлова Новикова Беляева Тарасова Исаева Гордеева Жукова Сафронова Титова Каримова Орлова"),
	firms:       words("Алатау Иртыш Степь Арман Сарыарка Байконур Медеу Тобол Каспий Жетысу Достык Орда Самал Балхаш Азия Урал Шымбулак Тулпар"),
	trade:       "%t %f",
	forms:       []string{"ТОО", "Групп", "Сервис", "АО"},
	trades:      []string{"Климат", "Лифт", "Электро", "Пожзащита", "Сантех", "Эксплуатация", "Солар", "Связь", "Медтехника", "Клининг"},
}

func words(s string) []string { return strings.Fields(s) }

// firm is a company's name that nobody has yet, with its industry.
func (d *dice) firm(n *naming, taken map[string]bool) (name, industry string) {
	for {
		i := d.below(len(industries))
		name = strings.NewReplacer("%f", pick(d, n.firms), "%t", n.trades[i]).Replace(n.trade)
		if taken[name] {
			name += " " + pick(d, n.forms)
		}
		if !taken[name] {
			taken[name] = true
			return name, industries[i]
		}
		if d.chance(0.02) { // a stock of names can run out; numbers do not
			name += " " + strconv.Itoa(len(taken))
			taken[name] = true
			return name, industries[i]
		}
	}
}

// person is a person's name.
func (d *dice) person(n *naming) string {
	i := d.below(len(n.last))
	if d.chance(0.4) {
		if n.lastOfWomen != nil {
			return pick(d, n.women) + " " + n.lastOfWomen[i]
		}
		return pick(d, n.women) + " " + n.last[i]
	}
	return pick(d, n.men) + " " + n.last[i]
}

var latin = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "ü", "ue", "ä", "ae", "ö", "oe", "ß", "ss",
	"ă", "a", "â", "a", "î", "i", "ș", "s", "ț", "t", "а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i",
	"й", "i", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts",
	"ч", "ch", "ш", "sh", "щ", "sch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya")

// ascii is the name as an e-mail address writes it: small Latin letters and figures, the rest replaced by by.
func ascii(name, by string) string {
	var out []byte
	for _, r := range latin.Replace(strings.ToLower(name)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			out = append(out, byte(r))
		} else if len(out) > 0 && by != "" && out[len(out)-1] != by[0] {
			out = append(out, by...)
		}
	}
	return strings.TrimSuffix(string(out), by)
}
