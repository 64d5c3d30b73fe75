/*
id: csat
family: voice
label:
  en: "Customer satisfaction (CSAT)"
  es: "Satisfacción del cliente (CSAT)"
  ro: "Satisfacția clienților (CSAT)"
  ru: "Удовлетворённость клиентов (CSAT)"
about:
  en: "How satisfied were customers with what just happened? Share of answers in the top two boxes of the scale; on a scale of two, good and bad, in the upper one. By account every account counts once, by value as much as it was worth a month when it answered."
  es: "¿Qué tan satisfechos quedaron los clientes con lo que acaba de pasar? Porcentaje de respuestas en las dos casillas más altas; en una escala de dos, bien y mal, en la de arriba. Por cuenta, cada cuenta cuenta una vez; por valor, según lo que valía al mes cuando respondió."
  ro: "Cât de mulțumiți au fost clienții de ce tocmai s-a întâmplat? Ponderea răspunsurilor din primele două trepte ale scalei; pe o scală de două, bine și rău, din cea de sus. Pe cont, fiecare cont contează o dată; pe valoare, după cât valora lunar când a răspuns."
  ru: "Насколько клиенты довольны тем, что только что произошло? Доля ответов в двух верхних делениях шкалы; на шкале из двух, хорошо и плохо, в верхнем. По аккаунтам каждый аккаунт считается один раз, по выручке он весит столько, сколько приносил в месяц, когда отвечал."
formula:
  en: "answers in the top two boxes / answers * 100"
  es: "respuestas en las dos casillas superiores / respuestas * 100"
  ro: "răspunsuri în primele două trepte / răspunsuri * 100"
  ru: "ответы в двух верхних делениях / ответы * 100"
unit: percent
better: higher
type: ratio
facts: [answers]
key: [id]
numerator: "sum(satisfied)"
denominator: "count(*)"
scale: 100
interval: wilson
range: [0, 100]
dimensions: [survey, question, touchpoint, locale, agent]
people: true
distribution: score
detail: &parts
  - {name: satisfied, label: {en: "Satisfied", es: "Satisfechos", ro: "Mulțumiți", ru: "Довольные"}, unit: count, sql: "sum(satisfied)"}
  - {name: unhappy, label: {en: "Unhappy: below the middle of the scale", es: "Descontentos: por debajo de la mitad de la escala", ro: "Nemulțumiți: sub mijlocul scalei", ru: "Недовольные: ниже середины шкалы"}, unit: count, sql: "sum(unhappy)"}
beside: {name: weightings, label: {en: "By respondent, account and value", es: "Por respuesta, cuenta y valor", ro: "Pe răspuns, cont și valoare", ru: "По ответам, аккаунтам и выручке"}, variants: [top2, by_account, by_value]}
variants:
  - id: top2
    label: {en: "Top two boxes", es: "Dos casillas superiores", ro: "Primele două trepte", ru: "Две верхние оценки"}
  - id: mean
    label: {en: "Mean of the scale", es: "Media de la escala", ro: "Media scalei", ru: "Среднее по шкале"}
    formula:
      en: "sum of scores / sum of the highest possible scores * 100"
      es: "suma de puntuaciones / suma de las máximas posibles * 100"
      ro: "suma scorurilor / suma celor mai mari scoruri posibile * 100"
      ru: "сумма оценок / сумма наибольших возможных * 100"
    numerator: "sum(score)"
    numerator_unit: score
    denominator: "sum(scale_max)"
    denominator_unit: score
    sample: "score"
    sample_of: "scale_max"
    interval: ratio
  - id: by_account
    label: {en: "By account", es: "Por cuenta", ro: "Pe cont", ru: "По аккаунтам"}
    formula:
      en: "mean over accounts of answers in the top two boxes / answers * 100"
      es: "media entre cuentas de respuestas en las dos casillas superiores / respuestas * 100"
      ro: "media pe conturi a răspunsurilor în primele două trepte / răspunsuri * 100"
      ru: "среднее по аккаунтам от ответов в двух верхних делениях / ответы * 100"
    denominator: none
    estimator: weighted_share
    observe: [account, satisfied, weight]
    words:
      - {name: accounts, label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}, unit: count}
      - {name: answers, label: {en: "Answers", es: "Respuestas", ro: "Răspunsuri", ru: "Ответы"}, unit: count}
      - {name: effective_n, label: {en: "Effective sample", es: "Muestra efectiva", ro: "Eșantion efectiv", ru: "Эффективная выборка"}, unit: number}
      - {name: satisfied, label: {en: "Satisfied (1) or not (0)", es: "Satisfecho (1) o no (0)", ro: "Mulțumit (1) sau nu (0)", ru: "Доволен (1) или нет (0)"}, unit: number}
    detail: *parts
    excluded:
      no_account: &no_account {en: "The account is not known", es: "No se conoce la cuenta", ro: "Contul nu e cunoscut", ru: "Аккаунт неизвестен"}
  - id: by_value
    label: {en: "By recurring value", es: "Por valor recurrente", ro: "Pe valoare recurentă", ru: "По регулярной выручке"}
    formula:
      en: "mean over accounts of answers in the top two boxes / answers * 100, weighted by recurring value"
      es: "media entre cuentas de respuestas en las dos casillas superiores / respuestas * 100, ponderada por valor recurrente"
      ro: "media pe conturi a răspunsurilor în primele două trepte / răspunsuri * 100, ponderată cu valoarea recurentă"
      ru: "среднее по аккаунтам от ответов в двух верхних делениях / ответы * 100, взвешенное по регулярной выручке"
    facts: [answers, subscriptions, contracts]
    denominator: none
    denominator_unit: money
    estimator: weighted_share
    observe: [account, satisfied, weight]
    words:
      - {name: accounts, label: {en: "Accounts", es: "Cuentas", ro: "Conturi", ru: "Аккаунты"}, unit: count}
      - {name: answers, label: {en: "Answers", es: "Respuestas", ro: "Răspunsuri", ru: "Ответы"}, unit: count}
      - {name: effective_n, label: {en: "Effective sample", es: "Muestra efectiva", ro: "Eșantion efectiv", ru: "Эффективная выборка"}, unit: number}
      - {name: satisfied, label: {en: "Satisfied (1) or not (0)", es: "Satisfecho (1) o no (0)", ro: "Mulțumit (1) sau nu (0)", ru: "Доволен (1) или нет (0)"}, unit: number}
      - {name: weight, label: {en: "Worth a month", es: "Valor al mes", ro: "Valoare pe lună", ru: "Стоимость в месяц"}, unit: money}
    detail: *parts
    excluded:
      no_account: *no_account
      no_value: {en: "The account paid nothing when it answered", es: "La cuenta no pagaba nada al responder", ro: "Contul nu plătea nimic când a răspuns", ru: "Когда аккаунт отвечал, он ничего не платил"}
bands:
  - {label: good, from: 75, to: 85, source: "S3"}
  - {label: excellent, from: 80, source: "S0"}
examples:
  - text: "40 of 50 answers in the top two boxes"
    value: 80
    facts: [{fact: answers, times: 30, kind: csat, score: 5}, {fact: answers, times: 10, kind: csat, score: 4}, {fact: answers, times: 10, kind: csat, score: 3}]
  - text: "5, 5, 5, 4, 1, 3, 2, 4, 3, 3 of 5: 35 / 50"
    variant: mean
    value: 70
    facts: [{fact: answers, times: 3, kind: csat, score: 5}, {fact: answers, times: 2, kind: csat, score: 4}, {fact: answers, times: 3, kind: csat, score: 3}, {fact: answers, kind: csat, score: 2}, {fact: answers, kind: csat, score: 1}]
*/
select * from {satisfaction}
-- variant by_account
select s.*, 1 as weight, case when s.account = 0 then 'no_account' end as excluded from {satisfaction} s
-- variant by_value
select s.*, w.worth as weight, w.missing_rate,
       case when s.account = 0 then 'no_account' when w.missing_rate is null and coalesce(w.worth, 0) = 0 then 'no_value' end as excluded
from {satisfaction} s
left join {answer_worth(csat)} w on w.i = s.i and w.seq = s.seq
