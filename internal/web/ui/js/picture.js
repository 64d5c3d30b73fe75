// A picture (PNG) of what is seen: boxes, words and charts are painted onto a canvas one by one, so nothing is fetched and
// nothing but what stands on the page gets into it. What is not for print is left out.
(() => {
  const shape = e => {
    const n = name => parseFloat(e.getAttribute(name)) || 0, path = new Path2D(e.tagName === "path" ? e.getAttribute("d") : undefined);
    if (e.tagName === "rect") path.roundRect(n("x"), n("y"), n("width"), n("height"), n("rx"));
    if (e.tagName === "circle") path.arc(n("cx"), n("cy"), n("r"), 0, 7);
    return path;
  };
  const painted = color => color !== "none" && !/^rgba\(.*, 0\)$/.test(color);
  const font = style => `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;

  const paint = root => {
    const margin = 24, heading = document.querySelector("h1"), head = 48, from = root.getBoundingClientRect(), scale = Math.max(2, devicePixelRatio);
    const canvas = document.createElement("canvas"), c = canvas.getContext("2d");
    canvas.width = (from.width + 2 * margin) * scale;
    canvas.height = (from.height + 2 * margin + head) * scale;
    c.fillStyle = getComputedStyle(document.body).backgroundColor;
    c.fillRect(0, 0, canvas.width, canvas.height);
    const left = margin - from.left, top = margin + head - from.top;
    const place = () => c.setTransform(scale, 0, 0, scale, left * scale, top * scale);

    const drawing = svg => {
      for (const e of svg.querySelectorAll("path, rect, circle, text")) {
        const style = getComputedStyle(e), m = e.getScreenCTM();
        c.setTransform(scale * m.a, scale * m.b, scale * m.c, scale * m.d, scale * (m.e + left), scale * (m.f + top));
        c.globalAlpha = style.opacity;
        if (e.tagName === "text") {
          c.font = font(style);
          c.fillStyle = style.fill;
          c.textAlign = { middle: "center", end: "right" }[style.textAnchor] || "left";
          const n = name => parseFloat(e.getAttribute(name)) || 0;
          c.fillText(e.textContent, n("x") + n("dx"), n("y") + n("dy"));
        } else {
          const path = shape(e);
          if (painted(style.fill)) { c.fillStyle = style.fill; c.fill(path); }
          if (painted(style.stroke)) {
            c.strokeStyle = style.stroke;
            c.lineWidth = parseFloat(style.strokeWidth);
            c.lineJoin = style.strokeLinejoin;
            c.lineCap = style.strokeLinecap;
            c.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat));
            c.stroke(path);
          }
        }
        c.globalAlpha = 1;
      }
      c.textAlign = "left";
      c.setLineDash([]);
      place();
    };
    const box = (e, style) => {
      const b = e.getBoundingClientRect(), path = new Path2D(), line = parseFloat(style.borderTopWidth);
      path.roundRect(b.left + line / 2, b.top + line / 2, b.width - line, b.height - line, parseFloat(style.borderTopLeftRadius) || 0);
      if (painted(style.backgroundColor)) { c.fillStyle = style.backgroundColor; c.fill(path); }
      if (!line || !painted(style.borderTopColor)) return;
      c.strokeStyle = style.borderTopColor;
      c.lineWidth = line;
      if (parseFloat(style.borderBottomWidth)) return c.stroke(path);
      c.beginPath();
      c.moveTo(b.left, b.top + line / 2);
      c.lineTo(b.right, b.top + line / 2);
      c.stroke();
    };
    const words = (node, style) => {
      c.font = font(style);
      c.fillStyle = style.color;
      c.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
      const range = document.createRange();
      for (const m of node.data.matchAll(/\S+/g)) {
        range.setStart(node, m.index);
        range.setEnd(node, m.index + m[0].length);
        const b = range.getClientRects()[0];
        if (b && b.width) c.fillText(style.textTransform === "uppercase" ? m[0].toUpperCase() : m[0], b.left, b.top + b.height / 2 + (c.measureText("x").fontBoundingBoxAscent - c.measureText("x").fontBoundingBoxDescent) / 2);
      }
      c.letterSpacing = "0px";
    };
    const walk = e => {
      if (!e.checkVisibility({ visibilityProperty: true }) || e.matches(".no-print, .visually-hidden, dialog, form, details:not([open]), section:has(> .later)")) return;
      if (e.tagName === "svg") return drawing(e);
      const style = getComputedStyle(e);
      box(e, style);
      for (const child of e.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) words(child, style);
        if (child.nodeType === Node.ELEMENT_NODE) walk(child);
      }
    };
    place();
    c.font = font(getComputedStyle(heading));
    c.fillStyle = getComputedStyle(heading).color;
    c.fillText(heading.textContent.trim(), from.left, from.top - 20);
    walk(root);
    return canvas;
  };

  document.addEventListener("click", async event => {
    const copy = event.target.closest("[data-copy]"), picture = event.target.closest("[data-picture]");
    if (copy) {
      if (navigator.clipboard) await navigator.clipboard.writeText(location.href);
      else { // only over https
        const text = document.createElement("textarea");
        text.value = location.href;
        copy.after(text);
        text.select();
        document.execCommand("copy");
        text.remove();
      }
      copy.querySelector("[role=status]").textContent = copy.dataset.copy;
    }
    if (picture) {
      picture.closest("details").open = false;
      paint(document.querySelector(picture.dataset.picture)).toBlob(blob => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = document.querySelector("h1").textContent.trim().replace(/[\\/:*?"<>|]+/g, " ") + ".png";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      });
    }
  });
})();
