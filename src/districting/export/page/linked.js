"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const layers = [...document.querySelectorAll("#map .layer")];
  const points = [...document.querySelectorAll(".scatter .point")];
  let told = null, picked = "";

  // Texts are packed by the page's writer; the browser unpacks them once.
  async function unpack() {
    const packed = $("told").textContent.trim();
    if (!packed) return;
    if (!("DecompressionStream" in window)) {
      told = false;
      return;
    }
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    told = JSON.parse(await new Response(stream).text());
    tell();
  }

  const shown = () => [...new Set([$("first").value, $("second").value].filter((v) => v !== ""))]
    .map((n) => layers[Number(n)]).filter(Boolean);
  const plans = () => [...new Set(shown().map((layer) => layer.dataset.plan))];

  function tell() {
    for (const old of document.querySelectorAll("#facts .why")) old.remove();
    if (told === null || !picked) return;
    const why = document.createElement("div");
    why.className = "why";
    if (told === false) why.textContent = $("told").dataset.old;
    for (const plan of told ? plans() : []) {
      const of = told[plan], text = of && of.texts[picked];
      if (!text) continue;
      const head = document.createElement("h3"), body = document.createElement("p");
      head.textContent = of.plan;
      body.textContent = text;
      why.append(head, body);
    }
    $("facts").querySelector("h2").after(why);
  }

  // The scatter shows which plan is on the map, and puts a plan there.
  function light() {
    const on = new Set(plans());
    for (const point of points) {
      const lit = on.has(point.dataset.plan);
      point.classList.toggle("picked", lit);
      point.setAttribute("aria-pressed", String(lit));
    }
  }

  function put(point) {
    const now = layers[Number($("first").value)];
    const of = layers.filter((layer) => layer.dataset.plan === point.dataset.plan);
    const layer = of.find((one) => now && one.dataset.kind === now.dataset.kind) || of[0];
    $("first").value = layer.dataset.layer;
    $("first").dispatchEvent(new Event("input"));
  }

  for (const point of points) {
    point.addEventListener("click", () => put(point));
    point.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      put(point);
    });
  }
  document.addEventListener("picked", (event) => {
    picked = event.detail;
    tell();
    light();
  });
  for (const id of ["first", "second"]) {
    $(id).addEventListener("input", () => {
      tell();
      light();
    });
  }
  light();
  unpack();
})();
