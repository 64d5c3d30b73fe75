/*
id: references
family: customers
label:
  en: "References given"
  es: "Referencias dadas"
  ro: "Referințe oferite"
  ru: "Рекомендательные материалы"
about:
  en: "Success stories, case studies, references and reviews that customers gave in the period, as interactions of these kinds."
  es: "Casos de éxito, estudios, referencias y reseñas que los clientes dieron en el período, como interacciones de esos tipos."
  ro: "Povești de succes, studii de caz, referințe și recenzii oferite de clienți în perioadă, ca interacțiuni de aceste feluri."
  ru: "Истории успеха, кейсы, рекомендации и отзывы, данные клиентами в периоде, как взаимодействия этих видов."
formula:
  en: "interactions of the kinds success_story, reference, review_given"
  es: "interacciones de tipo success_story, reference, review_given"
  ro: "interacțiuni de felul success_story, reference, review_given"
  ru: "взаимодействия видов success_story, reference, review_given"
unit: count
better: higher
type: activity
adds: true
facts: [interactions]
key: [id]
numerator: "count(*)"
dimensions: [kind, csm]
people: true
person_for: breakdown
detail:
  - {name: success_stories, label: {en: "Success stories", es: "Casos de éxito", ro: "Povești de succes", ru: "Истории успеха"}, unit: count, sql: "sum(case when kind = 'success_story' then 1 else 0 end)"}
  - {name: references, label: {en: "References", es: "Referencias", ro: "Referințe", ru: "Рекомендации"}, unit: count, sql: "sum(case when kind = 'reference' then 1 else 0 end)"}
  - {name: reviews, label: {en: "Reviews", es: "Reseñas", ro: "Recenzii", ru: "Отзывы"}, unit: count, sql: "sum(case when kind = 'review_given' then 1 else 0 end)"}
examples:
  - text: "a success story, a reference and a review; a call is none"
    value: 3
    facts: [{fact: interactions, account: a, kind: success_story}, {fact: interactions, account: a, kind: reference}, {fact: interactions, account: a, kind: review_given}, {fact: interactions, account: a, kind: call}]
*/
select f.i, f.account, f.person, f.id, f.ts, f.kind, f.csm
from {during(interactions)} f
where f.kind in ('success_story', 'reference', 'review_given')
