"use strict";
// The desk: asks the server, and lays its state over map and tables.
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const spoken = JSON.parse($("words").textContent);
  const say = (key, values = {}) => spoken.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const SVG = "http://www.w3.org/2000/svg";
  const map = $("map");
  let state = null, kinds = "", picked = "", waiting = Promise.resolve();

  function tell(text, wrong = false) {
    $("told").textContent = text;
    $("told").hidden = !text;
    $("told").classList.toggle("wrong", wrong);
  }

  async function ask(path, content) {
    const told = content === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
    };
    let answer, found;
    try {
      answer = await fetch(`api/${path}`, told);
      found = await answer.json();
    } catch {
      tell(say("gone"), true);
      return null;
    }
    if (answer.ok) return found;
    tell(found.error, true);
    if (answer.status === 409) apply(await ask("state"));
    return null;
  }

  // Edits go one after another, each on the state that the one before left.
  function edit(path, content = {}) {
    waiting = waiting.then(async () => {
      if (!state) return null;  // pressed before the first answer: nothing to edit yet
      const began = performance.now();
      const found = await ask(path, { ...content, revision: state.revision });
      if (found && "layers" in found) {
        tell(found.stayed ? say("stayed", { n: found.stayed }) : "");
        apply(found);
        $("speed").textContent = say("speed", { ms: Math.round(performance.now() - began) });
      } else if (!found) for (const path of all(".touched")) untouch(path);
      return found;
    });
    return waiting;
  }

  function untouch(path) {
    path.classList.remove("touched");
    path.style.fill = "";
  }

  function node(name, attributes, text = "") {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  }

  const villages = all(".villages path", map);
  const schools = new Map(all(".schools g", map).map((sign) => [sign.dataset.k, sign]));
  const table = (key) => document.querySelector(`tr[data-k="${key}"]`).closest("table");
  const villageRows = new Map(all('tr[data-k^="v"]').map((row) => [row.dataset.k, row]));
  const schoolRows = new Map(all('tr[data-k^="s"]').map((row) => [row.dataset.k, row]));

  function set(cell, text) {
    if (cell.textContent !== text) cell.textContent = text;
  }

  function layLayer(layer, number, column) {
    for (const id of ["first", "second"]) $(id).querySelector(`option[value="${number}"]`).textContent = layer.title;
    const areas = map.querySelector(`.layer[data-layer="${number}"]`);
    areas.replaceChildren(...layer.areas.map((a, i) => node("path", { "data-k": `a${number}-${i}`, fill: a.fill, d: a.d })));
    const names = map.querySelector(`.names.areas[data-layer="${number}"]`);
    names.replaceChildren(...layer.areas.filter((a) => a.d).map((a) => node("text", { x: a.x, y: a.y }, a.name)));
    const frame = all("section").find((s) => s.querySelector(`tr[data-k^="a${number}-"]`));
    if (frame) frame.innerHTML = layer.table;
    layer.villages.forEach((area, i) => {
      const cells = villageRows.get(`v${i}`).cells;
      set(cells[column], area < 0 ? "" : layer.areas[area].name);
      Object.values(layer.ways).forEach((ways, n) => set(cells[column + 1 + n], ways[i] === null ? "" : String(ways[i])));
    });
    layer.schools.forEach((area, i) => set(schoolRows.get(`s${i}`).cells[7 + number], area < 0 ? "" : layer.areas[area].name));
    return column + 1 + Object.keys(layer.ways).length;
  }

  function apply(fresh) {
    if (!fresh) return;
    const shown = fresh.layers.map((layer) => layer.kind).join();
    if (kinds && shown !== kinds) {
      location.reload();
      return;
    }
    const first = state === null;
    const anew = first || fresh.revision !== state.revision;
    [state, kinds] = [fresh, shown];
    all(".touched").forEach(untouch);
    let column = 4;
    state.layers.forEach((layer, number) => { column = layLayer(layer, number, column); });
    villages.forEach((path, i) => path.classList.toggle("locked", `v${i}` in state.locks));
    for (const [key, sign] of schools) sign.classList.toggle("locked", key in state.locks);
    // Only what changed on the layer shown is marked.
    markMoved();
    // What was measured when the page was made is no longer so after an edit.
    if (!first && anew) all("details.tables section").forEach((s) => { s.hidden = !s.querySelector("tr[data-k]"); });
    $("plan-name").textContent = state.name;
    $("unsaved").hidden = !state.pending;
    for (const way of ["undo", "redo"]) {
      $(way).disabled = !state[way];
      $(way).title = `${state[way]} (Ctrl+${way === "undo" ? "Z" : "Y"})`;
    }
    $("save").disabled = !state.writable;
    $("export").disabled = !state.writable || state.pending;
    if (state.owner) tell(state.owner, true);
    else if (first && state.greeting) tell(state.greeting);
    window.page.reread();
    if (picked) window.page.pick(picked, false);
    document.dispatchEvent(new CustomEvent("desk", { detail: { anew, first } }));
  }

  function markMoved() {
    const effect = state.effects[Number($("first").value)];
    const moved = new Set($("mark-moved").checked && effect ? effect.villages.map((v) => v.key) : []);
    villages.forEach((path, i) => path.classList.toggle("moved", moved.has(`v${i}`)));
  }
  for (const id of ["first", "mark-moved"]) $(id).addEventListener("change", markMoved);

  function goTo(keys) {
    const shapes = keys.map((key) => map.querySelector(`[data-k="${key}"]`)).filter(Boolean);
    if (!shapes.length) return;
    const boxes = shapes.map(window.page.boxOf);
    const x = Math.min(...boxes.map((b) => b.x)), y = Math.min(...boxes.map((b) => b.y));
    const right = Math.max(...boxes.map((b) => b.x + b.width)), low = Math.max(...boxes.map((b) => b.y + b.height));
    window.page.pick(keys[0], false);
    window.page.goToBox({ x, y, width: right - x, height: low - y }, 1.5);
  }

  // The layer being edited: the one shown, when it belongs to the plan on the desk.
  function layer() {
    const number = Number($("first").value);
    return state && number < state.layers.length ? state.layers[number] : null;
  }

  const areaOf = (key) => {
    const here = layer();
    if (!here) return null;
    const row = Number(key.slice(1).split("-").pop());
    const place = key[0] === "v" ? here.villages[row] : key[0] === "s" ? here.schools[row] : row;
    return here.areas[place] || null;
  };

  document.addEventListener("picked", (event) => { picked = event.detail; });
  map.querySelector("defs").innerHTML += '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="7" fill="#22364d" fill-opacity=".45"/></pattern>';
  // Hatching keeps its width on screen whatever the zoom.
  new MutationObserver(() => {
    const u = Number(map.style.getPropertyValue("--u")) || 1;
    map.querySelector("#hatch").setAttribute("patternTransform", `rotate(45) scale(${u})`);
  }).observe(map, { attributes: true, attributeFilter: ["style"] });

  window.desk = {
    $, all, say, node, tell, ask, edit, apply, goTo, layer, areaOf, table,
    towns: spoken.towns,
    get state() { return state; },
    get picked() { return picked; },
    touch(key, fill) {
      const path = villages[Number(key.slice(1))];
      path.classList.add("touched");
      path.style.fill = fill;
    },
  };
})();
