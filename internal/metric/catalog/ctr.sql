/*
id: ctr
family: web
label:
  en: "Click-through rate (CTR)"
  es: "Tasa de clics (CTR)"
  ro: "Rata de clic (CTR)"
  ru: "Кликабельность (CTR)"
about:
  en: "People who clicked out of those a link, message or ad was delivered to. An ad is delivered by being shown, and where only openings are counted those stand for deliveries. Counts are those that the campaign's sender reports for people."
  es: "Personas que hicieron clic de aquellas a quienes llegó un enlace, mensaje o anuncio. Un anuncio llega al mostrarse, y si solo se cuentan aperturas, estas valen como entregas. Las cifras son las de personas que informa el emisor de la campaña."
  ro: "Oameni care au dat clic dintre cei la care a ajuns un link, mesaj sau anunț. Un anunț ajunge când este afișat, iar unde se numără doar deschideri, ele țin loc de livrări. Cifrele sunt cele raportate pe oameni de expeditorul campaniei."
  ru: "Люди, перешедшие по ссылке, из тех, кому доставлены ссылка, сообщение или реклама. Реклама доставлена, когда показана; если считают только открытия, они заменяют доставки. Числа — по людям, как сообщает отправитель кампании."
formula:
  en: "clicks / deliveries * 100"
  es: "clics / entregas * 100"
  ro: "clicuri / livrări * 100"
  ru: "клики / доставки * 100"
unit: percent
better: higher
type: ratio
facts: [campaigns]
numerator: "sum(case when delivered is not null then clicked else 0 end)"
denominator: "sum(delivered)"
scale: 100
n: "sum(delivered)"
interval: wilson
key: [id]
dimensions: [campaign, channel]
variants:
  - id: delivered
    label: {en: "Of deliveries", es: "De entregas", ro: "Din livrări", ru: "От доставок"}
  - id: opened
    label: {en: "Of openings", es: "De aperturas", ro: "Din deschideri", ru: "От открытий"}
    formula: {en: "clicks / openings * 100", es: "clics / aperturas * 100", ro: "clicuri / deschideri * 100", ru: "клики / открытия * 100"}
    numerator: "sum(case when opened is not null then clicked else 0 end)"
    denominator: "sum(opened)"
    n: "sum(opened)"
    no_bands: true
  - id: impressions
    label: {en: "Of impressions", es: "De impresiones", ro: "Din afișări", ru: "От показов"}
    formula: {en: "clicks / impressions * 100", es: "clics / impresiones * 100", ro: "clicuri / afișări * 100", ru: "клики / показы * 100"}
    numerator: "sum(case when impressions is not null then clicked else 0 end)"
    denominator: "sum(impressions)"
    n: "sum(impressions)"
bands:
  - {label: good, from: 6, source: "S3"}
examples:
  - text: "200 deliveries, 50 of them clicked"
    value: 25
    facts: [{fact: campaigns, campaign: spring, channel: email, delivered: 200, clicked: 50}]
*/
select c.i, c.account, c.id, c.ts, c.campaign, c.channel, coalesce(c.clicked, 0) as clicked, c.opened, c.impressions,
       coalesce(c.delivered, c.sent, c.impressions, c.opened) as delivered
from {during(campaigns)} c
