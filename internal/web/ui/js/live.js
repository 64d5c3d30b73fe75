// Open pages hear what is new over one stream of events for the whole browser: browsers allow six connections a host over
// HTTP/1.1, and people open many tabs. The tab that holds a lock listens and tells the others. A message is the version of
// everything there is news of; a part of a page that is made of something with another version asks for itself anew.
(() => {
  const first = document.body.dataset.news;
  if (!first || !window.EventSource || !window.BroadcastChannel) return;
  const beat = 15000; // the server's
  const begun = JSON.parse(first), asked = new Map(), others = new BroadcastChannel("keepwell");
  let news = begun, heard = Date.now(), stream, later;

  const wants = (part, known) => part.dataset.live.split(" ").map(thing => known[thing]).join();
  // A page that nobody looks at asks for nothing; nor does a list that somebody is choosing from, moves in or points at. What
  // stands still whatever it shows (data-steady) need only wait for who writes or marks text in it.
  let pointed = 0;
  document.addEventListener("pointermove", () => { pointed = Date.now(); }, { passive: true });
  const used = part => {
    const at = part.contains(document.activeElement) ? document.activeElement : null, marked = getSelection();
    if (!marked.isCollapsed && part.contains(marked.anchorNode) || part.querySelector("[data-row] input:checked, [data-all]:checked")) return true;
    if ("steady" in part.dataset) return Boolean(at?.matches("input, textarea, select"));
    return Boolean(at) || part.matches(":hover") && Date.now() - pointed < 3000;
  };
  const look = () => {
    clearTimeout(later);
    let soonest = Infinity;
    for (const part of document.querySelectorAll("[data-live]")) {
      const last = asked.get(part.id) || { at: 0, wanted: wants(part, begun) }, wanted = wants(part, news);
      if (last.wanted === wanted || document.hidden || used(part)) continue;
      // However much is new, a part takes no more than a twentieth of a server's time.
      const wait = last.at + Math.max(1000 * (part.dataset.pause || 1), 20 * (last.took || 0)) - Date.now();
      if (wait > 0) { soonest = Math.min(soonest, wait); continue; }
      asked.set(part.id, { at: Date.now(), wanted, took: last.took });
      htmx.trigger(part, "live", {}, false);
    }
    if (soonest < Infinity) later = setTimeout(look, soonest);
  };
  const hear = text => { heard = Date.now(); news = JSON.parse(text); look(); };
  const again = part => { const last = asked.get(part?.id); if (last) last.wanted = ""; };
  document.addEventListener("htmx:after:request", event => {
    const { sourceElement: part, response } = event.detail.ctx, last = part?.dataset?.live && asked.get(part.id);
    if (!last) return;
    last.took = Date.now() - last.at;
    if (response.status >= 500) again(part);
  });
  document.addEventListener("htmx:error", event => again(event.detail.ctx?.sourceElement));
  // Somebody began to use it while it was asked for.
  document.addEventListener("htmx:before:swap", event => {
    const part = event.detail.ctx.sourceElement;
    if (part?.dataset?.live && !part.dataset.agreed && asked.has(part.id) && used(part)) { event.preventDefault(); again(part); }
  });

  const hush = () => { if (stream) stream.close(); stream = null; };
  const listen = () => {
    hush();
    stream = new EventSource("/live");
    stream.onmessage = event => { others.postMessage(event.data); hear(event.data); };
  };
  others.onmessage = event => { if (event.data) hear(event.data); else if (stream) others.postMessage(JSON.stringify(news)); };
  others.postMessage(""); // asks the tab that listens what it knows

  const lead = steal => navigator.locks.request("keepwell", steal ? { steal } : { ifAvailable: true }, lock => {
    if (!lock) return;
    listen();
    return new Promise(() => {});
  }).catch(hush); // another tab took over
  const turn = () => {
    const silent = Date.now() - heard;
    if (document.hidden) {
      if (!navigator.locks) hush();
    } else if (silent > 3 * beat) { // there is no stream, or the tab that listens sleeps: ask for everything, twice a minute
      heard = Date.now() - beat;
      asked.clear();
      news = Object.fromEntries(Object.keys(news).map(thing => [thing, "?"]));
      if (stream || !navigator.locks) listen(); else lead(true);
    } else if (!stream) {
      if (navigator.locks) lead(false); else listen(); // over plain HTTP there are no locks: what is looked at listens by itself
    }
    look();
  };
  document.addEventListener("visibilitychange", turn);
  document.addEventListener("focusout", () => setTimeout(look));
  setInterval(turn, 2000);
  turn();
})();
