/*
id: repeat_session_rate
family: product
label:
  en: "Repeat session rate"
  es: "Tasa de segunda sesión"
  ro: "Rata celei de-a doua sesiuni"
  ru: "Доля вернувшихся на вторую сессию"
about:
  en: "Of the people who completed onboarding in the period, the share that began another session within the days allowed."
  es: "De las personas que completaron la incorporación en el período, el porcentaje que empezó otra sesión en el plazo."
  ro: "Dintre cei care au încheiat onboardingul în perioadă, ponderea celor care au început încă o sesiune în zilele prevăzute."
  ru: "Из завершивших онбординг за период доля тех, кто начал ещё одну сессию в отведённые дни."
formula:
  en: "onboarded users with a second session in time / onboarded users * 100"
  es: "usuarios incorporados con una segunda sesión a tiempo / usuarios incorporados * 100"
  ro: "utilizatori cu onboarding încheiat și a doua sesiune la timp / utilizatori cu onboarding încheiat * 100"
  ru: "завершившие онбординг и вернувшиеся в срок / завершившие онбординг * 100"
unit: percent
better: higher
type: ratio
facts: [events, pages]
numerator: "sum(came_back)"
denominator: "count(*)"
scale: 100
interval: wilson
key: [person]
detail:
  - {name: median_days, label: {en: "Days until the second session, median", es: "Días hasta la segunda sesión, mediana", ro: "Zile până la a doua sesiune, mediana", ru: "Дней до второй сессии, медиана"}, unit: days, sql: "percentile_cont(0.5) within group (order by case when came_back = 1 then days end)"}
people: true
examples:
  - text: "4 people completed onboarding, 3 of them came again the next day"
    value: 75
    facts: [{fact: events, times: 4, at: 2026-05-10, name: "Onboarding Completed", user: "u#"}, {fact: events, times: 3, at: 2026-05-11, name: Opened, user: "u#"}]
*/
select p.i, o.account, o.person, extract(epoch from s.next_began - o.onboarded_at) / 86400 as days,
       case when s.next_began < o.onboarded_at + interval '1 day' * {policy.repeat_days} then 1 else 0 end as came_back
from {points} p
join {first_onboarded} o on o.onboarded_at >= p.from_ts and o.onboarded_at < p.to_ts
left join (
  select o.person, min(s.began) as next_began
  from {first_onboarded} o
  join {onboarded_visitors} v on v.person = o.person
  join {sessions(onboarded)} s on s.visitor = v.visitor and s.began > o.onboarded_at
  group by o.person
) s on s.person = o.person
