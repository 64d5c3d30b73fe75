/*
id: social_engagement_rate
family: web
label:
  en: "Social engagement rate"
  es: "Tasa de interacción social"
  ro: "Rata de implicare socială"
  ru: "Вовлечённость в соцсетях"
about:
  en: "Likes, shares, saves, comments and mentions out of impressions, by network and post. Counts of a post grow, so the latest counts in the period stand for it."
  es: "Me gusta, compartidos, guardados, comentarios y menciones entre impresiones, por red y publicación. Las cifras de una publicación crecen, así que valen las últimas del período."
  ro: "Aprecieri, distribuiri, salvări, comentarii și mențiuni raportate la afișări, pe rețea și postare. Cifrele unei postări cresc, așa că se iau ultimele din perioadă."
  ru: "Лайки, репосты, сохранения, комментарии и упоминания к показам, по сети и публикации. Числа публикации растут, поэтому берутся последние за период."
formula:
  en: "(likes + shares + saves + comments + mentions) / impressions * 100"
  es: "(me gusta + compartidos + guardados + comentarios + menciones) / impresiones * 100"
  ro: "(aprecieri + distribuiri + salvări + comentarii + mențiuni) / afișări * 100"
  ru: "(лайки + репосты + сохранения + комментарии + упоминания) / показы * 100"
unit: percent
better: higher
type: ratio
facts: [social]
numerator: "sum(likes + shares + saves + comments + mentions)"
denominator: "sum(impressions)"
scale: 100
n: "sum(impressions)"
interval: wilson
key: [id]
dimensions: [network, post_id]
excluded:
  no_impressions: {en: "impressions are not reported", es: "no se informan impresiones", ro: "afișările nu sunt raportate", ru: "показы не сообщены"}
detail:
  - {name: likes, label: {en: "Likes", es: "Me gusta", ro: "Aprecieri", ru: "Лайки"}, unit: count, sql: "sum(likes)"}
  - {name: shares, label: {en: "Shares", es: "Compartidos", ro: "Distribuiri", ru: "Репосты"}, unit: count, sql: "sum(shares)"}
  - {name: saves, label: {en: "Saves", es: "Guardados", ro: "Salvări", ru: "Сохранения"}, unit: count, sql: "sum(saves)"}
  - {name: comments, label: {en: "Comments", es: "Comentarios", ro: "Comentarii", ru: "Комментарии"}, unit: count, sql: "sum(comments)"}
  - {name: mentions, label: {en: "Mentions", es: "Menciones", ro: "Mențiuni", ru: "Упоминания"}, unit: count, sql: "sum(mentions)"}
bands:
  - {label: good, from: 1, to: 5, source: "S3"}
examples:
  - text: "30 likes + 5 shares + 3 saves + 10 comments + 2 mentions, 1000 impressions"
    value: 5
    facts: [{fact: social, post_id: p, network: x, impressions: 1000, likes: 30, shares: 5, saves: 3, comments: 10, mentions: 2}]
*/
select distinct on (s.i, s.network, s.post_id) s.i, s.account, s.id, s.ts, s.network, s.post_id, s.impressions, coalesce(s.likes, 0) as likes,
       coalesce(s.shares, 0) as shares, coalesce(s.saves, 0) as saves, coalesce(s.comments, 0) as comments, coalesce(s.mentions, 0) as mentions,
       case when s.impressions is null then 'no_impressions' end as excluded
from {during(social)} s
order by s.i, s.network, s.post_id, s.ts desc, s.seq desc
