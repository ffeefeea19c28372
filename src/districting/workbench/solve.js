"use strict";
// Solving again around the locks: progress with bound and gap, stop, take over.
(() => {
  const { $, say, ask, edit, node } = window.desk;
  let timer = 0;

  const number = (value) => (value === null || value === undefined ? "—" : Math.round(value).toLocaleString());

  function line(points, cls, x, y) {
    const known = points.filter((p) => p[1] !== null);
    if (!known.length) return null;
    return node("path", { class: cls, d: `M${known.map((p) => `${x(p[0])} ${y(p[1])}`).join("L")}` });
  }

  // Best plan and proven bound over time.
  function curve(reports, seconds) {
    const last = reports[reports.length - 1];
    const points = last ? [...reports, [seconds, last[1], last[2]]] : [];
    const values = points.flatMap((p) => [p[1], p[2]]).filter((v) => v !== null);
    if (values.length < 2) return null;
    const low = Math.min(...values), high = Math.max(...values), span = high - low || 1;
    const x = (s) => 300 * s / Math.max(seconds, 0.1), y = (v) => 95 - 85 * (v - low) / span;
    const box = node("svg", { class: "curve", viewBox: "0 0 300 100", preserveAspectRatio: "none" });
    box.append(...[line(points.map((p) => [p[0], p[1]]), "best", x, y), line(points.map((p) => [p[0], p[2]]), "bound", x, y)].filter(Boolean));
    return box;
  }

  function row(list, term, value) {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = term;
    dd.textContent = value;
    list.append(dt, dd);
  }

  function show(solve) {
    $("start").disabled = Boolean(solve.running);
    $("stop").disabled = !solve.running;
    $("stop").textContent = say(solve.stopping ? "end" : "stop");
    if (!("seconds" in solve)) return;
    const list = document.createElement("dl"), parts = [list];
    list.className = "facts";
    row(list, say("phase"), solve.running ? [solve.stopping ? say("stopping") : "", solve.phase || say("starting")].filter(Boolean).join(" · ") : solve.status || say("no_result"));
    row(list, say("objective"), number(solve.objective));
    row(list, say("bound"), number(solve.bound));
    row(list, say("gap"), solve.gap === null ? "—" : `${(100 * solve.gap).toFixed(2)} %`);
    row(list, say("elapsed"), `${solve.seconds} s`);
    const drawn = curve(solve.curve, solve.seconds);
    if (drawn) parts.push(drawn);
    if (solve.running && window.desk.state.kind === "zones") parts.push(Object.assign(document.createElement("p"), { textContent: say("by_stage"), className: "hint" }));
    if (solve.message) parts.push(Object.assign(document.createElement("p"), { textContent: solve.message, className: "pre" }));
    if (solve.found) {
      const button = Object.assign(document.createElement("button"), { type: "button", id: "take", className: "main", textContent: say("take") });
      button.addEventListener("click", () => edit("take"));
      parts.push(Object.assign(document.createElement("p"), { textContent: solve.revision === window.desk.state.revision ? say("take_hint") : say("take_over"), className: "hint" }), button);
    }
    $("progress").replaceChildren(...parts);
  }

  async function watch() {
    clearTimeout(timer);
    const solve = await ask("solve");
    if (!solve) return;
    show(solve);
    if (solve.running) timer = setTimeout(watch, 400);
  }

  $("start").addEventListener("click", async () => {
    const seconds = Number($("seconds").value) || 60, gap = (Number($("gap").value) || 0) / 100;
    const solve = await ask("solve", { seconds, gap, revision: window.desk.state.revision });
    if (!solve) return;
    show(solve);
    watch();
  });
  $("stop").addEventListener("click", async () => {
    const solve = await ask("stop", {});
    if (solve) show(solve);
  });
  // A solve that an earlier page began is shown once there is a state to hold it against.
  document.addEventListener("desk", (event) => {
    if (event.detail.first) watch();
  });
})();
