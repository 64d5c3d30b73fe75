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

  // Choices take effect at once.
  document.addEventListener("change", event => {
    if (event.target.matches("select[data-now]")) event.target.form.requestSubmit();
  });
})();
