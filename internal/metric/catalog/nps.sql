/*
id: nps
family: voice
label:
  en: "Net Promoter Score"
  es: "Net Promoter Score"
  ro: "Net Promoter Score"
  ru: "Индекс потребительской лояльности (NPS)"
about:
  en: "Would customers recommend you? Share of promoters (9-10) minus share of detractors (0-6); passives (7-8) count among the answers only. Every answer counts once; by account every account counts once, and by value as much as it was worth a month when it answered. The intervals of the last two rest on the effective number of accounts."
  es: "¿Le recomendarían los clientes? Porcentaje de promotores (9-10) menos porcentaje de detractores (0-6); los pasivos (7-8) solo cuentan entre las respuestas. Cada respuesta cuenta una vez; por cuenta, cada cuenta una vez, y por valor, según lo que valía al mes cuando respondió. Los intervalos de estas dos usan el número efectivo de cuentas."
  ro: "V-ar recomanda clienții? Ponderea promotorilor (9-10) minus ponderea detractorilor (0-6); pasivii (7-8) se numără doar la răspunsuri. Fiecare răspuns contează o dată; pe cont, fiecare cont o dată, iar pe valoare, după cât valora lunar când a răspuns. Intervalele ultimelor două folosesc numărul efectiv de conturi."
  ru: "Порекомендуют ли вас клиенты? Доля промоутеров (9-10) минус доля критиков (0-6); нейтральные (7-8) входят только в число ответов. Каждый ответ считается один раз; по аккаунтам один раз считается каждый аккаунт, по выручке он весит столько, сколько приносил в месяц, когда отвечал. Интервалы двух последних опираются на эффективное число аккаунтов."
formula:
  en: "(promoters - detractors) / answers * 100"
  es: "(promotores - detractores) / respuestas * 100"
  ro: "(promotori - detractori) / răspunsuri * 100"
  ru: "(промоутеры - критики) / ответы * 100"
unit: points
better: higher
type: ratio
facts: [answers]
key: [id]
numerator: "sum(promoter) - sum(detractor)"
denominator: "count(*)"
scale: 100
sample: "promoter - detractor"
interval: nps
dimensions: [survey, question, touchpoint, locale, agent]
people: true
distribution: score
detail: &parts
  - {name: promoters, label: {en: "Promoters", es: "Promotores", ro: "Promotori", ru: "Промоутеры"}, unit: count, sql: "sum(promoter)"}
  - {name: passives, label: {en: "Passives", es: "Pasivos", ro: "Pasivi", ru: "Нейтральные"}, unit: count, sql: "sum(1 - promoter - detractor)"}
  - {name: detractors, label: {en: "Detractors", es: "Detractores", ro: "Detractori", ru: "Критики"}, unit: count, sql: "sum(detractor)"}
beside: {name: weightings, label: {en: "By respondent, account and value", es: "Por respuesta, cuenta y valor", ro: "Pe răspuns, cont și valoare", ru: "По ответам, аккаунтам и выручке"}, variants: [standard, by_account, by_value]}
variants:
  - id: standard
    label: {en: "By respondent", es: "Por respuesta", ro: "Pe răspuns", ru: "По ответам"}
  - id: by_account
    label: {en: "By account", es: "Por cuenta", ro: "Pe cont", ru: "По аккаунтам"}
    formula:
      en: "mean over accounts of (promoters - detractors) / answers * 100"
      es: "media entre cuentas de (promotores - detractores) / respuestas * 100"
      ro: "media pe conturi a (promotori - detractori) / răspunsuri * 100"
      ru: "среднее по аккаунтам от (промоутеры - критики) / ответы * 100"
    denominator: none
    estimator: weighted_share
    observe: [account, net, weight]
    words:
      - {name: accounts, label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}, unit: count}
      - {name: answers, label: {en: "Answers", es: "Respuestas", ro: "Răspunsuri", ru: "Ответы"}, unit: count}
      - {name: effective_n, label: {en: "Effective sample", es: "Muestra efectiva", ro: "Eșantion efectiv", ru: "Эффективная выборка"}, unit: number}
      - {name: net, label: {en: "Promoter (1), passive (0), detractor (−1)", es: "Promotor (1), pasivo (0), detractor (−1)", ro: "Promotor (1), pasiv (0), detractor (−1)", ru: "Промоутер (1), нейтральный (0), критик (−1)"}, unit: number}
    detail: *parts
    excluded:
      no_account: &no_account {en: "The account is not known", es: "No se conoce la cuenta", ro: "Contul nu e cunoscut", ru: "Аккаунт неизвестен"}
  - id: by_value
    label: {en: "By recurring value", es: "Por valor recurrente", ro: "Pe valoare recurentă", ru: "По регулярной выручке"}
    formula:
      en: "mean over accounts of (promoters - detractors) / answers * 100, weighted by recurring value"
      es: "media entre cuentas de (promotores - detractores) / respuestas * 100, ponderada por valor recurrente"
      ro: "media pe conturi a (promotori - detractori) / răspunsuri * 100, ponderată cu valoarea recurentă"
      ru: "среднее по аккаунтам от (промоутеры - критики) / ответы * 100, взвешенное по регулярной выручке"
    facts: [answers, subscriptions, contracts]
    denominator: none
    denominator_unit: money
    estimator: weighted_share
    observe: [account, net, weight]
    words:
      - {name: accounts, label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}, unit: count}
      - {name: answers, label: {en: "Answers", es: "Respuestas", ro: "Răspunsuri", ru: "Ответы"}, unit: count}
      - {name: effective_n, label: {en: "Effective sample", es: "Muestra efectiva", ro: "Eșantion efectiv", ru: "Эффективная выборка"}, unit: number}
      - {name: net, label: {en: "Promoter (1), passive (0), detractor (−1)", es: "Promotor (1), pasivo (0), detractor (−1)", ro: "Promotor (1), pasiv (0), detractor (−1)", ru: "Промоутер (1), нейтральный (0), критик (−1)"}, unit: number}
      - {name: weight, label: {en: "Worth a month", es: "Valor al mes", ro: "Valoare pe lună", ru: "Стоимость в месяц"}, unit: money}
    detail: *parts
    excluded:
      no_account: *no_account
      no_value: {en: "The account paid nothing when it answered", es: "La cuenta no pagaba nada al responder", ro: "Contul nu plătea nimic când a răspuns", ru: "Когда аккаунт отвечал, он ничего не платил"}
bands:
  - {label: good, from: 0, to: 20, source: "S3"}
  - {label: great, from: 20, to: 50, source: "S3"}
  - {label: excellent, from: 50, source: "S3"}
  - {label: good, from: 30, to: 70, source: "S0"}
  - {label: excellent, from: 70, source: "S0"}
examples:
  - text: "250 asked, 200 answered: 100 promoters, 50 passives, 50 detractors; (100 - 50) / 200"
    value: 25
    facts: [{fact: answers, times: 100, kind: nps, score: 9}, {fact: answers, times: 50, kind: nps, score: 7}, {fact: answers, times: 50, kind: nps, score: 6}]
  - text: "50 % promoters, 10 % detractors"
    value: 40
    facts: [{fact: answers, times: 5, kind: nps, score: 10}, {fact: answers, times: 4, kind: nps, score: 8}, {fact: answers, kind: nps, score: 0}]
*/
select a.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score,
       case when a.score >= 9 then 1 else 0 end as promoter,
       case when a.score <= 6 then 1 else 0 end as detractor
from {during(answers)} a
where a.kind = 'nps'
-- variant by_account
select a.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score, 1 as weight,
       case when a.score >= 9 then 1 else 0 end as promoter,
       case when a.score <= 6 then 1 else 0 end as detractor,
       case when a.score >= 9 then 1 when a.score <= 6 then -1 else 0 end as net,
       case when a.account = 0 then 'no_account' end as excluded
from {during(answers)} a
where a.kind = 'nps'
-- variant by_value
select a.i, a.account, a.person, a.id, a.ts, a.survey, a.question, a.touchpoint, a.locale, a.agent, a.score, w.worth as weight, w.missing_rate,
       case when a.score >= 9 then 1 else 0 end as promoter,
       case when a.score <= 6 then 1 else 0 end as detractor,
       case when a.score >= 9 then 1 when a.score <= 6 then -1 else 0 end as net,
       case when a.account = 0 then 'no_account' when w.missing_rate is null and coalesce(w.worth, 0) = 0 then 'no_value' end as excluded
from {during(answers)} a
left join {answer_worth(nps)} w on w.i = a.i and w.seq = a.seq
where a.kind = 'nps'
