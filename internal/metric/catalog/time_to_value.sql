/*
id: time_to_value
family: product
label:
  en: "Time to value"
  es: "Tiempo hasta el valor"
  ro: "Timpul până la valoare"
  ru: "Время до ценности"
about:
  en: "How many days it takes an account (or a user) from its sign-up, or from its first contract or subscription, to first value. Those who are not there yet are not left out: they count as waiting until now, and the median is the day by which half are estimated to be there (Kaplan and Meier)."
  es: "Cuántos días tarda una cuenta (o un usuario) desde su registro, o desde su primer contrato o suscripción, hasta el primer valor. Quienes aún no llegan no se excluyen: cuentan como en espera hasta ahora, y la mediana es el día en que se estima que la mitad llegó (Kaplan y Meier)."
  ro: "Câte zile îi ia unui cont (sau utilizator) de la înscriere, ori de la primul contract sau abonament, până la prima valoare. Cei care încă nu au ajuns nu sunt lăsați deoparte: se numără ca așteptând până acum, iar mediana e ziua în care se estimează că jumătate au ajuns (Kaplan și Meier)."
  ru: "Сколько дней проходит у аккаунта (или пользователя) от регистрации или от первого договора либо подписки до первой ценности. Ещё не дошедшие не исключаются: они считаются ждущими до сих пор, а медиана — день, к которому, по оценке, дошла половина (Каплан и Мейер)."
formula:
  en: "median days from the start to first value (Kaplan-Meier)"
  es: "mediana de días desde el inicio hasta el primer valor (Kaplan-Meier)"
  ro: "mediana zilelor de la început până la prima valoare (Kaplan-Meier)"
  ru: "медиана дней от начала до первой ценности (Каплан — Мейер)"
unit: days
better: lower
type: distribution
facts: [events, accounts]
estimator: waiting_time
observe: [days, reached]
words:
  - {name: reached, label: {en: "There already", es: "Ya han llegado", ro: "Au ajuns deja", ru: "Уже дошли"}, unit: count}
  - {name: not_there_yet, label: {en: "Not there yet", es: "Aún no han llegado", ro: "Încă nu au ajuns", ru: "Ещё не дошли"}, unit: percent}
  - {name: quartile_1, label: {en: "A quarter within", es: "Una cuarta parte en", ro: "Un sfert în", ru: "Четверть за"}, unit: days}
  - {name: quartile_3, label: {en: "Three quarters within", es: "Tres cuartas partes en", ro: "Trei sferturi în", ru: "Три четверти за"}, unit: days}
  - {name: days, label: {en: "Waited", es: "Espera", ro: "A așteptat", ru: "Ожидание"}, unit: days}
key: [account]
variants:
  - id: accounts
    label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}
  - id: users
    label: {en: "Users", es: "Usuarios", ro: "Utilizatori", ru: "Пользователи"}
    facts: [events]
    key: [person]
  - id: contract
    label: {en: "From contract", es: "Desde el contrato", ro: "De la contract", ru: "От договора"}
    facts: [events, contracts, subscriptions]
    formula: {en: "median days from the first contract or subscription to first value (Kaplan-Meier)", es: "mediana de días desde el primer contrato o suscripción hasta el primer valor (Kaplan-Meier)", ro: "mediana zilelor de la primul contract sau abonament până la prima valoare (Kaplan-Meier)", ru: "медиана дней от первого договора или подписки до первой ценности (Каплан — Мейер)"}
people: true
examples:
  - text: "3 accounts complete onboarding 1, 2 and 9 days after they signed up"
    value: 2
    facts: [{fact: events, times: 3, at: 2026-05-10, name: "Signed Up", account: "a#", user: "u#"}, {fact: events, at: 2026-05-11, name: "Onboarding Completed", account: a1, user: u1}, {fact: events, at: 2026-05-12, name: "Onboarding Completed", account: a2, user: u2}, {fact: events, at: 2026-05-19, name: "Onboarding Completed", account: a3, user: u3}]
*/
select p.i, s.account, s.person, s.unit, v.reached_at,
       extract(epoch from coalesce(v.reached_at, {now}) - s.began) / 86400 as days, case when v.reached_at is null then 0 else 1 end as reached
from {points} p
join {signups_of_accounts} s on s.began >= p.from_ts and s.began < p.to_ts and s.began <= {now}
left join (
  select s.unit, min(e.ts) as reached_at
  from {signups_of_accounts} s
  join {events} e on e.account = s.unit and e.ts >= s.began and e.day >= {lo_day}
  where {policy.first_value_events(e.name)} and e.ts <= {now}
  group by s.unit
) v on v.unit = s.unit
-- variant users
select p.i, s.account, s.person, s.unit, v.reached_at,
       extract(epoch from coalesce(v.reached_at, {now}) - s.began) / 86400 as days, case when v.reached_at is null then 0 else 1 end as reached
from {points} p
join {signups_of_people} s on s.began >= p.from_ts and s.began < p.to_ts and s.began <= {now}
left join (
  select s.unit, min(e.ts) as reached_at
  from {signups_of_people} s
  join {events} e on e.person = s.unit and e.ts >= s.began and e.day >= {lo_day}
  where {policy.first_value_events(e.name)} and e.ts <= {now}
  group by s.unit
) v on v.unit = s.unit
-- variant contract
select p.i, s.account, s.person, s.unit, v.reached_at,
       extract(epoch from coalesce(v.reached_at, {now}) - s.began) / 86400 as days, case when v.reached_at is null then 0 else 1 end as reached
from {points} p
join {agreements} s on s.began >= p.from_ts and s.began < p.to_ts and s.began <= {now}
left join (
  select s.unit, min(e.ts) as reached_at
  from {agreements} s
  join {events} e on e.account = s.unit and e.ts >= s.began and e.day >= {lo_day}
  where {policy.first_value_events(e.name)} and e.ts <= {now}
  group by s.unit
) v on v.unit = s.unit
