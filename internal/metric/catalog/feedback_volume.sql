/*
id: feedback_volume
family: voice
label:
  en: "Feedback volume"
  es: "Volumen de opiniones"
  ro: "Volumul feedbackului"
  ru: "Объём отзывов"
about:
  en: "How much customers say: comments in surveys, reviews elsewhere and mentions in social networks. A choice of start, stop or continue is a comment too. Theme, sentiment and language are those the sender gives as properties; the language otherwise that of the survey or review. Most unhappy customers say nothing: for each one who complained, as many silent ones are estimated as the policy states."
  es: "Cuánto dicen los clientes: comentarios en encuestas, reseñas en otros sitios y menciones en redes sociales. Elegir empezar, dejar o seguir también es un comentario. Tema, sentimiento e idioma son los que el emisor da como propiedades; si no, el idioma de la encuesta o reseña. La mayoría de los descontentos calla: por cada uno que se quejó se estiman tantos silenciosos como indica la política."
  ro: "Cât spun clienții: comentarii în sondaje, recenzii în alte locuri și mențiuni în rețelele sociale. Alegerea start, stop sau continuă e tot un comentariu. Tema, sentimentul și limba sunt cele date ca proprietăți; altfel limba sondajului sau a recenziei. Cei mai mulți nemulțumiți tac: pentru fiecare care s-a plâns se estimează atâția tăcuți câți spune politica."
  ru: "Сколько говорят клиенты: комментарии в опросах, отзывы на других площадках и упоминания в соцсетях. Выбор «начать», «прекратить» или «продолжать» — тоже комментарий. Тема, тональность и язык — те, что отправитель указал в свойствах; иначе язык опроса или отзыва. Большинство недовольных молчит: на каждого пожаловавшегося приходится столько молчащих, сколько задано правилом."
formula:
  en: "comments + reviews + mentions"
  es: "comentarios + reseñas + menciones"
  ro: "comentarii + recenzii + mențiuni"
  ru: "комментарии + отзывы + упоминания"
unit: count
better: neither
type: activity
adds: true
facts: [answers, reviews, social]
key: [id]
numerator: "coalesce(sum(voices), 0)"
n: "coalesce(sum(voices), 0)"
dimensions: [kind, source, survey, question, touchpoint, theme, sentiment, language, start_stop_continue]
people: true
detail:
  - {name: comments, label: {en: "Comments", es: "Comentarios", ro: "Comentarii", ru: "Комментарии"}, unit: count, sql: "sum(case when kind = 'comment' then voices end)"}
  - {name: reviews, label: {en: "Reviews", es: "Reseñas", ro: "Recenzii", ru: "Отзывы"}, unit: count, sql: "sum(case when kind = 'review' then voices end)"}
  - {name: mentions, label: {en: "Mentions", es: "Menciones", ro: "Mențiuni", ru: "Упоминания"}, unit: count, sql: "sum(case when kind = 'mention' then voices end)"}
  - {name: complainers, label: {en: "Unhappy customers who spoke", es: "Clientes descontentos que hablaron", ro: "Clienți nemulțumiți care au vorbit", ru: "Недовольные, которые высказались"}, unit: count, sql: "count(distinct case when unhappy then whose end)"}
  - {name: silent_detractors, label: {en: "Unhappy customers who stay silent (estimate)", es: "Descontentos que callan (estimación)", ro: "Nemulțumiți care tac (estimare)", ru: "Недовольные, которые молчат (оценка)"}, unit: count, sql: "count(distinct case when unhappy then whose end) * max(silent)"}
examples:
  - text: "3 comments, 2 reviews and 4 mentions"
    value: 9
    facts: [{fact: answers, times: 3, account: "a#", kind: nps, score: 9, text: good}, {fact: reviews, times: 2, source: G2, rating: 4, scale_max: 5}, {fact: social, post_id: p, network: x, mentions: 4}]
*/
select v.i, v.account, v.person, v.id, v.ts, v.kind, v.source, v.survey, v.question, v.touchpoint, v.theme, lower(v.sentiment) as sentiment,
       lower(split_part(replace(v.locale, '_', '-'), '-', 1)) as language, v.start_stop_continue, v.voices,
       coalesce(lower(v.sentiment) = 'negative', v.unhappy, false) as unhappy, {policy.complaint_ratio} - 1 as silent,
       case when v.account <> 0 then 'account ' || v.account when v.person <> 0 then 'person ' || v.person else cast(v.id as varchar) end as whose
from (
  select p.i, a.account, a.person, a.id, a.ts, 'comment' as kind, 'survey' as source, a.survey, a.question, a.touchpoint, a.properties ->> 'theme' as theme, a.properties ->> 'sentiment' as sentiment,
         coalesce(a.properties ->> 'language', a.locale) as locale, case when lower(a.choice) in ('start', 'stop', 'continue') then lower(a.choice) end as start_stop_continue, 1 as voices,
         case when a.kind = 'nps' then a.score <= 6
              when a.orientation = 'effort' then 2 * a.score > a.scale_min + a.scale_max
              else 2 * a.score < a.scale_min + a.scale_max end as unhappy
  from {points} p
  join (select seq, id, ts, account, person, kind, survey, question, touchpoint, locale, choice, text, orientation, score, scale_min, scale_max, cast(properties as json) as properties from {answers}) a
    on a.ts >= p.from_ts and a.ts < p.to_ts
  where trim(coalesce(a.text, '')) <> '' or lower(a.choice) in ('start', 'stop', 'continue')
  union all
  select p.i, r.account, r.person, r.id, r.ts, 'review', r.source, null, null, null, r.properties ->> 'theme', r.properties ->> 'sentiment',
         coalesce(r.properties ->> 'language', r.locale), null, 1, 2 * r.rating < r.scale_max
  from {points} p
  join (select id, ts, account, person, source, rating, scale_max, locale, cast(properties as json) as properties from {reviews}) r on r.ts >= p.from_ts and r.ts < p.to_ts
  union all
  select p.i, s.account, s.person, s.id, s.ts, 'mention', s.network, null, null, null, s.properties ->> 'theme', s.properties ->> 'sentiment', s.properties ->> 'language', null, s.mentions, null
  from {points} p
  join (select id, ts, account, person, network, mentions, cast(properties as json) as properties from {social}) s on s.ts >= p.from_ts and s.ts < p.to_ts
  where s.mentions > 0
) v
