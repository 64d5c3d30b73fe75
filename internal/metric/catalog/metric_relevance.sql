/*
id: metric_relevance
family: health
label:
  en: "Relevance of metrics"
  es: "Relevancia de las métricas"
  ro: "Relevanța indicatorilor"
  ru: "Значимость метрик"
about:
  en: "How well each measure of an account foretold an outcome in your own history, as it was found last before the end of the period: keep what foretells, and measure no more than that. From −1 to 1: above zero more of it went before the outcome, below zero less, and near zero it says nothing. By default leaving within three months; also staying past a renewal, paying a twentieth more, and what an account paid over the next twelve months. The whole is the measure that foretold best."
  es: "Qué tan bien cada medida de una cuenta predijo un resultado en su propia historia, según lo hallado por última vez antes del final del período: conserve lo que predice y no mida más que eso. De −1 a 1: por encima de cero, más de ello precedió al resultado; por debajo, menos; cerca de cero no dice nada. Por defecto, irse en tres meses; también seguir tras una renovación, pagar una vigésima parte más y lo que una cuenta pagó en los doce meses siguientes. El total es la medida que mejor predijo."
  ro: "Cât de bine a prezis fiecare măsură a unui cont un rezultat în propria istorie, așa cum s-a găsit ultima dată înainte de sfârșitul perioadei: păstrați ce prezice și nu măsurați mai mult de atât. De la −1 la 1: peste zero, mai mult din ea a precedat rezultatul; sub zero, mai puțin; aproape de zero nu spune nimic. Implicit, plecarea în trei luni; de asemenea rămânerea după o reînnoire, plata cu o douăzecime mai mult și cât a plătit un cont în următoarele douăsprezece luni. Întregul e măsura care a prezis cel mai bine."
  ru: "Насколько хорошо каждый показатель аккаунта предсказывал исход в вашей собственной истории, как это было установлено последний раз до конца периода: оставьте то, что предсказывает, и не измеряйте лишнего. От −1 до 1: выше нуля — исходу предшествовало больше, ниже — меньше, около нуля не говорит ни о чём. По умолчанию уход в течение трёх месяцев; также продление, рост платежа на двадцатую часть и сколько аккаунт заплатил за следующие двенадцать месяцев. Итог — показатель, предсказавший лучше всех."
formula: "2 * AUC - 1"
unit: number
better: neither
type: distribution
facts: [relevances]
key: [pair]
estimator: strongest
observe: [strength, low, high, looks, auc, outcomes, false_findings]
words:
  - {name: auc, label: {en: "Area under the curve (AUC)", es: "Área bajo la curva (AUC)", ro: "Aria de sub curbă (AUC)", ru: "Площадь под кривой (AUC)"}, unit: number}
  - {name: outcomes, label: {en: "Outcomes that came", es: "Resultados ocurridos", ro: "Rezultate survenite", ru: "Наступивших исходов"}, unit: count}
  - {name: false_findings, label: {en: "False findings to expect", es: "Hallazgos falsos esperables", ro: "Constatări false de așteptat", ru: "Ожидаемая доля ложных находок"}, unit: number}
  - {name: strength, label: {en: "Strength", es: "Fuerza", ro: "Putere", ru: "Сила"}, unit: number}
  - {name: looks, label: {en: "Looks at accounts", es: "Observaciones de cuentas", ro: "Observații ale conturilor", ru: "Наблюдений за аккаунтами"}, unit: count}
dimensions: [measure, metric, verdict]
grouped_by: measure
excluded:
  too_little: {en: "Too little happened to tell", es: "Ocurrió demasiado poco para saberlo", ro: "S-a întâmplat prea puțin ca să se poată spune", ru: "Событий слишком мало, чтобы судить"}
variants:
  - id: churn
    label: {en: "Leaving within three months", es: "Irse en tres meses", ro: "Plecarea în trei luni", ru: "Уход в течение трёх месяцев"}
    where: "outcome = 'churn'"
  - id: renewal
    label: {en: "Staying past a renewal", es: "Seguir tras una renovación", ro: "Rămânerea după o reînnoire", ru: "Продление"}
    where: "outcome = 'renewal'"
  - id: expansion
    label: {en: "Paying more", es: "Pagar más", ro: "Plata mai mare", ru: "Рост платежа"}
    where: "outcome = 'expansion'"
  - id: value
    label: {en: "What an account pays over a year", es: "Lo que una cuenta paga en un año", ro: "Cât plătește un cont într-un an", ru: "Сколько аккаунт платит за год"}
    formula:
      en: "rank correlation (Spearman)"
      es: "correlación de rangos (Spearman)"
      ro: "corelația rangurilor (Spearman)"
      ru: "ранговая корреляция (Спирмен)"
    where: "outcome = 'value'"
examples:
  - text: "of two accounts, the one that left had the higher score with a chance of one in four: 2 * 0.25 - 1"
    value: -0.5
    group: nps
    facts: [{fact: relevances, pair: "nps churn", measure: nps, metric: nps, outcome: churn, strength: -0.5, low: -0.6, high: -0.4, looks: 400, outcomes: 40, verdict: foretells}]
*/
select p.i, r.account, r.pair, r.measure, r.metric, r.outcome, r.verdict, r.strength, r.low, r.high, r.looks, r.outcomes, r.false_findings,
       case when r.outcome <> 'value' then (r.strength + 1) / 2 end as auc, case when r.strength is null then 'too_little' end as excluded
from {points} p
join {relevances_spans} r on r.ts < p.to_ts and (r.until_ts is null or r.until_ts >= p.to_ts)
