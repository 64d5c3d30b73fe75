// Lists: choosing rows, moving among them with keys, and an address that always says what is shown.
(() => {
  const boxes = () => [...document.querySelectorAll("[data-row] input[type=checkbox]")];
  const links = () => [...document.querySelectorAll("[data-row] a[data-open]")];
  const count = () => {
    const bar = document.querySelector("[data-chosen]");
    if (!bar) return;
    const all = bar.querySelector("[data-all]"), n = boxes().filter(b => b.checked).length;
    const every = all && all.checked;
    bar.querySelector("[data-count]").textContent = every ? all.dataset.total : n;
    bar.hidden = n === 0 && !every;
    const head = document.querySelector("[data-page]");
    if (head) { head.checked = n > 0 && n === boxes().length; head.indeterminate = n > 0 && !head.checked; }
  };
  document.addEventListener("change", event => {
    if (event.target.matches("[data-page]")) for (const b of boxes()) b.checked = event.target.checked;
    if (event.target.matches("[data-page], [data-all], [data-row] input")) count();
    if (event.target.matches("[data-what]")) show(event.target);
  });
  // Only the field that belongs to what is chosen.
  const show = select => {
    for (const field of select.form.querySelectorAll("[data-for]")) {
      field.hidden = field.dataset.for !== select.value;
      for (const part of field.querySelectorAll("input, textarea")) part.disabled = field.hidden;
    }
  };
  const ready = () => { document.querySelectorAll("[data-what]").forEach(show); count(); };
  ready();
  document.addEventListener("htmx:after:swap", () => {
    const state = document.querySelector("[data-state]");
    if (state) history.replaceState(null, "", state.dataset.state);
    ready();
  });

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const search = event.target.matches("[data-slash]");
    if (search && event.key === "ArrowDown" && links()[0]) { event.preventDefault(); links()[0].focus(); return; }
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const all = links(), now = all.findIndex(a => a.closest("[data-row]").contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      const next = all[Math.max(0, Math.min(all.length - 1, now + (event.key === "j" ? 1 : now < 0 ? 1 : -1)))];
      if (next) { event.preventDefault(); next.focus(); next.closest("[data-row]").scrollIntoView({ block: "nearest" }); }
    }
    if (event.key === "x" && now >= 0) {
      const box = all[now].closest("[data-row]").querySelector("input[type=checkbox]");
      if (box) { event.preventDefault(); box.click(); }
    }
  });
})();
