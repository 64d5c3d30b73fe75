/*
id: chi
family: health
label:
  en: "Customer Health Index (CHI)"
  es: "Índice de salud del cliente (CHI)"
  ro: "Indicele de sănătate a clienților (CHI)"
  ru: "Индекс здоровья клиента (CHI)"
about:
  en: "The whole relationship in ten steps from stranger to renewed, three measures each, on a scale of 1 to 100: the mean over accounts at the end of the period, as it was told then. It needs the scorecard CHI, or another one of the aspect chi."
  es: "Toda la relación en diez pasos, de desconocido a renovado, con tres medidas cada uno, en una escala de 1 a 100: la media entre cuentas al final del período, tal como se dijo entonces. Necesita la ficha CHI u otra del aspecto chi."
  ro: "Întreaga relație în zece pași, de la străin la reînnoit, cu câte trei indicatori, pe o scală de la 1 la 100: media pe conturi la sfârșitul perioadei, așa cum a fost spusă atunci. Are nevoie de fișa CHI sau de alta a aspectului chi."
  ru: "Все отношения в десяти шагах от незнакомца до продления, по три показателя в каждом, по шкале от 1 до 100: среднее по аккаунтам на конец периода, как было сказано тогда. Нужна карта CHI или другая карта аспекта chi."
formula:
  en: "sum of CHI / accounts with a CHI"
  es: "suma de CHI / cuentas con CHI"
  ro: "suma CHI / conturi cu CHI"
  ru: "сумма CHI / аккаунты с CHI"
unit: score
better: higher
type: ratio
facts: [scores]
key: [account]
numerator: "sum(score)"
numerator_unit: score
denominator: "count(score)"
denominator_unit: count
n: "count(score)"
sample: "score"
interval: mean
range: [0, 100]
dimensions: [band]
detail:
  - {name: stranger, label: {en: "Stranger", es: "Desconocido", ro: "Străin", ru: "Незнакомец"}, unit: score, sql: "avg(s_stranger)"}
  - {name: lead, label: {en: "Interested", es: "Interesado", ro: "Interesat", ru: "Заинтересован"}, unit: score, sql: "avg(s_lead)"}
  - {name: trial, label: {en: "Trying", es: "Probando", ro: "În probă", ru: "Пробует"}, unit: score, sql: "avg(s_trial)"}
  - {name: customer, label: {en: "Buying", es: "Comprando", ro: "Cumpără", ru: "Покупает"}, unit: score, sql: "avg(s_customer)"}
  - {name: onboarding, label: {en: "Getting started", es: "Empezando", ro: "Începe", ru: "Начинает"}, unit: score, sql: "avg(s_onboarding)"}
  - {name: use, label: {en: "Using", es: "Usando", ro: "Folosește", ru: "Пользуется"}, unit: score, sql: "avg(s_use)"}
  - {name: depth, label: {en: "Finding value", es: "Encontrando valor", ro: "Găsește valoare", ru: "Находит ценность"}, unit: score, sql: "avg(s_depth)"}
  - {name: support, label: {en: "Being helped", es: "Recibiendo ayuda", ro: "Este ajutat", ru: "Получает помощь"}, unit: score, sql: "avg(s_support)"}
  - {name: loyal, label: {en: "Loyal", es: "Leal", ro: "Loial", ru: "Лоялен"}, unit: score, sql: "avg(s_loyal)"}
  - {name: renewed, label: {en: "Renewed and growing", es: "Renovado y creciendo", ro: "Reînnoit și în creștere", ru: "Продлил и растёт"}, unit: score, sql: "avg(s_renewed)"}
examples:
  - text: "accounts at 40 and 50"
    value: 45
    facts: [{fact: scores, account: a, aspect: chi, score: 40, band: average, coverage: 100}, {fact: scores, account: b, aspect: chi, score: 50, band: average, coverage: 100}]
*/
select i, account, id, score, band,
       cast(cast(properties as json) ->> 'stranger' as double precision) as s_stranger,
       cast(cast(properties as json) ->> 'lead' as double precision) as s_lead,
       cast(cast(properties as json) ->> 'trial' as double precision) as s_trial,
       cast(cast(properties as json) ->> 'customer' as double precision) as s_customer,
       cast(cast(properties as json) ->> 'onboarding' as double precision) as s_onboarding,
       cast(cast(properties as json) ->> 'use' as double precision) as s_use,
       cast(cast(properties as json) ->> 'depth' as double precision) as s_depth,
       cast(cast(properties as json) ->> 'support' as double precision) as s_support,
       cast(cast(properties as json) ->> 'loyal' as double precision) as s_loyal,
       cast(cast(properties as json) ->> 'renewed' as double precision) as s_renewed
from {scores_at} where aspect = 'chi'
