"use strict";
// Tools on the map: put into an area, lock, unlock; by click, by brush, from the keyboard.
(() => {
  const { $, all, say, edit, layer, areaOf, touch } = window.desk;
  const map = $("map"), sheet = map.parentElement, ring = $("ring");
  let tool = "view", stroke = null, spaced = false;

  const editable = () => tool !== "view" && layer() !== null;

  function choose(name) {
    tool = name;
    for (const box of all('input[name="tool"]')) box.checked = box.value === name;
    document.body.classList.toggle("painting", tool !== "view");
    $("painting").hidden = tool !== "assign";
    $("brushing").hidden = tool === "view";
    $("locking").hidden = tool !== "lock" && tool !== "unlock";
    ring.hidden = true;
  }

  function fill(select, rows, chosen) {
    select.replaceChildren(...rows.map(({ id, name }) => new Option(name, id)));
    if (rows.some((row) => row.id === chosen)) select.value = chosen;
  }

  function targets() {
    const here = layer();
    if (!here) return;
    fill($("target"), here.targets, $("target").value);
    const anywhere = { id: "", name: say("anywhere") };
    fill($("source"), [anywhere, ...here.areas.map(({ id, name }) => ({ id, name }))], $("source").value);
    swatch();
  }

  const fillOf = (id) => (layer().areas.find((a) => a.id === id) || { fill: "#ffffff" }).fill;
  const swatch = () => { $("swatch").style.background = layer() ? fillOf($("target").value) : ""; };

  // A school moves alone between districts; of zones, a primary is put to the junior it feeds.
  const PRIMARIES = ["primary", "teaching_point", "nine_year"];
  function movable(key) {
    if (key[0] === "v") return true;
    const kind = layer().kind, sign = map.querySelector(`[data-k="${key}"]`);
    return key[0] === "s" && (kind === "district" || (kind === "junior" && PRIMARIES.includes(sign.getAttribute("class").split(" ")[0])));
  }

  // Feeders know no places that they must not be put to.
  const barrable = (key) => key[0] === "v" || layer().kind === "district";

  function under(x, y, schools) {
    const found = document.elementsFromPoint(x, y).map((e) => e.closest("#map [data-k]")).filter(Boolean);
    if (schools && found.length && found[0].dataset.k[0] === "s" && movable(found[0].dataset.k)) return found[0].dataset.k;
    const village = found.find((e) => e.dataset.k[0] === "v");
    return village ? village.dataset.k : null;
  }

  const barredTo = (key, area) => (window.desk.state.barred[key] || []).includes(area);

  function allowed(key) {
    if (tool !== "assign" || key[0] !== "v") return true;
    const at = (areaOf(key) || { id: "" }).id, from = $("source").value;
    return at !== $("target").value && (!from || at === from) && !(key in window.desk.state.locks) && !barredTo(key, $("target").value);
  }

  function add(key) {
    if (!key || stroke.keys.has(key) || !allowed(key)) return;
    stroke.keys.add(key);
    if (key[0] === "v") touch(key, tool === "assign" ? fillOf($("target").value) : tool === "lock" ? "#8b98a8" : "#ffffff");
  }

  function sweep(event) {
    const radius = Number($("brush").value), { x, y } = stroke;
    const steps = Math.max(1, Math.ceil(Math.hypot(event.clientX - x, event.clientY - y) / 5));
    for (let s = 1; s <= steps; s += 1) {
      const cx = x + (event.clientX - x) * s / steps, cy = y + (event.clientY - y) * s / steps;
      add(under(cx, cy, false));
      for (let turn = 0; radius && turn < 8; turn += 1) {
        add(under(cx + radius * Math.cos(turn * Math.PI / 4), cy + radius * Math.sin(turn * Math.PI / 4), false));
      }
    }
    Object.assign(stroke, { x: event.clientX, y: event.clientY });
  }

  function send(keys) {
    if (!keys.length) return null;
    if (tool !== "assign") return edit(tool, { units: keys });
    return edit("assign", { units: keys, to: $("target").value, from: $("source").value, stage: layer().kind });
  }

  function release() {
    const { keys } = stroke;
    stroke = null;
    send([...keys]);
  }

  function abandon() {
    stroke = null;
    window.desk.apply(window.desk.state);
  }

  // Listened to before the map does, which would pan or pick.
  sheet.addEventListener("pointerdown", (event) => {
    if (!editable() || event.button || spaced) return;
    event.stopPropagation();
    map.focus({ preventScroll: true });
    map.setPointerCapture(event.pointerId);
    stroke = { x: event.clientX, y: event.clientY, keys: new Set() };
    if (Number($("brush").value)) sweep(event);
    else add(under(event.clientX, event.clientY, true));
  }, true);
  sheet.addEventListener("pointermove", (event) => {
    const radius = Number($("brush").value), box = sheet.getBoundingClientRect();
    ring.hidden = !editable() || !radius;
    Object.assign(ring.style, { left: `${event.clientX - box.left}px`, top: `${event.clientY - box.top}px`, width: `${2 * radius}px`, height: `${2 * radius}px` });
    if (!stroke) return;
    event.stopPropagation();
    sweep(event);
  }, true);
  sheet.addEventListener("pointerup", (event) => {
    if (!stroke) return;
    event.stopPropagation();
    release();
  }, true);
  sheet.addEventListener("pointercancel", () => { if (stroke) abandon(); }, true);
  sheet.addEventListener("pointerleave", () => { ring.hidden = true; });
  sheet.addEventListener("click", (event) => { if (editable() && !spaced) event.stopPropagation(); }, true);
  map.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && stroke) abandon();
    if (event.key !== "Enter" || !editable()) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const box = map.getBoundingClientRect();
    const key = under(box.left + box.width / 2, box.top + box.height / 2, true);
    if (key && allowed(key)) send([key]);
  }, true);

  const typing = (event) => event.target.closest("input:not([type=radio]), select, textarea, dialog");
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target === map) {
      spaced = true;
      event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (typing(event) && key !== "s") return;
      if (key === "z" || key === "y") edit(key === "y" || event.shiftKey ? "redo" : "undo");
      else if (key === "s") $("save").click();
      else return;
      event.preventDefault();
    } else if (!typing(event) && !event.altKey) {
      const name = { v: "view", b: "assign", l: "lock", u: "unlock" }[event.key.toLowerCase()];
      if (name) choose(name);
    }
  });
  document.addEventListener("keyup", (event) => { if (event.key === " ") spaced = false; });

  for (const box of all('input[name="tool"]')) box.addEventListener("change", () => choose(box.value));
  $("target").addEventListener("change", swatch);
  $("first").addEventListener("change", targets);
  $("undo").addEventListener("click", () => edit("undo"));
  $("redo").addEventListener("click", () => edit("redo"));
  $("by-town").addEventListener("click", () => edit(tool, { town: $("town").value }));
  $("all").addEventListener("click", () => edit(tool));
  fill($("town"), window.desk.towns, "");

  async function tellWhy(key) {
    $("why-text").textContent = say("thinking");
    const found = await window.desk.ask("why", { key });
    if (window.desk.picked === key) $("why-text").textContent = found ? found.text : "";
  }

  // What can be done with the place that was picked, for those who work without a pointer.
  function acts() {
    const key = window.desk.picked, held = key in window.desk.state.locks, area = key && areaOf(key);
    const button = (text, act) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", textContent: text, className: "small" });
      made.addEventListener("click", act);
      return made;
    };
    const found = [];
    const into = $("target").selectedOptions[0];
    if (key && layer() && key[0] !== "a") {
      if (movable(key) && into && into.value !== (area || { id: "" }).id && !held && !barredTo(key, into.value)) {
        found.push(button(say("put_into", { area: into.text }), () => edit("assign", { units: [key], to: into.value, stage: layer().kind })));
        if (barrable(key)) found.push(button(say("keep_out", { area: into.text }), () => edit("forbid", { units: [key], to: into.value })));
      }
      if (!held) found.push(button(say("lock"), () => edit("lock", { units: [key] })));
      if (held || key in window.desk.state.barred) found.push(button(say("unlock"), () => edit("unlock", { units: [key] })));
    }
    if (area) {
      found.push(button(say("as_target"), () => {
        $("target").value = area.id;
        swatch();
        choose("assign");
        acts();
      }));
    }
    if (key && key[0] !== "a") found.push(button(say("why"), () => tellWhy(key)));
    $("place-acts").replaceChildren(...found);
    $("why-text").textContent = "";
  }
  $("target").addEventListener("change", acts);
  document.addEventListener("picked", acts);
  document.addEventListener("desk", () => {
    targets();
    acts();
  });
})();
