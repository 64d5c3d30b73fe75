// Metrics and dashboards: searching as one types, opening a number in a drawer, a table one key away, and remembering when
// somebody looked last. Every link works without it.
(() => {
  const typing = e => e.closest("input:not([type=checkbox]), textarea, select");

  const field = document.querySelector("[data-find]");
  const sift = () => {
    if (!field) return;
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const family of document.querySelectorAll("[data-family]")) {
      let here = 0;
      for (const row of family.querySelectorAll("[data-words]")) {
        row.hidden = !words.every(w => row.dataset.words.includes(w));
        if (!row.hidden) here++;
      }
      family.hidden = here === 0;
      shown += here;
    }
    const found = document.querySelector("[data-found]");
    found.textContent = shown ? (words.length ? String(shown) : "") : found.dataset.none;
  };
  if (field) {
    field.addEventListener("input", () => {
      sift();
      const at = new URL(location.href);
      if (field.value) at.searchParams.set("q", field.value); else at.searchParams.delete("q");
      history.replaceState(null, "", at);
    });
    field.form.addEventListener("submit", event => {
      const first = [...document.querySelectorAll("[data-words]:not([hidden]) a")].find(a => a.offsetParent);
      if (first) { event.preventDefault(); location.href = first.href; }
    });
    document.addEventListener("htmx:after:swap", sift);
  }

  // A number opens beside the page.
  let drawer, asked = 0, from;
  const open = async href => {
    const mine = ++asked;
    if (!drawer) {
      drawer = document.createElement("dialog");
      drawer.className = "drawer";
      drawer.addEventListener("click", event => { if (event.target === drawer || event.target.closest("[data-close]")) drawer.close(); });
      drawer.addEventListener("close", () => { if (from && from.isConnected) from.focus(); });
      document.body.append(drawer);
    }
    try {
      const answer = await fetch(href, { headers: { "HX-Request": "true" } });
      if (answer.status === 401) return location.reload();
      if (mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      drawer.replaceChildren(...page.body.childNodes);
      const title = drawer.querySelector("h2");
      if (title) { title.id = "drawer-title"; drawer.setAttribute("aria-labelledby", title.id); }
      if (!drawer.open) drawer.showModal(); else drawer.querySelector("[data-close]")?.focus();
      drawer.scrollTop = 0;
    } catch { location.href = href; }
  };
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (!drawer || !drawer.contains(link)) from = link;
    open(link.getAttribute("href"));
  });

  // Known names are added to a list with a click.
  document.addEventListener("click", event => {
    const chip = event.target.closest("button[data-add]");
    if (!chip) return;
    const list = chip.closest("form").querySelector("[data-names]");
    const name = /[",]|^\s|\s$/.test(chip.dataset.add) ? JSON.stringify(chip.dataset.add) : chip.dataset.add;
    list.value = list.value.trim() ? list.value.trim().replace(/,$/, "") + ", " + name : name;
    list.focus();
  });

  document.addEventListener("click", event => { if (event.target.closest("[data-print]")) { event.target.closest("details").open = false; print(); } });

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "t") for (const table of document.querySelectorAll("details[data-table]")) table.open = !table.open;
  });

  // What was seen last time and is another number now is said.
  const note = document.querySelector("[data-seen]");
  if (note) {
    let seen = null;
    const key = "keepwell-seen:" + note.dataset.seen;
    try { seen = localStorage.getItem(key); localStorage.setItem(key, new Date().toISOString()); } catch { /* not allowed to remember */ }
    if (seen && Date.now() - new Date(seen) > 3600e3)
      fetch(note.dataset.from + encodeURIComponent(seen), { headers: { "HX-Request": "true" } }).then(async answer => {
        if (answer.status !== 200) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        note.replaceChildren(...page.body.childNodes);
      }).catch(() => {});
  }
})();
