"use strict";
(function () {
  const verdicts = ["fail", "warning", "inconclusive", "pass", "skipped"];
  const byId = (id) => document.getElementById(id);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const selects = { verdict: byId("by-verdict"), theme: byId("by-theme"), event: byId("by-event") };
  const names = {
    theme: all("option", selects.theme).slice(1).map((o) => o.value),
    event: all("option", selects.event).slice(1).map((o) => o.value),
  };
  const numbers = (text) => (text ? text.split(" ").map(Number) : []);
  const items = all(".item").map((node) => ({
    node,
    kind: node.dataset.kind,
    verdict: numbers(node.dataset.v),
    theme: numbers(node.dataset.t),
    event: numbers(node.dataset.e),
  }));
  const bars = all("rect[data-d]");
  const plural = { finding: "findings", scenario: "scenarios", delivery: "deliveries" };

  // The address holds the filters, and what is looked at: #verdict=fail&theme=retries&at=f2. A plain #f2 will do too.
  function read() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) {
      return { at: decodeURIComponent(hash) };
    }
    return Object.fromEntries(new URLSearchParams(hash));
  }

  function write(state) {
    const kept = new URLSearchParams();
    for (const key of ["verdict", "theme", "event", "at"]) {
      if (state[key]) {
        kept.set(key, state[key]);
      }
    }
    const hash = kept.toString();
    if (hash !== location.hash.slice(1)) {
      location.hash = hash;
      if (!hash) {
        history.replaceState(null, "", location.pathname + location.search);
      }
    }
    apply(state);
  }

  function apply(state) {
    const want = { verdict: verdicts.indexOf(state.verdict), theme: names.theme.indexOf(state.theme), event: names.event.indexOf(state.event) };
    const shown = { finding: 0, scenario: 0, delivery: 0 };
    const total = { finding: 0, scenario: 0, delivery: 0 };
    const off = new Set();
    for (const item of items) {
      const fits = Object.keys(want).every((key) => want[key] < 0 || item[key].includes(want[key]));
      if (item.node.hidden === fits) {
        item.node.hidden = !fits;
      }
      total[item.kind]++;
      shown[item.kind] += fits ? 1 : 0;
      if (!fits && item.kind === "delivery") {
        off.add(item.node.id.slice(1));
      }
    }
    for (const bar of bars) {
      bar.classList.toggle("off", off.has(bar.dataset.d));
    }
    const active = Object.values(want).some((n) => n >= 0);
    for (const key of Object.keys(selects)) {
      const value = want[key] < 0 ? "" : state[key];
      if (selects[key].value !== value) { // to set it anyway would forget what was typed so far to choose
        selects[key].value = value;
      }
    }
    for (const button of all(".count")) {
      button.setAttribute("aria-pressed", String(want.verdict === Number(button.dataset.verdict)));
    }
    for (const link of all(".matrix a")) {
      const of = new URLSearchParams(link.hash.slice(1));
      link.classList.toggle("on", want.event >= 0 && want.theme >= 0 && of.get("event") === state.event && of.get("theme") === state.theme);
    }
    byId("reset").disabled = !active;
    byId("shown").value = active
      ? Object.keys(total).filter((kind) => total[kind]).map((kind) => shown[kind] + " of " + total[kind] + " " + plural[kind]).join(", ")
      : "";
    byId("no-findings").hidden = !(total.finding && !shown.finding);
    byId("no-deliveries").hidden = !(total.delivery && !shown.delivery);
    if (active && shown.scenario && byId("scenario-list")) {
      byId("scenario-list").open = true;
    }
  }

  function lookAt(id) {
    const node = byId(id);
    if (!node) {
      return;
    }
    for (let up = node; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") {
        up.open = true;
      }
      up.hidden = false;
    }
    const target = node.tagName === "DETAILS" ? node.firstElementChild : node;
    target.focus({ preventScroll: true });
    node.scrollIntoView({ block: node.tagName === "DETAILS" ? "center" : "start" });
  }

  function follow() {
    const state = read();
    if (state.at && Object.keys(state).length === 1) {
      state.verdict = state.theme = state.event = "";
    }
    apply(state);
    if (state.at) {
      lookAt(state.at);
    }
  }

  function go(id) {
    const state = read();
    state.at = id;
    write(state);
    lookAt(id);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && !link.hash.includes("=")) {
      event.preventDefault();
      go(link.hash.slice(1));
    }
    const bar = event.target.closest("rect[data-d]");
    if (bar) {
      go("d" + bar.dataset.d);
    }
  });
  for (const [key, select] of Object.entries(selects)) {
    select.addEventListener("change", () => write({ ...read(), [key]: select.value, at: "" }));
  }
  for (const button of all(".count:not(.none)")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      const verdict = verdicts[button.dataset.verdict];
      const state = read();
      write({ ...state, verdict: state.verdict === verdict ? "" : verdict, at: "" });
    });
  }
  byId("reset").addEventListener("click", () => {
    write({});
    selects.verdict.focus();
  });
  window.addEventListener("hashchange", follow);
  byId("filters").hidden = false;

  // Copying works from a file too, where some browsers have no clipboard for scripts.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "hidden";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }
  for (const button of all(".copy")) {
    const box = button.closest(".command");
    const name = box.querySelector(".name");
    button.hidden = false;
    button.setAttribute("aria-label", "Copy the " + (name ? name.textContent : "repeat") + " line");
    button.addEventListener("click", async () => {
      const done = await copy(box.querySelector("code").textContent);
      button.textContent = done ? "Copied" : "Not copied";
      button.classList.toggle("done", done);
      byId("said").textContent = done ? "Copied." : "This browser does not let the page copy: select the line instead.";
      button.focus();
      setTimeout(() => {
        button.textContent = "Copy";
        button.classList.remove("done");
        byId("said").textContent = "";
      }, 1600);
    });
  }

  // What a delivery sent and got is packed, a line of JSON for each, and put in place when its row is opened.
  let evidence = null;
  async function unpack() {
    const text = atob(byId("evidence").textContent.replace(/-/g, "+").replace(/_/g, "/"));
    const packed = new Blob([Uint8Array.from(text, (c) => c.charCodeAt(0))]);
    const lines = await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
    return lines.split("\n");
  }
  function block(title, text) {
    const figure = document.createElement("figure");
    figure.className = "exchange";
    const caption = document.createElement("figcaption");
    caption.textContent = title;
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", title);
    const code = document.createElement("code");
    code.textContent = text;
    pre.append(code);
    figure.append(caption, pre);
    return figure;
  }
  async function show(row) {
    if (!row.open || row.querySelector(".more")) {
      return;
    }
    const more = document.createElement("div");
    more.className = "more";
    row.append(more);
    try {
      evidence = evidence || unpack();
      fill(more, JSON.parse((await evidence)[Number(row.id.slice(1))]));
    } catch {
      more.textContent = "This browser cannot unpack what was sent; the NDJSON record of the run has it.";
    }
  }
  function fill(more, found) {
    const id = document.createElement("p");
    id.className = "id";
    id.append(found.i);
    for (const number of found.f || []) {
      const link = document.createElement("a");
      link.href = "#f" + number;
      link.textContent = "finding " + number;
      id.append(" · ", link);
    }
    const attempts = document.createElement("ol");
    for (const text of found.a || []) {
      const attempt = document.createElement("li");
      attempt.textContent = text;
      attempts.append(attempt);
    }
    more.append(id, attempts);
    const sides = document.createElement("div");
    sides.className = "sides";
    const replies = document.createElement("div");
    const texts = found.r || [];
    for (let from = 0, to; from < texts.length; from = to) {
      for (to = from + 1; to < texts.length && texts[to] === texts[from]; to++);
      const of = to - from > 1 ? "Reply to attempts " + (from + 1) + " to " + to : "Reply to attempt " + to;
      replies.append(block(texts.length > 1 ? of : "Reply", texts[from] || "(nothing)"));
    }
    sides.append(block("Request", found.q), replies);
    more.append(sides);
  }
  document.addEventListener("toggle", (event) => {
    if (event.target.classList.contains("row")) {
      show(event.target);
    }
  }, true);

  follow();
})();
