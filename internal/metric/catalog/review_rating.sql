/*
id: review_rating
family: voice
label:
  en: "Review rating"
  es: "Valoración en reseñas"
  ro: "Nota din recenzii"
  ru: "Оценка в отзывах"
about:
  en: "What customers give in reviews on other sites: the mean rating as a share of the highest possible one, so that sites with different scales can be compared."
  es: "Lo que dan los clientes en reseñas de otros sitios: la valoración media como porcentaje de la máxima posible, para comparar sitios con escalas distintas."
  ro: "Ce notă dau clienții în recenzii pe alte site-uri: nota medie ca parte din cea mai mare posibilă, ca să se poată compara site-uri cu scale diferite."
  ru: "Что ставят клиенты в отзывах на других площадках: средняя оценка как доля наибольшей возможной, чтобы площадки с разными шкалами были сравнимы."
formula:
  en: "sum of rating / highest possible rating * 100 / reviews"
  es: "suma de valoración / máxima posible * 100 / reseñas"
  ro: "suma de notă / nota maximă posibilă * 100 / recenzii"
  ru: "сумма (оценка / наибольшая возможная * 100) / отзывы"
unit: score
better: higher
type: ratio
facts: [reviews]
key: [id]
numerator: "sum(rating)"
numerator_unit: score
denominator: "count(*)"
sample: "rating"
interval: mean
range: [0, 100]
dimensions: [source, locale]
people: true
person_for: breakdown
distribution: stars
examples:
  - text: "5, 4 and 3 of 5 stars"
    value: 80
    facts: [{fact: reviews, source: G2, rating: 5, scale_max: 5}, {fact: reviews, source: G2, rating: 4, scale_max: 5}, {fact: reviews, source: G2, rating: 3, scale_max: 5}]
*/
select r.i, r.account, r.person, r.id, r.ts, r.source, r.locale, 100.0 * r.rating / r.scale_max as rating,
       round(cast(5.0 * r.rating / r.scale_max as decimal(18,6))) as stars
from {during(reviews)} r
