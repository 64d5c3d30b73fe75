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

  // Choices take effect at once; those made with the arrows, which pass over others, with Enter or on the way out.
  let key = "", byKey = false, passing = null, from = null;
  const choose = select => {
    passing = null;
    from = select;
    select.form.requestSubmit();
  };
  document.addEventListener("pointerdown", () => { key = ""; byKey = false; });
  document.addEventListener("keydown", event => {
    byKey = true;
    if (!event.target.matches?.("select[data-now]")) return;
    key = event.key;
    if (key === "Enter" && passing === event.target) { event.preventDefault(); choose(passing); }
  });
  document.addEventListener("change", event => {
    if (!event.target.matches("select[data-now]")) return;
    if (key && key !== "Enter" && key !== " ") passing = event.target; else choose(event.target);
  });
  document.addEventListener("focusout", event => { if (passing && passing === event.target) choose(passing); });

  // Whoever sends a form by key goes on, on the page that answers, from what it was sent with: where that is about the same,
  // in what the address points at, or from what has come to its place.
  const kept = "keepwell-sent";
  const alike = (like, within) => [...within.querySelectorAll("main form :is(button, input, select, textarea)")]
    .filter(e => e.type !== "hidden" && e.name === like.name && (e.tagName !== "BUTTON" || e.value === like.value) && e.form.className === like.form);
  const about = e => [e.form.getAttribute("action"), ...[...e.form.querySelectorAll("input[type=hidden]:not([name=version])")].map(h => h.value)].join(" ");
  document.addEventListener("submit", event => {
    const form = event.target, at = from ?? (form.contains(document.activeElement) ? document.activeElement : event.submitter);
    from = null;
    if (!byKey || !at || event.defaultPrevented || !at.closest("main")) return;
    const to = new URL(event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.getAttribute("action") ?? "", location.href).pathname;
    const like = { paths: [location.pathname, to], name: at.name, value: at.value, form: form.className };
    try { sessionStorage.setItem(kept, JSON.stringify({ ...like, about: about(at), place: alike(like, document).indexOf(at), when: Date.now() })); } catch { /* not allowed to remember */ }
  });
  try {
    const was = JSON.parse(sessionStorage.getItem(kept));
    sessionStorage.removeItem(kept);
    const go = () => {
      if (document.activeElement !== document.body) return;
      const all = alike(was, document), target = document.getElementById(location.hash.slice(1));
      const next = target ? all.find(e => target.contains(e)) ?? [...target.querySelectorAll("form button")].find(e => e.form.className === was.form)
        : all.find(e => about(e) === was.about) ?? all[Math.min(was.place, all.length - 1)];
      next?.focus();
    };
    if (was && was.paths.includes(location.pathname) && Date.now() - was.when < 30e3) {
      if (location.hash) addEventListener("load", () => setTimeout(go)); else go(); // going to what an address points at takes the focus away
    }
  } catch { /* nothing is remembered */ }

  // What is seen of the field of a file lies before it and names what was chosen.
  document.addEventListener("change", event => {
    const name = event.target.type === "file" && event.target.parentElement.querySelector(".chosen");
    if (name) name.textContent = [...event.target.files].map(file => file.name).join(", ") || name.dataset.none;
  });

  // What is to be pasted elsewhere is copied whole. Where the browser lets only safe addresses do so it is marked and copied.
  const copy = async of => {
    if (navigator.clipboard) return navigator.clipboard.writeText(of.innerText.trim());
    getSelection().selectAllChildren(of);
    if (!document.execCommand("copy")) throw new Error("not copied");
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-copy]").forEach(button => { button.hidden = false; }));
  document.addEventListener("click", async event => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await copy(button.parentElement.querySelector("pre, code, ul"));
      button.firstElementChild.textContent = button.dataset.done;
    } catch { button.hidden = true; }
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
