"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const map = $("map"), mark = $("mark"), edge = $("edge");
  const whole = map.viewBox.baseVal, extent = { width: whole.width, height: whole.height };
  // The view: its centre in map units, and map units per pixel.
  const view = { x: 0, y: 0, unit: 1 };
  let fitted = 1;

  const size = () => ({ w: Math.max(map.clientWidth, 1), h: Math.max(map.clientHeight, 1) });

  function measure() {
    const { w, h } = size(), before = fitted;
    fitted = Math.max(extent.width / w, extent.height / h);
    view.unit *= fitted / before;
    show();
  }

  function fit() {
    measure();
    Object.assign(view, { x: extent.width / 2, y: extent.height / 2, unit: fitted });
    show();
  }

  let waiting = 0;
  function show() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  }

  function draw() {
    const { w, h } = size(), u = view.unit;
    map.setAttribute("viewBox", [view.x - u * w / 2, view.y - u * h / 2, u * w, u * h].join(" "));
    map.style.setProperty("--u", u);
    map.style.setProperty("--s", u * Math.min(1.3, 0.65 + 0.2 * Math.log2(fitted / u)));
    divide();
    placeNames();
  }

  function zoom(factor, at) {
    const unit = Math.min(fitted * 1.5, Math.max(fitted / 60, view.unit / factor));
    const p = at || { x: view.x, y: view.y };
    view.x = p.x + (view.x - p.x) * unit / view.unit;
    view.y = p.y + (view.y - p.y) * unit / view.unit;
    view.unit = unit;
    show();
  }

  function pan(right, down) {
    view.x = Math.min(extent.width, Math.max(0, view.x + right * view.unit));
    view.y = Math.min(extent.height, Math.max(0, view.y + down * view.unit));
    show();
  }

  function mapPoint(event) {
    const box = map.getBoundingClientRect(), { w, h } = size();
    return {
      x: view.x + (event.clientX - box.left - w / 2) * view.unit,
      y: view.y + (event.clientY - box.top - h / 2) * view.unit,
    };
  }

  // Plans beside each other: the first left of the edge, the second right of it.
  const first = () => $("first").value;
  const second = () => ($("second").value === first() ? "" : $("second").value);
  const edgeAt = () => view.x + (Number($("split").value) / 100 - 0.5) * size().w * view.unit;

  function divide() {
    const two = second() !== "", x = edgeAt(), far = 4 * (extent.width + extent.height);
    $("slide").hidden = !two;
    edge.toggleAttribute("hidden", !two);
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", -far], ["y2", far]]) edge.setAttribute(name, value);
    for (const [id, left] of [["left", x - far], ["right", x]]) {
      const box = map.querySelector(`#${id} rect`);
      for (const [name, value] of [["x", left], ["y", -far], ["width", far], ["height", 2 * far]]) box.setAttribute(name, value);
    }
    for (const layer of all(".layer", map)) {
      const own = layer.dataset.layer, side = own === first() ? "left" : own === second() ? "right" : "";
      layer.toggleAttribute("hidden", !side);
      if (two && side) layer.setAttribute("clip-path", `url(#${side})`);
      else layer.removeAttribute("clip-path");
    }
  }

  // Names where there is room, the more important ones first.
  const wide = (text) => [...text].reduce((sum, c) => sum + (c > "\u2e7f" ? 1 : 0.58), 0);
  const readNames = () => all(".names", map).map((group) => ({
    layer: group.dataset.layer,
    pixels: group.classList.contains("areas") ? 14 : 12,
    from: group.classList.contains("areas") ? 0 : group.classList.contains("at-schools") ? 3 : 5,
    lift: group.classList.contains("at-schools") ? -9 : group.classList.contains("places") ? 18 : 4,
    texts: all("text", group).map((node) => ({
      node, x: Number(node.getAttribute("x")), y: Number(node.getAttribute("y")),
      wide: wide(node.textContent), kind: node.dataset.kind,
    })),
  })).sort((a, b) => a.from - b.from);

  function placeNames() {
    const { w, h } = size(), u = view.unit, taken = [], near = fitted / u, two = second() !== "";
    const off = new Set(all(".legend input").filter((i) => !i.checked).map((i) => i.value));
    for (const group of names) {
      const own = group.layer === undefined || group.layer === first() || (two && group.layer === second());
      for (const text of group.texts) {
        const x = (text.x - view.x) / u + w / 2, y = (text.y - view.y) / u + h / 2 + group.lift;
        const half = text.wide * group.pixels / 2;
        const side = !two || group.layer === undefined || (group.layer === first()) === (text.x < edgeAt());
        const box = [x - half, y - group.pixels, x + half, y + 3];
        const fits = own && side && near >= group.from && !off.has(text.kind)
          && box[2] > 0 && box[0] < w && box[3] > 0 && box[1] < h
          && !taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3]);
        text.node.style.display = fits ? "" : "none";
        if (fits) {
          taken.push(box);
          text.node.setAttribute("dy", group.lift * u);
        }
      }
    }
  }

  // Facts are the cells of the row, so that map, panel and table cannot differ.
  const readRows = () => new Map(all("tr[data-k]").map((row) => [row.dataset.k, row]));
  let names = readNames(), rows = readRows();
  const onMap = (key) => map.querySelector(`[data-k="${key}"]`);

  function pick(key, move) {
    const row = rows.get(key), shape = onMap(key);
    if (!row) return;
    for (const old of all(".picked")) old.classList.remove("picked");
    row.classList.add("picked");
    mark.setAttribute("d", (shape && shape.getAttribute("d")) || "");
    if (shape) shape.classList.add("picked");
    tellFacts(row);
    const frame = row.closest("section");
    frame.scrollTop = row.offsetTop - frame.clientHeight / 2;
    if (move && shape) goTo(shape, key[0]);
    document.dispatchEvent(new CustomEvent("picked", { detail: key }));
  }

  function boxOf(shape) {
    const place = shape.dataset.k[0] === "s" ? shape.transform.baseVal.consolidate().matrix : null;
    return place ? { x: place.e, y: place.f, width: 0, height: 0 } : shape.getBBox();
  }

  function goTo(shape, kind) {
    if (kind === "a") $("first").value = shape.closest(".layer").dataset.layer;
    divide();
    const box = boxOf(shape);
    const { w, h } = size();
    view.x = box.x + box.width / 2;
    view.y = box.y + box.height / 2;
    view.unit = kind === "a" ? Math.max(box.width / w, box.height / h) * 1.3 : Math.min(view.unit, fitted / 6);
    show();
  }

  function tellFacts(row) {
    const heads = all("th", row.closest("table")), list = document.createElement("dl");
    const title = document.createElement("h2");
    title.textContent = row.cells[0].textContent;
    [...row.cells].forEach((cell, i) => {
      if (!i || !cell.textContent) return;
      const term = document.createElement("dt"), told = document.createElement("dd");
      term.textContent = heads[i].textContent;
      told.textContent = cell.textContent;
      list.append(term, told);
    });
    $("facts").replaceChildren(title, list);
  }

  // Tables: sort by a heading, filter all at once, walk with the arrow keys.
  const number = (cell) => (cell.textContent === "" ? NaN : Number(cell.textContent.replace(/,/g, "")));
  const collator = new Intl.Collator(document.documentElement.lang);

  function sort(head) {
    const table = head.closest("table"), column = head.cellIndex, body = table.tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of all("th", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const way = down ? -1 : 1;
    const ordered = [...body.rows].sort((a, b) => {
      const [p, q] = [a.cells[column], b.cells[column]];
      if (!p.classList.contains("n") || !q.classList.contains("n")) return way * collator.compare(p.textContent, q.textContent);
      const [m, n] = [number(p), number(q)];
      return Number.isNaN(m) || Number.isNaN(n) ? Number.isNaN(m) - Number.isNaN(n) : way * (m - n);
    });
    body.append(...ordered);
    reach(body);
  }

  // One row a table can be reached by Tab, the others from it by the arrow keys.
  function reach(body, row) {
    const open = [...body.rows].filter((r) => r.dataset.k && !r.hidden);
    for (const other of open) other.tabIndex = -1;
    if (open.length) (row || open[0]).tabIndex = 0;
    return open;
  }

  function filter() {
    const wanted = $("filter").value.trim().toLowerCase();
    let left = 0;
    for (const row of rows.values()) {
      row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      left += !row.hidden;
    }
    $("count").textContent = `${left} / ${rows.size}`;
    for (const body of all("tbody")) reach(body);
  }

  function walk(event) {
    const row = event.target.closest("tr[data-k]");
    if (!row) return;
    if (event.key === "Enter" || event.key === " ") pick(row.dataset.k, true);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const open = reach(row.parentNode, row), next = open[open.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) {
        reach(row.parentNode, next);
        next.focus();
      }
    } else return;
    event.preventDefault();
  }

  function steer(event) {
    const step = 80, moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) pan(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-" || event.key === "_") zoom(1 / 1.4);
    else if (event.key === "0" || event.key === "Home") fit();
    else if (event.key === "Enter") {
      const box = map.getBoundingClientRect();
      const under = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const place = under && under.closest("#map [data-k]");
      if (place) pick(place.dataset.k, false);
    } else return;
    event.preventDefault();
  }

  let held = null;
  map.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, moved: false };
  });
  map.addEventListener("pointermove", (event) => {
    if (!held || !event.buttons) return;
    const right = held.x - event.clientX, down = held.y - event.clientY;
    if (!held.moved && Math.hypot(right, down) < 4) return;
    if (!held.moved) map.setPointerCapture(event.pointerId);
    Object.assign(held, { x: event.clientX, y: event.clientY, moved: true });
    pan(right, down);
  });
  map.addEventListener("click", (event) => {
    const place = event.target.closest("[data-k]");
    if (place && !(held && held.moved)) pick(place.dataset.k, false);
    held = null;
  });
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), mapPoint(event));
  }, { passive: false });
  map.addEventListener("keydown", steer);
  document.addEventListener("keydown", walk);
  document.addEventListener("click", (event) => {
    const head = event.target.closest("th"), row = event.target.closest("tr[data-k]");
    if (head) sort(head);
    else if (row) pick(row.dataset.k, true);
  });
  $("in").addEventListener("click", () => zoom(1.5));
  $("out").addEventListener("click", () => zoom(1 / 1.5));
  $("whole").addEventListener("click", fit);
  $("print").addEventListener("click", () => window.print());
  $("filter").addEventListener("input", filter);
  for (const id of ["first", "second", "split"]) $(id).addEventListener("input", show);
  for (const box of all(".legend input")) {
    const set = () => {
      for (const sign of all(`.schools .${box.value}`, map)) sign.toggleAttribute("hidden", !box.checked);
      show();
    };
    box.addEventListener("change", set);
    set();
  }
  window.addEventListener("resize", measure);
  filter();
  fit();

  // For a page that edits: look at map and tables anew, and go to places.
  window.page = {
    pick, show, boxOf,
    reread() {
      names = readNames();
      rows = readRows();
      filter();
      show();
    },
    goToBox(box, margin) {
      const { w, h } = size();
      view.x = box.x + box.width / 2;
      view.y = box.y + box.height / 2;
      view.unit = Math.min(fitted, Math.max(fitted / 12, Math.max(box.width / w, box.height / h) * margin));
      show();
    },
  };
})();
