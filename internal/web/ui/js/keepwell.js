// What pages need beside htmx. Everything works without it, only less alive.
(() => {
  const lost = on => { const notice = document.getElementById("lost"); if (notice) notice.hidden = !on; };

  document.addEventListener("htmx:after:request", event => {
    const status = event.detail.ctx.response.status;
    if (status === 401) location.reload();
    lost(status >= 500);
    if (status === 503) again(event.detail.ctx);
  });

  // A part that can't be had now is asked for again, as long as it waits to be put in its place.
  const again = ctx => {
    const part = ctx.sourceElement;
    if (!part || !/^(load|intersect)/.test(part.getAttribute("hx-trigger"))) return;
    const pause = Math.max(3, Number(ctx.response.headers.get("Retry-After")) || 0);
    setTimeout(() => {
      if (part.isConnected) htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: part, swap: part.getAttribute("hx-swap") });
    }, 1000 * pause);
  };
  document.addEventListener("htmx:error", () => lost(true));

  // Choices take effect at once; those made with the arrows, which pass over others, with Enter or on the way out. The focus
  // is found again on the page that answers.
  let key = "", passing = null;
  const kept = "keepwell-chosen", place = select => location.pathname + " " + (select.form.id || select.form.action) + " " + select.name;
  const choose = select => {
    passing = null;
    try { if (key) sessionStorage.setItem(kept, place(select)); } catch { /* not allowed to remember */ }
    select.form.requestSubmit();
  };
  document.addEventListener("pointerdown", () => { key = ""; });
  document.addEventListener("keydown", event => {
    if (!event.target.matches?.("select[data-now]")) return;
    key = event.key;
    if (key === "Enter" && passing === event.target) { event.preventDefault(); choose(passing); }
  });
  document.addEventListener("change", event => {
    if (!event.target.matches("select[data-now]")) return;
    if (key && key !== "Enter" && key !== " ") passing = event.target; else choose(event.target);
  });
  document.addEventListener("focusout", event => { if (passing && passing === event.target) choose(passing); });
  try {
    const at = sessionStorage.getItem(kept), chosen = at && [...document.querySelectorAll("select[data-now]")].find(s => place(s) === at);
    sessionStorage.removeItem(kept);
    if (chosen) chosen.focus();
  } catch { /* nothing is remembered */ }

  // What is seen of the field of a file lies before it and names what was chosen.
  document.addEventListener("change", event => {
    const name = event.target.type === "file" && event.target.parentElement.querySelector(".chosen");
    if (name) name.textContent = [...event.target.files].map(file => file.name).join(", ") || name.dataset.none;
  });

  // Who was on something that a new part of the page took away goes on from there: from what is called the same in it, or
  // from the part.
  let was = null;
  document.addEventListener("htmx:before:swap", () => {
    const at = document.activeElement;
    was = at && at !== document.body ? { at, around: [] } : null;
    for (let e = at?.parentElement; was && e && e.id !== "main"; e = e.parentElement) if (e.id) was.around.push(e.id);
  });
  document.addEventListener("htmx:after:swap", () => setTimeout(() => {
    if (!was || was.at.isConnected || document.activeElement !== document.body) return;
    const { at, around } = was, part = around.map(id => document.getElementById(id)).find(Boolean);
    was = null;
    if (!part) return;
    const same = [...part.querySelectorAll(at.tagName)].find(e => at.name ? e.name === at.name && e.value === at.value : at.href && e.href === at.href);
    if (same) return same.focus();
    part.tabIndex = -1;
    part.focus();
  }));
})();
