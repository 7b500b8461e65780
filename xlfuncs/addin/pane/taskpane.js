/**
 * The task pane: a question and its answer, the price list of a day, prices over time, findings.
 * Texts of the contract reach the page as text only, never as HTML.
 */

import { describeChart, drawChart } from "./chart.js";
import { build, newer, onBehind, ready, show } from "./engine.js";
import { inExcel, insertFormula } from "./excel.js";

const COPIED = "Copied. It is written for an English Excel; Insert fits yours.";
const TYPING_PAUSE = 200;
const BETWEEN_CHECKS = 15 * 60 * 1000;
const LONGEST_SHOWN = 200;
const SEVERITIES = [["error", "Errors"], ["warning", "Warnings"], ["note", "Notes"]];

const NOTHING = { problem: "", outcome: "", price: "", formula: "", asked: "" };
const NO_LISTS = { lines: [], sources: [], rows: [], periods: [], remarks: [] };

const find = (id) => document.getElementById(id);

/** Make an element that holds texts and other elements. */
function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...content);
  return element;
}

/** A text whose days, such as 2013-12-20, are not broken at the end of a line. */
function keepDays(text) {
  const parts = text.split(/(\d{4}-\d{2}-\d{2})/);
  return parts.map((part, at) => (at % 2 ? make("span", { class: "day" }, part) : part));
}

/** Set the text of an element, which is hidden where there is none. */
function setText(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

// Fields. Those with the same name are one field that several tabs show.

const fields = [...document.querySelectorAll("input, select")];

function setField(name, value) {
  for (const field of fields.filter((each) => each.name === name && each.value !== value)) {
    field.value = value;
  }
  if (name === "known_on") {
    document.querySelectorAll(".more .set").forEach((each) => each.replaceChildren(value));
  }
}

/** What is typed in a field; "" where the field is not shown. */
function typed(name) {
  const field = fields.find((each) => each.name === name);
  return field.disabled ? "" : field.value.trim();
}

function isShown(name) {
  return !fields.find((field) => field.name === name).disabled;
}

/** Show or hide a field with its label. */
function setShown(field, isWanted) {
  field.disabled = !isWanted;
  field.closest(".field").hidden = !isWanted;
}

let services = [];

function fillServices(found) {
  services = found;
  for (const select of document.querySelectorAll("select")) {
    select.append(...services.map(({ name }) => make("option", { value: name }, name)));
    setShown(select, services.length > 1);
  }
}

/** Show the unit of the chosen service, and what was bought before where its purchases add up. */
function followService() {
  const isOnly = services.length === 1;
  const chosen = isOnly ? services[0] : services.find(({ name }) => name === typed("service"));
  document.querySelectorAll(".unit").forEach((each) => each.replaceChildren(chosen?.unit ?? ""));
  setShown(find("bought-before"), Boolean(chosen?.adds_up));
}

// Views, one on each tab. A view is asked for when its tab is open and what is typed has changed.

const views = {
  price: {
    view: "answer",
    asks: ["quantity", "purchased", "service", "known_on", "bought_before"],
    needs: ["quantity", "purchased", "service", "bought_before"],
    render: renderAnswer,
  },
  list: {
    view: "price list",
    asks: ["purchased", "listed_service", "known_on"],
    needs: ["purchased"],
    render: renderList,
  },
  time: {
    view: "timeline",
    asks: ["quantity", "purchased", "service", "known_on"],
    needs: ["quantity", "service"],
    render: renderTimeline,
  },
  findings: { view: "findings", asks: [], needs: [], render: renderFindings },
};

let isReady = false;

async function refresh(panel) {
  const view = views[panel];
  const state = JSON.stringify(fields.map((field) => [field.disabled, field.value.trim()]));
  if (!isReady || view.state === state) {
    return;
  }
  view.state = state;
  const isComplete = view.needs.every((name) => typed(name) || !isShown(name));
  const found = isComplete ? await ask(view) : {};
  if (view.state !== state) { // something else was typed in the meantime
    return;
  }
  const shown = { ...NOTHING, ...NO_LISTS, ...found };
  find(panel).querySelector(":scope > .hint").hidden = isComplete;
  setText(find(panel).querySelector(".problem"), shown.problem);
  view.render(shown);
}

async function ask({ view, asks }) {
  const request = asks.map((name) => [name.replace("listed_", ""), typed(name)]);
  try {
    return await show(view, Object.fromEntries(request));
  } catch (error) {
    return { problem: error.message };
  }
}

// The answer to a question.

function renderAnswer({ outcome, price, lines, sources, formula }) {
  const [amount, ...unit] = price.split(" ");
  find("result").dataset.outcome = outcome;
  find("amount").hidden = !price;
  find("amount").querySelector("strong").textContent = amount;
  find("amount").querySelector("span").textContent = unit.join(" ");
  setText(find("outcome"), price ? "" : outcome);
  find("lines").replaceChildren(...lines.map(renderLine));
  find("lines").hidden = lines.length === 0;
  const quoted = sources.filter(({ words }) => words); // others are cited above
  find("sources").replaceChildren(...quoted.map(renderSource));
  find("words").hidden = quoted.length === 0;
  renderFormula(formula);
}

function renderLine({ label, text }) {
  return make("div", {}, make("dt", {}, label), make("dd", {}, ...keepDays(text)));
}

function renderSource({ title, clause, words, note }) {
  const place = make("figcaption", {}, make("cite", {}, title), clause && `, ${clause}`);
  const remark = note ? [make("p", { class: "hint" }, "Note: ", ...keepDays(note))] : [];
  return make("figure", {}, place, make("blockquote", {}, words), ...remark);
}

// The formula of the question.

let inWay = null;
let isInserting = false;

function renderFormula(formula) {
  if (formula === find("formula").textContent) {
    return;
  }
  const parts = formula.split(/(?<=[(,])/).flatMap((part) => [part, make("wbr")]);
  find("formula").replaceChildren(...parts);
  find("formula-box").hidden = !formula;
  find("formula-status").textContent = "";
  closeReplace();
}

function closeReplace() {
  inWay = null;
  find("replace").hidden = true;
}

async function insert(replace = null) {
  if (isInserting) {
    return;
  }
  isInserting = true;
  closeReplace();
  const status = find("formula-status");
  status.textContent = "Inserting ...";
  try {
    const found = await insertFormula(find("formula").textContent, replace);
    status.textContent = "holds" in found ? "" : `Inserted into ${found.address}.`;
    if ("holds" in found) {
      askToReplace(found);
    } else if (replace) {
      find("insert").focus();
    }
  } catch (error) {
    status.textContent = error.message;
  }
  isInserting = false;
}

function askToReplace(found) {
  inWay = found;
  const isLong = found.holds.length > LONGEST_SHOWN;
  find("replace-address").textContent = found.address;
  find("replace-holds").textContent = found.holds.slice(0, LONGEST_SHOWN) + (isLong ? " ..." : "");
  find("replace").hidden = false;
  find("replace-no").focus();
}

function cancelReplace() {
  closeReplace();
  find("formula-status").textContent = "Nothing was inserted.";
  find("insert").focus();
}

async function copyFormula() {
  const status = find("formula-status");
  try {
    await navigator.clipboard.writeText(find("formula").textContent);
    status.textContent = COPIED;
  } catch { // Excel on the web lets no page inside it write to the clipboard
    getSelection().selectAllChildren(find("formula"));
    const isCopied = document.execCommand("copy");
    status.textContent = isCopied ? COPIED : "The formula is selected; press Ctrl+C to copy it.";
  }
}

// The price list of a day.

function renderList({ rows, remarks, currency }) {
  const table = find("list").querySelector("table");
  table.querySelectorAll("tbody").forEach((each) => each.remove());
  for (const service of new Set(rows.map((row) => row.service))) {
    const listed = rows.filter((row) => row.service === service);
    const billed = make("span", { class: "muted" }, listed[0].billed);
    const title = make("th", { scope: "rowgroup", colspan: "3" }, `${service} `, billed);
    const group = make("tr", { class: "group" }, title);
    table.append(make("tbody", {}, group, ...listed.map(renderListed)));
  }
  find("list-day").textContent = typed("purchased");
  renderAround("list", rows, remarks, currency);
}

function renderListed(row) {
  const quantities = make("th", { scope: "row" }, row.quantities);
  return make("tr", {}, quantities, renderPrice(row), make("td", {}, row.source));
}

/** A cell with the price of a row, or with the outcome where it has none. */
function renderPrice({ price, outcome }) {
  return make("td", { class: price ? "figure" : "figure muted" }, price || outcome);
}

/** Show what is around the table of a panel: its currency, and what its rows depend on. */
function renderAround(panel, rows, remarks, currency) {
  const list = find(panel).querySelector(".remarks");
  list.replaceChildren(...remarks.map((remark) => make("li", {}, ...keepDays(remark))));
  list.hidden = remarks.length === 0;
  find(`${panel}-currency`).textContent = currency ? `, in ${currency}` : "";
  find(panel).querySelector(".shown").hidden = rows.length === 0;
}

// Prices over time.

let timeline = null;

function renderTimeline({ periods, remarks, currency, asked }) {
  timeline = { periods, currency, asked };
  find("time").querySelector("tbody").replaceChildren(...periods.map(renderPeriod));
  renderAround("time", periods, remarks, currency);
  renderChart();
}

function renderPeriod(period) {
  const { since, until, days, source } = period;
  const choice = make("button", { type: "button", class: "link" }, ...keepDays(days));
  choice.addEventListener("click", () => choosePeriod(period));
  const title = make("th", { scope: "row" }, ...(since ? [choice] : keepDays(days)));
  const row = make("tr", {}, title, renderPrice(period), make("td", {}, source));
  const { asked } = timeline;
  if (asked && since <= asked && (!until || asked <= until)) {
    row.setAttribute("aria-current", "date");
  }
  return row;
}

function renderChart() {
  const width = find("chart").clientWidth;
  if (!timeline?.periods.length || !width) {
    find("chart").replaceChildren();
    return;
  }
  const chart = drawChart(timeline, width, choosePeriod);
  chart.setAttribute("aria-label", describeChart(timeline));
  find("chart").replaceChildren(chart);
}

/** Ask for the price on the first day of a period, which has a first day. */
function choosePeriod({ since }) {
  setField("purchased", since);
  openTab("price");
  find("purchased").focus();
}

// Findings.

function renderFindings({ rows, problem }) {
  const counted = SEVERITIES.map(([severity, title]) => [
    title,
    rows.filter((row) => row.severity === severity),
  ]);
  const shown = counted.filter(([, found]) => found.length);
  find("findings-list").replaceChildren(...shown.map(renderSeverity));
  find("findings").querySelector(".hint").hidden = Boolean(rows.length || problem);
  find("findings").querySelector(".shown").hidden = rows.length === 0;
  setText(find("findings-count"), rows.length ? String(rows.length) : "");
}

function renderSeverity([title, rows]) {
  const heading = make("h2", {}, `${title} `, make("span", { class: "count" }, `${rows.length}`));
  const list = make("ul", { class: `found ${rows[0].severity}` }, ...rows.map(renderFinding));
  return make("section", {}, heading, list);
}

function renderFinding(row) {
  const where = make("p", { class: "where" }, row.where);
  const found = make("p", { class: "sentence" }, ...keepDays(row.found));
  const toDo = make("p", { class: "to-do" }, make("span", {}, "What to do: "), row.to_do);
  return make("li", {}, where, found, ...(row.to_do ? [toDo] : []));
}

// Tabs.

const tabs = [...document.querySelectorAll("[role=tab]")];

const panelOf = (tab) => tab.getAttribute("aria-controls");

let openPanel = "price";

function openTab(panel) {
  openPanel = panel;
  for (const tab of tabs) {
    const isOpen = panelOf(tab) === panel;
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
    find(panelOf(tab)).hidden = !isOpen;
  }
  refresh(panel);
}

function onTabKey(event) {
  const at = tabs.indexOf(event.currentTarget);
  const last = tabs.length - 1;
  const targets = {
    ArrowLeft: at === 0 ? last : at - 1,
    ArrowRight: at === last ? 0 : at + 1,
    Home: 0,
    End: last,
  };
  const tab = tabs[targets[event.key]];
  if (tab) {
    event.preventDefault();
    openTab(panelOf(tab));
    tab.focus();
  }
}

// The build: what it was made from, and whether there is a newer one.

function renderBuild({ contract, prefix, built, id, pyodide }) {
  find("name").textContent = contract;
  document.querySelectorAll(".built").forEach((each) => each.replaceChildren(built));
  find("dated").hidden = false;
  find("build-id").textContent = id;
  find("functions").textContent = `=${prefix}.PRICE(...) and others that begin with ${prefix}.`;
  const server = new URL(pyodide.from, document.baseURI);
  const from = server.origin === location.origin ? "" : `, from ${server.host}`;
  find("pyodide").textContent = `Pyodide ${pyodide.version}${from}`;
  find("facts").hidden = false;
}

function renderContract({ name, documents, services: offered, first = {} }) {
  find("name").textContent = name;
  find("documents").querySelector("tbody").replaceChildren(...documents.map(renderDocument));
  find("last-document").textContent = documents.length ? `, through ${documents.at(-1).title}` : "";
  find("documents").hidden = documents.length === 0;
  find("assumed-note").hidden = !documents.some(({ assumed }) => assumed);
  fillServices(offered);
  if (!typed("quantity") && !typed("purchased")) {
    Object.entries(first).forEach(([field, value]) => setField(field, value));
  }
  followService();
}

function renderDocument({ number, title, signed, assumed }) {
  return make(
    "tr",
    {},
    make("td", {}, number ? `${number}` : ""),
    make("th", { scope: "row" }, title),
    make("td", {}, ...keepDays(signed), assumed ? "\u00a0*" : ""),
  );
}

/** Say so where the server has a newer build. Without a connection, this is asked again later. */
async function checkForNewer() {
  const found = await newer().catch(() => null);
  if (found && document.visibilityState === "hidden") {
    location.reload(); // the pane is closed, and cells get the newer prices
  } else if (found) {
    find("newer-built").textContent = found.built;
    find("newer").hidden = false;
  }
}

// What people do.

let pause = 0;

function onField({ type, target }) {
  setField(target.name, target.value);
  followService();
  clearTimeout(pause);
  if (type === "change") { // Enter, a choice, or another field
    refresh(openPanel);
  } else {
    pause = setTimeout(() => refresh(openPanel), TYPING_PAUSE);
  }
}

function listen() {
  for (const field of fields) {
    field.addEventListener("input", onField);
    field.addEventListener("change", onField);
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => openTab(panelOf(tab)));
    tab.addEventListener("keydown", onTabKey);
  }
  for (const button of document.querySelectorAll(".reload")) {
    button.addEventListener("click", () => location.reload());
  }
  find("insert").addEventListener("click", () => insert());
  find("copy").addEventListener("click", copyFormula);
  find("replace-yes").addEventListener("click", () => insert(inWay));
  find("replace-no").addEventListener("click", cancelReplace);
  find("replace").addEventListener("keydown", ({ key }) => key === "Escape" && cancelReplace());
  new ResizeObserver(renderChart).observe(find("chart"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      checkForNewer();
    }
  });
  setInterval(checkForNewer, BETWEEN_CHECKS);
}

async function allowInserting() {
  const isExcel = await inExcel;
  find("insert").disabled = !isExcel;
  find("insert-hint").hidden = isExcel;
}

function showBehind(reason) {
  find("behind-reason").textContent = reason;
  find("behind").hidden = false;
}

async function start() {
  listen();
  onBehind(showBehind);
  allowInserting();
  checkForNewer();
  try {
    await Promise.all([build.then(renderBuild), ready]);
    renderContract(await show("contract"));
    isReady = true;
    refresh(openPanel);
    refresh("findings");
  } catch (error) {
    find("failure-text").textContent = error.message;
    find("failure").hidden = false;
  }
  find("starting").hidden = true;
}

start();
