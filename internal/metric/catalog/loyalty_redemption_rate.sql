/*
id: loyalty_redemption_rate
family: customers
label:
  en: "Loyalty redemption"
  es: "Canje de puntos"
  ro: "Puncte folosite"
  ru: "Использование баллов"
about:
  en: "Points redeemed in the period per points issued in it; by reward, each against all points issued. Points issued earlier may be redeemed now, so it can exceed 100."
  es: "Puntos canjeados en el período por puntos emitidos en él; por recompensa, cada una frente a todos los emitidos. Pueden canjearse puntos de antes, así que puede pasar de 100."
  ro: "Puncte folosite în perioadă la puncte acordate în ea; după recompensă, fiecare față de toate cele acordate. Se pot folosi puncte mai vechi, deci poate trece de 100."
  ru: "Баллы, использованные в периоде, к начисленным в нём; по вознаграждениям — каждое ко всем начисленным. Могут тратиться прежние баллы, поэтому бывает больше 100."
formula:
  en: "points redeemed / points issued * 100"
  es: "puntos canjeados / puntos emitidos * 100"
  ro: "puncte folosite / puncte acordate * 100"
  ru: "использованные баллы / начисленные баллы * 100"
unit: percent
better: higher
type: ratio
facts: [loyalty]
key: [id]
numerator: "sum(redeemed)"
denominator: "sum(issued)"
scale: 100
dimensions: [reward]
grouped_by: reward
people: true
detail:
  - {name: issued, label: {en: "Issued", es: "Emitidos", ro: "Acordate", ru: "Начислено"}, unit: count, sql: "sum(issued)"}
  - {name: redeemed, label: {en: "Redeemed", es: "Canjeados", ro: "Folosite", ru: "Использовано"}, unit: count, sql: "sum(redeemed)"}
  - {name: expired, label: {en: "Expired", es: "Caducados", ro: "Expirate", ru: "Сгорело"}, unit: count, sql: "sum(expired)"}
  - {name: active_members, label: {en: "Active members", es: "Miembros activos", ro: "Membri activi", ru: "Активные участники"}, unit: count, sql: "count(distinct member)"}
examples:
  - text: "1000 points issued, 250 redeemed"
    value: 25
    facts: [{fact: loyalty, account: a, user: u, kind: issue, points: 1000}, {fact: loyalty, account: a, user: u, kind: redeem, points: 250, reward: mug}]
*/
select l.i, l.account, l.person, l.id, l.ts, l.reward,
       case when l.kind = 'issue' then l.points else 0 end as issued, case when l.kind = 'redeem' then l.points else 0 end as redeemed,
       case when l.kind = 'expire' then l.points else 0 end as expired,
       case when l.person <> 0 then 'person ' || cast(l.person as varchar) else 'account ' || cast(l.account as varchar) end as member
from {during(loyalty)} l
