/*
id: session_duration
family: product
label:
  en: "Session duration"
  es: "Duración de la sesión"
  ro: "Durata sesiunii"
  ru: "Длительность сессии"
about:
  en: "How long a session with product events lasts, from its first fact to its last; a session of one event lasts 0 and stays in. Beside it, how long the sessions lasted in which onboarding was completed."
  es: "Cuánto dura una sesión con eventos del producto, de su primer hecho al último; una sesión de un evento dura 0 y cuenta. Al lado, cuánto duraron las sesiones en que se completó la incorporación."
  ro: "Cât durează o sesiune cu evenimente din produs, de la primul fapt la ultimul; o sesiune de un eveniment durează 0 și se numără. Alături, cât au durat sesiunile în care s-a încheiat onboardingul."
  ru: "Сколько длится сессия с событиями продукта, от первого факта до последнего; сессия из одного события длится 0 и учитывается. Рядом — длительность сессий, в которых завершили онбординг."
formula:
  en: "total length of sessions / sessions"
  es: "duración total de las sesiones / sesiones"
  ro: "durata totală a sesiunilor / sesiuni"
  ru: "общая длительность сессий / сессии"
unit: minutes
better: neither
type: ratio
facts: [events, pages]
numerator: "sum(minutes)"
numerator_unit: minutes
denominator: "count(*)"
sample: "minutes"
interval: mean
range: [0]
key: [visitor, began]
detail:
  - {name: median, label: {en: "Median", es: "Mediana", ro: "Mediana", ru: "Медиана"}, unit: minutes, sql: "percentile_cont(0.5) within group (order by minutes)"}
  - {name: onboarding_sessions, label: {en: "Sessions that completed onboarding", es: "Sesiones que completaron la incorporación", ro: "Sesiuni care au încheiat onboardingul", ru: "Сессии с завершением онбординга"}, unit: count, sql: "sum(onboarded)"}
  - {name: onboarding_mean, label: {en: "Their mean length", es: "Su duración media", ro: "Durata lor medie", ru: "Их средняя длительность"}, unit: minutes, sql: "avg(case when onboarded = 1 then minutes end)"}
  - {name: onboarding_median, label: {en: "Their median length", es: "Su duración mediana", ro: "Durata lor mediană", ru: "Медиана их длительности"}, unit: minutes, sql: "percentile_cont(0.5) within group (order by case when onboarded = 1 then minutes end)"}
people: true
examples:
  - text: "one session of 15 minutes, in which onboarding was completed, and four that were left after 3: 27 / 5"
    value: 5.4
    facts: [{fact: events, times: 5, user: "u#", at: "2026-05-10T10:00:00Z", name: Opened}, {fact: events, user: "u1", at: "2026-05-10T10:15:00Z", name: "Onboarding Completed"}, {fact: events, user: u2, at: "2026-05-10T10:03:00Z", name: Closed}, {fact: events, user: u3, at: "2026-05-10T10:03:00Z", name: Closed}, {fact: events, user: u4, at: "2026-05-10T10:03:00Z", name: Closed}, {fact: events, user: u5, at: "2026-05-10T10:03:00Z", name: Closed}]
*/
select s.i, s.account, s.person, s.visitor, s.began, s.events,
       cast(extract(epoch from s.ended - s.began) as double precision) / 60 as minutes, coalesce(o.onboarded, 0) as onboarded
from {during(product_sessions)} s
left join {onboarded_sessions} o on o.visitor = s.visitor and o.began = s.began
