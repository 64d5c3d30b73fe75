/*
id: days_champion_away
label: {en: "Days the champion is away", es: "Días de ausencia de la persona clave", ro: "Zile de absență a persoanei-cheie", ru: "Дней нет ключевого пользователя"}
about:
  en: "Whole days since the person who used the product on the most days of the last 12 weeks did so last. Not known where nobody used it on 8 days or more."
  es: "Días completos desde el último uso de la persona que más días usó el producto en las últimas 12 semanas. No se conoce si nadie lo usó 8 días o más."
  ro: "Zile întregi de la ultima utilizare a persoanei care a folosit produsul în cele mai multe zile din ultimele 12 săptămâni. Nu se cunoaște dacă nimeni nu l-a folosit 8 zile sau mai mult."
  ru: "Целых дней с последнего использования тем, кто пользовался продуктом больше всего дней за 12 недель. Неизвестно, если никто не пользовался 8 дней и более."
unit: days
better: lower
facts: [events]
*/
select i, account, cast(until_day - last_day - 1 as double precision) as value
from (
  select i, account, until_day, last_day, days, row_number() over (partition by i, account order by days desc, last_day desc, person) as place
  from (
    select p.i, p.until_day, a.account, a.person, max(a.day) as last_day, count(distinct a.day) as days
    from (select i, until_day, until_day - 84 as since from {points}) p
    join {people_days} a on a.day >= p.since and a.day < p.until_day
    group by p.i, p.until_day, a.account, a.person
  ) used
) most
where place = 1 and days >= 8
