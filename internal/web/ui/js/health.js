// Scorecards: what is wrong is said beside its field too. Judging: a number chooses, Enter in the reason keeps.
(() => {
  const place = () => {
    const slots = [...document.querySelectorAll("#draft [data-slot]")];
    if (!slots.length || !document.querySelector("#tried h2")) return;
    for (const slot of slots) slot.textContent = "";
    for (const wrong of document.querySelectorAll("#tried [data-at]")) {
      const at = wrong.dataset.at;
      const best = slots.filter(s => at === s.dataset.slot || at.startsWith(s.dataset.slot + ".") || at.startsWith(s.dataset.slot + "["))
        .sort((a, b) => b.dataset.slot.length - a.dataset.slot.length)[0];
      if (!at || !best) continue;
      best.textContent = [best.textContent, wrong.querySelector("[data-reason]").textContent].filter(Boolean).join(" ");
      const folded = best.closest("details");
      if (folded) folded.open = true;
    }
  };
  document.addEventListener("htmx:after:swap", place);
  place();

  // Whoever moved, opened or added something goes on there, also where its place is another one now.
  let done = "";
  document.addEventListener("click", event => {
    const button = event.target.closest("#draft [data-do]");
    if (!button) return;
    done = button.dataset.do;
    if (done === "close") done += ":" + button.form.elements.open.value;
  });
  document.addEventListener("change", event => { if (event.target.matches("[name='open.source']")) done = "source"; });
  const does = what => `#draft [data-do="${what}"]`, seek = (...selectors) => selectors.map(s => document.querySelector(s)).find(Boolean);
  document.addEventListener("htmx:after:swap", () => {
    if (!done || document.activeElement !== document.body) return;
    const [what, of = ""] = done.split(":"), [g, m] = of.split(".").map(Number), edit = n => does(`open:${g}.${n}`), step = { up: -1, down: 1 }[what];
    const next = what === "open" || what === "add-measure" ? seek("[name='open.name']")
      : what === "source" ? seek("[name='open.source']")
      : what === "close" ? seek(edit(m))
      : step ? seek(does(`${what}:${g}.${m + step}`), edit(m + step))
      : what === "remove" && of.includes(".") ? seek(edit(m), edit(m - 1), does("add-measure:" + g))
      : what === "remove" ? seek(does("add-group"))
      : what === "add-group" ? [...document.querySelectorAll("#draft .score-group input.title")].pop()
      : seek(does(done), does(done.replace("balance", "add-measure")));
    done = "";
    if (next) next.focus();
  });

  document.addEventListener("keydown", event => {
    const form = document.querySelector("[data-judge]");
    if (!form || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=radio]), textarea, select")) return;
    const choices = [...form.querySelectorAll("input[type=radio]")];
    const n = Number(event.key);
    if (n >= 1 && n <= choices.length) { event.preventDefault(); choices[n - 1].checked = true; form.querySelector("[name=reason]").focus(); }
    if (event.key === "s") { const skip = form.querySelector("[data-skip]"); if (skip) { event.preventDefault(); skip.click(); } }
  });
})();
