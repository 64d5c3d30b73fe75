/*
id: mrr_movements
family: money
label:
  en: "MRR movements"
  es: "Movimientos del MRR"
  ro: "Mișcările MRR"
  ru: "Движение MRR"
about:
  en: "How recurring revenue got from opening to closing: new, reactivation, expansion, contraction, churn. Opening plus movements is closing, to the cent; a change of exchange rate is no movement, so both ends are shown at the rate of the end."
  es: "Cómo pasaron los ingresos recurrentes del valor inicial al final: nuevos, reactivación, expansión, contracción, abandono. Inicial más movimientos es igual a final, al céntimo; un cambio de divisa no es un movimiento, así que ambos valores se muestran al cambio del final."
  ro: "Cum a ajuns venitul recurent de la început la sfârșit: nou, reactivare, extindere, reducere, pierdere. Început plus mișcări egal sfârșit, la ban; schimbarea cursului nu e mișcare, așa că ambele valori sunt la cursul de la sfârșit."
  ru: "Как регулярная выручка пришла от начала к концу: новая, возврат, расширение, сокращение, отток. Начало плюс движения равно концу до цента; изменение курса — не движение, поэтому оба значения показаны по курсу на конец."
formula: "new + reactivation + expansion + contraction + churn = closing - opening"
unit: money
better: higher
type: activity
facts: [subscriptions, contracts]
numerator: "sum(closing) - sum(opening)"
n: "sum(case when closing <> opening then 1 else 0 end)"
detail:
  - {name: opening, unit: money, sql: "sum(opening)"}
  - {name: new, unit: money, sql: "sum(new_value)"}
  - {name: reactivation, unit: money, sql: "sum(reactivation)"}
  - {name: expansion, unit: money, sql: "sum(expansion)"}
  - {name: contraction, unit: money, sql: "sum(contraction)"}
  - {name: churn, unit: money, sql: "sum(churn)"}
  - {name: closing, unit: money, sql: "sum(closing)"}
*/
select i, account, opening, closing, missing_rate,
       case when was_customer = 0 and is_customer = 1 and paid_before = 0 then closing else 0 end as new_value,
       case when was_customer = 0 and is_customer = 1 and paid_before = 1 then closing else 0 end as reactivation,
       case when was_customer = 1 and closing > opening then closing - opening else 0 end as expansion,
       case when was_customer = 1 and is_customer = 1 and closing < opening then closing - opening else 0 end as contraction,
       case when was_customer = 1 and is_customer = 0 then -opening else 0 end as churn
from {customer_balances}
