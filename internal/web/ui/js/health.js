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
