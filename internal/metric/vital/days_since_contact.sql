/*
id: days_since_contact
label: {en: "Days since the last contact", es: "Días desde el último contacto", ro: "Zile de la ultimul contact", ru: "Дней с последнего контакта"}
about:
  en: "Days since the last call, mail, meeting, training or review with the account; notes of one's own don't count. Not known where there was none within the window."
  es: "Días desde la última llamada, correo, reunión, formación o revisión con la cuenta; las notas propias no cuentan. No se conoce si no hubo ninguno en la ventana."
  ro: "Zile de la ultimul apel, e-mail, întâlnire, instruire sau evaluare cu contul; notele proprii nu se numără. Nu se cunoaște dacă nu a fost niciunul în fereastră."
  ru: "Дней с последнего звонка, письма, встречи, обучения или обзора с аккаунтом; собственные заметки не в счёт. Неизвестно, если за окно не было ни одного."
unit: days
better: lower
facts: [interactions]
*/
select p.i, f.account, cast(extract(epoch from (p.to_ts - max(f.ts))) as double precision) / 86400 as value
from {points} p
join {interactions} f on f.ts >= p.from_ts and f.ts < p.to_ts
where f.account <> 0 and f.kind <> 'note'
group by p.i, p.to_ts, f.account
