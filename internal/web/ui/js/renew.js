// How a part of a page that is other by now takes its place: node by node, so that the focus, what is open, typed, chosen or
// scrolled stays. What would move things under a reader's eyes waits until it is asked for. The mark of what stands there
// goes with each question, and the server answers with nothing while it is the same.
(() => {
  const marks = new Map(); // of what stands there, by its address
  const address = ctx => { const at = new URL(ctx.request.action, document.baseURI); return at.pathname + at.search; };
  const renewed = part => part?.dataset?.live && part.getAttribute("hx-swap") === "outerMorph";

  document.addEventListener("htmx:config:request", event => {
    const ctx = event.detail.ctx, part = ctx.sourceElement, mark = renewed(part) && !part.dataset.agreed && marks.get(address(ctx));
    if (mark) ctx.request.headers["If-None-Match"] = mark;
  });
  document.addEventListener("htmx:after:swap", event => {
    const { response, sourceElement: part } = event.detail.ctx, mark = response?.headers.get("ETag");
    if (mark) marks.set(address(event.detail.ctx), mark);
    if (renewed(part) && part.contains(document.activeElement) === false && part.dataset.left) { delete part.dataset.left; part.tabIndex = -1; part.focus({ preventScroll: true }); }
  });

  // Would it move what is in sight? What is taller than before does, and a text that is read does whenever it is another.
  const moves = (part, fresh) => {
    const box = part.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight || "steady" in part.dataset) return false;
    if ("read" in part.dataset) return part.textContent.replace(/\s+/g, "") !== fresh.textContent.replace(/\s+/g, "");
    const probe = fresh.cloneNode(true);
    Object.assign(probe.style, { position: "absolute", visibility: "hidden", boxSizing: "border-box", width: box.width + "px" });
    for (const open of part.querySelectorAll("details[open]")) { const one = probe.querySelectorAll("details")[[...part.querySelectorAll("details")].indexOf(open)]; if (one) one.open = true; }
    part.after(probe);
    const taller = probe.getBoundingClientRect().height > box.height + 1;
    probe.remove();
    return taller && box.bottom < innerHeight;
  };
  const offer = part => {
    if (part.querySelector(":scope > .newer")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "newer";
    button.textContent = document.body.dataset.newer;
    button.addEventListener("click", () => { part.dataset.agreed = "1"; htmx.trigger(part, "live", {}, false); });
    part.append(button);
  };
  document.addEventListener("htmx:before:swap", event => {
    const { ctx, tasks } = event.detail, part = ctx.sourceElement, fresh = tasks[0]?.fragment?.firstElementChild;
    if (!renewed(part) || !fresh) return;
    if (part.dataset.agreed) { if (part.contains(document.activeElement)) part.dataset.left = "1"; return; }
    if (moves(part, fresh)) { event.preventDefault(); return offer(part); }
    part.style.minHeight = part.offsetHeight + "px"; // nor does what is shorter pull up what stands below it
  });
  const loosen = () => { for (const part of document.querySelectorAll("[data-live]")) part.style.minHeight = ""; };
  addEventListener("resize", loosen);
  document.addEventListener("visibilitychange", () => { if (document.hidden) loosen(); });

  // What a reader has opened stays open, and what was held in its height stays held.
  htmx.registerExtension("renew", {
    htmx_before_morph_attr: (node, { attrName }) => !(attrName === "style" || attrName === "data-left" || attrName === "open" && node.matches("details")),
  });
})();
