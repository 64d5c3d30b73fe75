// Keys, the command palette and the list of keys. Links and forms do all of it without.
(() => {
  const palette = document.getElementById("palette"), keys = document.getElementById("keys");
  if (!palette) return;
  const input = document.getElementById("palette-text"), found = document.getElementById("palette-found");
  const options = () => [...found.querySelectorAll("a")];
  let asked = 0;

  const choose = option => {
    for (const o of options()) o.setAttribute("aria-selected", o === option);
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const seek = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(found.dataset.from + "?q=" + encodeURIComponent(input.value), { headers: { "HX-Request": "true" } });
      if (answer.status === 401) return location.reload();
      if (mine !== asked || !answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...page.body.childNodes);
      options().forEach((o, i) => { o.id = "palette-" + i; o.setAttribute("role", "option"); o.tabIndex = -1; });
      choose(options()[0]);
    } catch { document.getElementById("lost").hidden = false; }
  };
  const open = text => {
    if (palette.open) return;
    input.value = text || "";
    palette.showModal();
    input.focus();
    seek();
  };
  let pause;
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(seek, 90); });
  input.addEventListener("keydown", event => {
    const all = options(), now = all.findIndex(o => o.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) { event.preventDefault(); choose(all[(now + step + all.length) % all.length]); }
  });
  // Enter goes where the choice points; with none it shows all that is found.
  input.form.addEventListener("submit", event => {
    const chosen = options().find(o => o.getAttribute("aria-selected") === "true");
    if (chosen) { event.preventDefault(); chosen.click(); }
  });
  palette.addEventListener("click", event => { if (event.target === palette) palette.close(); });
  keys.addEventListener("click", event => { if (event.target === keys || event.target.closest("button")) keys.close(); });
  document.addEventListener("click", event => {
    if (event.target.closest("[data-palette]")) { event.target.blur(); open(event.target.value); }
    if (event.target.closest("[data-keys]")) keys.showModal();
    for (const menu of document.querySelectorAll(".own[open], .rest[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Keys of a single sign can be turned off here: who dictates, or hits keys unawares, would set them off.
  const single = document.querySelector("[data-single]"), kept = "keepwell-single-keys";
  try { single.checked = localStorage.getItem(kept) !== "off"; } catch { /* not allowed to remember */ }
  single.addEventListener("change", () => { try { localStorage.setItem(kept, single.checked ? "on" : "off"); } catch { /* not allowed to remember */ } });
  addEventListener("keydown", event => {
    const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!single.checked && plain && !typing(event.target)) event.stopImmediatePropagation();
  }, { capture: true });

  const typing = e => e.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  let first = "", since = 0;
  document.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") { event.preventDefault(); const own = document.querySelector("[data-slash]"); own ? own.focus() : open(); return; }
    if (event.key === "?") { keys.showModal(); return; }
    if (event.key === "u") { document.querySelector("[data-toast] button")?.click(); return; }
    if (first === "g" && Date.now() - since < 1200) {
      const place = [...document.querySelectorAll("[data-go]")].find(a => a.dataset.go === event.key);
      first = "";
      if (place) { event.preventDefault(); location.href = place.href; }
      return;
    }
    first = event.key; since = Date.now();
  });

  // What was done is told for a while; the way back stays while somebody is on it.
  const toast = document.querySelector("[data-toast]");
  if (toast) {
    const clean = new URL(location.href);
    for (const own of ["did", "n", "undo"]) clean.searchParams.delete(own);
    history.replaceState(null, "", clean);
    const end = () => toast.matches(":hover, :focus-within") ? setTimeout(end, 2000) : toast.remove();
    setTimeout(end, 20000);
  }
})();
