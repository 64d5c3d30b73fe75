/*
id: days_since_use
label: {en: "Days since the last use", es: "Días desde el último uso", ro: "Zile de la ultima utilizare", ru: "Дней с последнего использования"}
about:
  en: "Whole days since anybody of the account did anything in the product; not known where nobody did within the window."
  es: "Días completos desde que alguien de la cuenta hizo algo en el producto; no se conoce si nadie lo hizo en la ventana."
  ro: "Zile întregi de când cineva din cont a făcut ceva în produs; nu se cunoaște dacă nimeni nu a făcut în fereastră."
  ru: "Целых дней с тех пор, как кто-либо из аккаунта что-то делал в продукте; неизвестно, если за окно никто ничего не делал."
unit: days
better: lower
facts: [events]
*/
select p.i, u.account, cast(p.until_day - max(u.day) - 1 as double precision) as value
from {points} p
join {done_days} u on u.day >= p.from_day and u.day < p.until_day
where u.n > 0
group by p.i, p.until_day, u.account
