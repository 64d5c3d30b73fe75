/*
id: survey_response_rate
family: voice
label:
  en: "Survey response rate"
  es: "Tasa de respuesta a encuestas"
  ro: "Rata de răspuns la sondaje"
  ru: "Доля ответивших на опросы"
about:
  en: "How many of those who were asked answered, of the invitations sent in the period and delivered (those that do not say are taken as delivered). An answer belongs to the invitation it names, otherwise to the last one of the same survey that its person, or an account without a named person, got before it; several questions answered are one answer."
  es: "Cuántos de los consultados respondieron, de las invitaciones enviadas en el período y entregadas (si no se indica, se dan por entregadas). Una respuesta pertenece a la invitación que nombra; si no, a la última de la misma encuesta que recibió antes su persona, o una cuenta sin persona indicada; varias preguntas respondidas son una respuesta."
  ro: "Câți dintre cei întrebați au răspuns, din invitațiile trimise în perioadă și livrate (dacă nu se spune, se consideră livrate). Un răspuns aparține invitației pe care o numește; altfel ultimei invitații la același sondaj primite înainte de persoana sa ori de un cont fără persoană numită; mai multe întrebări la care s-a răspuns sunt un răspuns."
  ru: "Сколько из опрошенных ответили — по приглашениям, отправленным в периоде и доставленным (если не сказано, считаются доставленными). Ответ относится к приглашению, которое он называет, иначе к последнему перед ним приглашению того же опроса его человеку или аккаунту без указанного человека; ответы на несколько вопросов — один ответ."
formula:
  en: "answered invitations / delivered invitations * 100"
  es: "invitaciones respondidas / invitaciones entregadas * 100"
  ro: "invitații cu răspuns / invitații livrate * 100"
  ru: "приглашения с ответом / доставленные приглашения * 100"
unit: percent
better: higher
type: ratio
facts: [invitations, answers]
key: [id]
numerator: "sum(answered)"
denominator: "count(*)"
scale: 100
interval: wilson
dimensions: [survey, channel, touchpoint]
people: true
excluded:
  not_delivered: {en: "The invitation was not delivered", es: "La invitación no se entregó", ro: "Invitația nu a fost livrată", ru: "Приглашение не доставлено"}
detail:
  - {name: median_hours, label: {en: "Median hours to the answer", es: "Mediana de horas hasta la respuesta", ro: "Mediana orelor până la răspuns", ru: "Медиана часов до ответа"}, unit: hours, sql: "percentile_cont(0.5) within group (order by hours)"}
examples:
  - text: "200 of 250 delivered invitations answered"
    value: 80
    facts: [{fact: invitations, times: 250, user: "u#", survey: s, delivered: true}, {fact: answers, times: 200, at: 2026-05-12, user: "u#", survey: s, kind: nps, score: 9}]
*/
select n.i, n.account, n.person, n.id, n.ts, n.survey, n.channel, n.touchpoint,
       case when a.answered_at is null then 0 else 1 end as answered,
       cast(extract(epoch from (a.answered_at - n.ts)) as double precision) / 3600 as hours,
       case when not coalesce(n.delivered, true) then 'not_delivered' end as excluded
from {during(invitations)} n
left join {answered_invitations} a on a.seq = n.seq
