"use strict";
// Panels beside the map: numbers, pending changes, check; saving, opening, comparing, exporting.
(() => {
  const { $, all, say, tell, ask, edit, goTo } = window.desk;
  let timer = 0, checked = null, wanted = "fail";

  function made(name, text = "", cls = "") {
    const node = document.createElement(name);
    node.textContent = text;
    node.className = cls;
    return node;
  }

  function open(name) {
    for (const tab of all('[role="tab"]')) {
      const on = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      $(tab.getAttribute("aria-controls")).hidden = !on;
    }
  }

  function go(keys) {
    const button = made("button", say("go"), "small go");
    button.type = "button";
    button.addEventListener("click", () => goTo(keys));
    return button;
  }

  // Numbers: as opened, and as they are now.
  function numbers() {
    $("numbers").replaceChildren(...window.desk.state.numbers.map((row) => {
      const line = made("tr"), title = made("td", `${row.title} `), now = made("td", `${["▾ ", "", "▴ "][row.rise + 1]}${row.now}`);
      title.append(made("small", row.unit));
      now.className = row.gain > 0 ? "better" : row.gain < 0 ? "worse" : "";
      line.append(title, made("td", row.before), now);
      return line;
    }));
  }

  function movedTable(rows) {
    const table = made("table"), head = made("tr");
    for (const word of ["moved_name", "moved_before", "moved_after", "moved_children"]) head.append(made("th", say(word)));
    table.append(head);
    for (const row of rows) {
      const line = made("tr");
      line.dataset.go = row.key;
      line.tabIndex = 0;
      line.append(made("td", row.name), made("td", row.before), made("td", row.after), made("td", row.children ?? "", "n"));
      line.addEventListener("click", () => goTo([row.key]));
      line.addEventListener("keydown", (event) => { if (event.key === "Enter") goTo([row.key]); });
      table.append(line);
    }
    return table;
  }

  const listed = (counts) => Object.entries(counts).map(([stage, n]) => `${stage} ${n}`).join(say("and"));

  function pending() {
    const { effects } = window.desk.state, found = [];
    let count = 0;
    for (const effect of effects) {
      const moved = [...effect.villages, ...effect.schools];
      count += moved.length;
      if (!moved.length) continue;
      found.push(made("h3", effect.title));
      found.push(made("p", say("moved", { villages: effect.villages.length, schools: effect.schools.length, children: effect.children, share: effect.share })));
      found.push(made("p", say("ways", { further: listed(effect.further), nearer: listed(effect.nearer) })));
      found.push(movedTable(moved));
    }
    if (checked && count) found.unshift(...fresh());
    $("effect").replaceChildren(...(found.length ? found : [made("p", say("nothing_pending"), "hint")]));
    $("tab-pending").querySelector("b").textContent = count || "";
  }

  function fresh() {
    const head = made("p", say("rules_changed", { broken: checked.broken, mended: checked.mended }), checked.broken ? "worse" : "");
    if (!checked.broken) return [head];
    const block = made("details", "", "rule"), list = made("ul");
    block.open = checked.broken <= 8;
    block.append(made("summary", say("broken_list")), list);
    for (const rule of checked.rules) {
      for (const finding of rule.findings.filter((f) => f.fresh)) list.append(foundLine(rule, finding));
    }
    return [head, block];
  }

  // The check: three states, each finding with the way to its place.
  const MARKS = { pass: "✓", fail: "✗", open: "?" };

  function foundLine(rule, finding) {
    const line = made("li", `${finding.text} `, finding.fresh ? "fresh" : "");
    line.append(made("span", `${finding.word} `, "word"));
    if (finding.reason) line.append(made("span", `${finding.reason} `, "word"));
    if (finding.keys.length) line.append(go(finding.keys));
    if (finding.excusable) {
      const button = made("button", say("excuse"), "small");
      button.type = "button";
      button.addEventListener("click", () => {
        const reason = window.prompt(say("excuse_why", { title: rule.title }));
        if (reason && reason.trim()) edit("exempt", { rule: rule.rule, places: finding.places, reason: reason.trim() });
      });
      line.append(" ", button);
    }
    return line;
  }

  function ruleBlock(rule) {
    const block = made("details", "", "rule"), head = made("summary");
    head.append(made("span", MARKS[rule.state], `mark ${rule.state}`), ` ${rule.clause} ${rule.title} `, made("span", `${rule.strength} · ${rule.word}`, "word"));
    block.append(head);
    const list = made("ul");
    for (const finding of rule.findings) list.append(foundLine(rule, finding));
    if (rule.passed) list.append(made("li", say("hold", { n: rule.passed }), "word"));
    block.append(list);
    block.open = rule.findings.some((f) => f.fresh);
    return block;
  }

  function check() {
    const panel = $("check");
    const parts = [made("p", `${say("policy")} ${checked.policy}`, "hint"), made("p", checked.headline)];
    const chips = made("p", "", "chips");
    const counts = { ...checked.counts, open: (checked.counts.open || 0) + checked.unread.length };
    for (const state of ["fail", "open", "pass"]) {
      const chip = made("button", `${MARKS[state]} ${say(`state_${state}`)} ${counts[state] || 0}`);
      chip.type = "button";
      chip.setAttribute("aria-pressed", state === wanted);
      chip.addEventListener("click", () => {
        wanted = state;
        check();
      });
      chips.append(chip);
    }
    parts.push(chips, ...checked.rules.filter((rule) => rule.state === wanted).map(ruleBlock));
    if (wanted === "open") parts.push(...checked.unread.map((title) => made("p", say("unread", { title }), "word")));
    panel.replaceChildren(...parts);
    const bad = $("tab-check").querySelector("b");
    bad.textContent = counts.fail || "✓";
    bad.className = counts.fail ? "bad" : "";
  }

  function recheck() {
    clearTimeout(timer);
    $("tab-check").querySelector("b").textContent = "…";
    timer = setTimeout(async () => {
      const found = await ask("check");
      if (!found) return;
      if (found.revision !== window.desk.state.revision) return;
      checked = found;
      check();
      pending();
    }, 120);
  }

  // Saving, exporting, opening and comparing.
  $("save").addEventListener("click", () => {
    if ($("save").disabled) return;
    $("new-name").value = "";
    $("saving").returnValue = "";
    $("saving").showModal();
  });
  $("saving").addEventListener("close", async () => {
    if ($("saving").returnValue !== "ok") return;
    const found = await edit("save", { name: $("new-name").value.trim(), reason: $("reason").value });
    if (!found) return;
    $("reason").value = "";
    tell(say("saved", { file: found.file }));
    plans();
  });

  $("export").addEventListener("click", () => {
    $("exporting").returnValue = "";
    $("exporting").showModal();
  });
  const endings = { districts: ["pdf", "png", "xlsx", "docx", "gpkg", "geojson", "shp", "kml", "csv", "html"], zones: ["pdf", "png", "xlsx", "docx", "gpkg", "geojson", "csv", "html"] };
  function offerEndings() {
    $("endings").replaceChildren(...endings[window.desk.state.kind].map((ending) => {
      const label = made("label"), box = made("input");
      Object.assign(box, { type: "checkbox", value: ending });
      label.append(box, ` .${ending}`);
      return label;
    }));
  }
  $("exporting").addEventListener("close", async () => {
    const wantedEndings = all("#endings input:checked").map((box) => box.value);
    if ($("exporting").returnValue !== "ok" || !wantedEndings.length) return;
    tell(say("exporting"));
    const found = await ask("export", { endings: wantedEndings });
    if (found) tell(say("exported", { files: found.files.join(say("and")) }));
  });

  const beside = new URLSearchParams(location.search).getAll("with");
  async function plans() {
    const found = await ask("plans");
    if (!found) return;
    const label = (p) => `${p.name}${say(`kind_${p.kind}`)}`;
    $("plans").replaceChildren(new Option(say("choose"), ""), ...found.map((p) => new Option(label(p), p.file)));
    $("beside").replaceChildren(new Option(say("none"), ""), ...found.map((p) => new Option(label(p), p.file)));
    $("beside").value = beside[0] || "";
  }
  $("plans").addEventListener("change", async () => {
    const file = $("plans").value, { pending: unsaved } = window.desk.state;
    $("plans").value = "";
    if (!file || (unsaved && !window.confirm(say("discard")))) return;
    if (await edit("open", { file, discard: unsaved })) location.assign(location.pathname);
  });
  $("beside").addEventListener("change", () => {
    const file = $("beside").value;
    location.assign(location.pathname + (file ? `?with=${encodeURIComponent(file)}` : ""));
  });

  all('[role="tab"]').forEach((tab, i, tabs) => {
    tab.addEventListener("click", () => open(tab.id.slice(4)));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(i + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
  });
  document.addEventListener("desk", (event) => {
    numbers();
    if (event.detail.anew) {
      checked = null;
      recheck();
      pending();
    }
    if (event.detail.first) {
      offerEndings();
      // The plan to compare with lies beside the first layer of its kind.
      $("drawn").hidden = !beside.length;
      if (beside.length) {
        $("second").value = String(window.desk.state.layers.length);
        window.page.show();
      }
    }
  });
  open("place");
  plans();
  ask("state").then(window.desk.apply);
})();
