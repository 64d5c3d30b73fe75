/*
id: csm_load
family: health
label:
  en: "Load of a CSM"
  es: "Carga de un CSM"
  ro: "Încărcarea unui CSM"
  ru: "Нагрузка на CSM"
about:
  en: "How many paying accounts one customer success manager has at the end of the period. The table shows for each what they have: accounts, recurring value, and hours a month by the touch model of the accounts. From the hours follows how many CSMs the book needs; accounts without a CSM need one too."
  es: "Cuántas cuentas de pago tiene un gestor de éxito del cliente al final del período. La tabla muestra lo que tiene cada uno: cuentas, valor recurrente y horas al mes según el modelo de contacto de las cuentas. De las horas se sigue cuántos CSM necesita la cartera; las cuentas sin CSM también necesitan uno."
  ro: "Câte conturi plătitoare are un manager de succes al clienților la sfârșitul perioadei. Tabelul arată ce are fiecare: conturi, valoare recurentă și ore pe lună după modelul de contact al conturilor. Din ore rezultă câți CSM cere portofoliul; și conturile fără CSM au nevoie de unul."
  ru: "Сколько платящих аккаунтов у одного менеджера по успеху клиентов на конец периода. Таблица показывает по каждому: аккаунты, регулярную выручку и часы в месяц по модели работы с аккаунтами. Из часов следует, сколько CSM нужно портфелю; аккаунтам без CSM он тоже нужен."
formula:
  en: "paying accounts with a CSM / CSMs"
  es: "cuentas de pago con CSM / CSM"
  ro: "conturi plătitoare cu CSM / CSM"
  ru: "платящие аккаунты с CSM / CSM"
unit: number
better: neither
type: ratio
facts: [accounts, subscriptions, contracts]
key: [csm]
numerator: "count(csm)"
denominator: "count(distinct csm)"
n: "count(*)"
detail:
  - {name: csms, label: {en: "CSMs", es: "CSM", ro: "CSM", ru: "CSM"}, unit: count, sql: "count(distinct csm)"}
  - {name: csms_needed, label: {en: "CSMs that the book needs", es: "CSM que necesita la cartera", ro: "CSM de care are nevoie portofoliul", ru: "Сколько CSM нужно портфелю"}, unit: number, sql: "cast(sum(minutes) as double precision) / 60 / max(csm_hours)"}
  - {name: hours, label: {en: "Hours of work a month", es: "Horas de trabajo al mes", ro: "Ore de muncă pe lună", ru: "Часов работы в месяц"}, unit: hours, sql: "cast(sum(minutes) as double precision) / 60"}
  - {name: value, label: {en: "Recurring value", es: "Valor recurrente", ro: "Valoare recurentă", ru: "Регулярная выручка"}, unit: money, sql: "sum(closing)"}
  - {name: unassigned, label: {en: "Accounts without a CSM", es: "Cuentas sin CSM", ro: "Conturi fără CSM", ru: "Аккаунты без CSM"}, unit: count, sql: "sum(case when csm is null then 1 else 0 end)"}
tables:
  - name: load
    label: {en: "By CSM", es: "Por CSM", ro: "Pe CSM", ru: "По CSM"}
    units: {mrr: money}
    sql: >-
      select {group} csm, count(*) as accounts, cast(cast(sum(closing) as decimal(38,0)) as varchar) as mrr, cast(sum(minutes) as double precision) / 60 as hours,
      cast(sum(minutes) as double precision) / 0.6 / max(csm_hours) as load_percent, count(case when touch_model = 'high_touch' then 1 end) as high_touch
      from {rows} group by {group} csm order by {group} hours desc nulls last, csm
examples:
  - text: "Ana has 4 paying accounts, Bo 2: 6 / 2"
    value: 3
    facts: [{fact: subscriptions, times: 6, at: 2026-01-10, account: "c#", subscription_id: "c#", status: active, amount: "100", currency: EUR, interval: month}, {fact: accounts, times: 6, account: "c#", csm: Bo}, {fact: accounts, times: 4, at: 2026-05-11, account: "c#", csm: Ana}]
*/
select b.i, b.account, b.closing, b.missing_rate, s.value as csm, m.value as touch_model, {policy.csm_hours} as csm_hours,
       case m.value when 'high_touch' then {policy.high_touch_minutes} when 'self_service' then {policy.self_service_minutes} else {policy.low_touch_minutes} end as minutes
from {customer_balances} b
left join {trait.csm} s on s.i = b.i and s.account = b.account
left join {trait.touch_model} m on m.i = b.i and m.account = b.account
where b.is_customer = 1
