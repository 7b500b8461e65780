/**
 * The page that plays Excel: a sheet to type into, and the add-in's task pane beside it.
 *
 * `window.officeHost` is what the scripts in the pane talk to, `window.play` what tests use.
 */

import { AddIn } from "./addin.js";
import {
  CellError,
  columnLetter,
  FormulaError,
  formatAddress,
  serialNumber,
} from "./formulas.js";
import { Workbook } from "./workbook.js";

const ROWS = 100;
const COLUMNS = 12;
const PATIENCE = 120_000; // milliseconds that a test waits for the add-in

const { name, namespace, page, metadata } = await (await fetch("/play.json")).json();
const addIn = new AddIn(metadata, namespace);
const workbook = new Workbook(ROWS, COLUMNS, addIn, drawSoon);
const elements = Object.fromEntries(
  [...document.querySelectorAll("[id]")].map((element) => [element.id, element]),
);
const boxes = new Map(); // the element of each cell
let active = workbook.find("A1");
let editor = null; // the input in the active cell, while it is edited
let refusal = ""; // why the last formula was not entered
let calculations = 0;
let isDrawing = false;

/* ---- the sheet ---- */

function buildSheet() {
  const table = document.querySelector("table");
  const head = table.createTHead().insertRow();
  head.insertCell().className = "corner";
  for (let column = 0; column < COLUMNS; column += 1) {
    head.append(buildHeader(columnLetter(column), "col"));
  }
  const body = table.createTBody();
  for (const cells of workbook.grid) {
    const row = body.insertRow();
    row.append(buildHeader(cells[0].row + 1, "row"));
    for (const cell of cells) {
      const box = row.insertCell();
      box.setAttribute("role", "gridcell");
      box.tabIndex = cell === active ? 0 : -1;
      box.dataset.address = cell.address;
      boxes.set(cell, box);
    }
  }
}

function buildHeader(text, scope) {
  const header = document.createElement("th");
  header.scope = scope;
  header.textContent = text;
  return header;
}

/** Draw once for all that changes before the next picture of the screen. */
function drawSoon() {
  if (!isDrawing) {
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      draw();
    });
  }
}

function draw() {
  for (const [cell, box] of boxes) {
    if (editor === null || cell !== active) {
      drawCell(cell, box);
    }
  }
  drawActive();
}

function drawCell(cell, box) {
  const shown = workbook.shown(cell);
  const isError = cell.value instanceof CellError || shown === "#BUSY!";
  const isText = typeof cell.value === "string" && !isError;
  const next = workbook.grid[cell.row][cell.column + 1];
  box.classList.toggle("number", typeof cell.value === "number" && !isError);
  box.classList.toggle("other", isError || typeof cell.value === "boolean");
  box.classList.toggle("error", cell.value instanceof CellError);
  box.classList.toggle("spilled", cell.anchor !== null);
  box.classList.toggle("runs-on", isText && (next === undefined || workbook.shown(next) === ""));
  if (box.textContent !== shown) {
    box.textContent = shown;
  }
}

function drawActive() {
  const { address, formula, message, hint } = elements;
  address.textContent = active.address;
  if (document.activeElement !== formula) {
    formula.value = (active.anchor ?? active).text;
    drawHint(formula.value, hint);
  }
  const shown = workbook.shown(active);
  message.textContent = refusal || active.note || (shown.length > 15 ? shown : "");
  message.classList.toggle("refused", refusal !== "");
}

/** The arguments of the function that is typed. */
function drawHint(text, hint) {
  const called = /([A-Z0-9_.]+)\(?[^(]*$/i.exec(text.startsWith("=") ? text : "")?.[1] ?? "";
  const found = addIn.functions.get(called.toUpperCase());
  hint.textContent = found === undefined ? "" : `${signature(found)}: ${found.description ?? ""}`;
}

function signature({ name: own, parameters }) {
  const names = parameters.map((each) => (each.optional ? `[${each.name}]` : each.name));
  return `${namespace}.${own}(${names.join(", ")})`;
}

/* ---- moving and typing ---- */

function select(cell) {
  boxes.get(active).tabIndex = -1;
  boxes.get(active).removeAttribute("aria-selected");
  active = cell;
  refusal = "";
  boxes.get(cell).tabIndex = 0;
  boxes.get(cell).setAttribute("aria-selected", "true");
  drawSoon();
}

function move(down, right) {
  const row = Math.min(Math.max(active.row + down, 0), ROWS - 1);
  const column = Math.min(Math.max(active.column + right, 0), COLUMNS - 1);
  select(workbook.find(formatAddress(row, column)));
  boxes.get(active).focus();
}

/** Enter a text into the active cell; false where it is refused. */
function enter(text) {
  try {
    workbook.type(active.address, text);
    refusal = "";
  } catch (error) {
    if (!(error instanceof FormulaError)) {
      throw error;
    }
    refusal = error.message;
  }
  drawSoon();
  return refusal === "";
}

function edit(text) {
  const box = boxes.get(active);
  editor = document.createElement("input");
  editor.setAttribute("aria-label", `Content of ${active.address}`);
  editor.setAttribute("list", "names");
  editor.spellcheck = false;
  editor.value = text;
  box.textContent = "";
  box.classList.add("runs-on");
  box.append(editor);
  editor.focus();
  editor.addEventListener("input", () => drawHint(editor.value, elements.hint));
  editor.addEventListener("keydown", edited);
  editor.addEventListener("blur", () => finishEditing(true));
}

function edited(event) {
  event.stopPropagation();
  const moves = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1] }[event.key];
  if (event.key === "Escape") {
    finishEditing(false);
    boxes.get(active).focus();
  } else if (moves !== undefined) {
    event.preventDefault();
    if (enter(editor.value)) {
      finishEditing(false);
      move(...moves);
    }
  }
}

/** Leave the editor; what was typed is entered, or given up where it is refused. */
function finishEditing(isEntered) {
  if (editor === null) {
    return;
  }
  const { value } = editor;
  const input = editor;
  editor = null; // before the element goes: that takes the focus from it
  input.remove();
  if (isEntered) {
    enter(value);
  }
  drawSoon();
}

const KEYS = {
  ArrowUp: () => move(-1, 0),
  ArrowDown: () => move(1, 0),
  ArrowLeft: () => move(0, -1),
  ArrowRight: () => move(0, 1),
  Enter: () => move(1, 0),
  PageUp: () => move(-15, 0),
  PageDown: () => move(15, 0),
  Home: () => move(0, -COLUMNS),
  F2: () => edit(active.text),
  Delete: () => enter(""),
  Backspace: () => edit(""),
};

function pressed(event) {
  const isTyped = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (KEYS[event.key] !== undefined) {
    event.preventDefault();
    KEYS[event.key]();
  } else if (isTyped) {
    event.preventDefault();
    edit(event.key);
  }
}

function listen() {
  const sheet = document.querySelector("tbody");
  sheet.addEventListener("keydown", pressed);
  sheet.addEventListener("focusin", ({ target }) => {
    if (target.dataset.address !== undefined) {
      select(workbook.find(target.dataset.address));
    }
  });
  sheet.addEventListener("dblclick", ({ target }) => {
    if (target.dataset.address !== undefined) {
      edit(active.text);
    }
  });
  elements.formula.addEventListener("input", ({ target }) => drawHint(target.value, elements.hint));
  elements.formula.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" || (key === "Enter" && enter(target.value))) {
      boxes.get(active).focus();
    }
  });
  elements.settings.addEventListener("submit", (event) => event.preventDefault());
  elements["date-system"].addEventListener("change", ({ target }) =>
    setDate1904(target.value === "1904"),
  );
  elements["blanks-as-zero"].addEventListener("change", ({ target }) =>
    setBlanksAsZero(target.checked),
  );
  elements.calculate.addEventListener("click", calculateAll);
  elements.reload.addEventListener("click", reload);
}

function listFunctions() {
  for (const each of addIn.functions.values()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = each.name;
    button.title = `${signature(each)}: ${each.description ?? ""}`;
    button.addEventListener("click", () => {
      elements.formula.focus();
      elements.formula.value = `=${namespace}.${each.name}(`;
      drawHint(elements.formula.value, elements.hint);
    });
    const item = document.createElement("li");
    item.append(button);
    elements.functions.append(item);
    const option = document.createElement("option");
    option.value = `=${namespace}.${each.name}(`;
    elements.names.append(option);
  }
}

/* ---- settings of the workbook and of the add-in ---- */

function calculateAll() {
  calculations += 1;
  workbook.calculateAll();
}

/** Serial numbers stay as they are, as in Excel, and so become other dates. */
function setDate1904(isOn) {
  workbook.date1904 = isOn;
  elements["date-system"].value = isOn ? "1904" : "1900";
  workbook.calculateAll();
}

function setBlanksAsZero(isOn) {
  addIn.blanksAsZero = isOn;
  elements["blanks-as-zero"].checked = isOn;
  workbook.calculateAll();
}

async function reload() {
  addIn.restart();
  elements.pane.contentWindow.location.reload();
  await announceReady();
}

async function announceReady() {
  elements.state.textContent = "starting …";
  await addIn.ready;
  elements.state.textContent =
    "Played without Excel: the add-in's functions and DATE, no others.";
}

/* ---- for the scripts in the pane, and for tests ---- */

window.officeHost = {
  addIn,
  settings: "[]",
  startupBehavior: "None",
  isEditing: () => editor !== null || document.activeElement === elements.formula,
  activeCell: () => active.address,
  formula: (address) => workbook.find(address).text,
  type: (address, text) => workbook.type(address, text),
  serialNumber: (year, month, day) => serialNumber(year, month, day, workbook.date1904),
  calculate: (type) => (type === "Recalculate" ? workbook.schedule() : calculateAll()),
};

function within(promise, reason) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(reason)), PATIENCE);
  });
  return Promise.race([promise, late]);
}

const NOT_READY = `${page}: Microsoft's runtime did not start; see the console of the browser.`;
const NO_ANSWER = "The add-in has not answered; see the console of the browser.";

window.play = {
  /** Fulfilled as soon as the add-in's page can be called. */
  ready: () => within(addIn.ready, NOT_READY),
  /** Ask functions by id, with arguments as the add-in receives them. */
  ask: async (id, given) => (await window.play.askAll([[id, given]]))[0],
  askAll: (questions) => within(addIn.ask(questions), NO_ANSWER),
  type: (address, text) => workbook.type(address, text),
  cell: (address) => {
    const cell = workbook.find(address);
    const { value, text, note } = cell;
    const raw = value instanceof CellError ? { error: value.code } : value;
    return { shown: workbook.shown(cell), value: raw, text, note };
  },
  select: (address) => select(workbook.find(address)),
  settled: () => within(workbook.settled(), NO_ANSWER),
  reload: () => within(reload(), NOT_READY),
  setDate1904,
  setBlanksAsZero,
  calculateAll,
  get calls() {
    return addIn.calls;
  },
  get calculations() {
    return calculations;
  },
  get settings() {
    return Object.fromEntries(JSON.parse(window.officeHost.settings));
  },
  get startupBehavior() {
    return window.officeHost.startupBehavior;
  },
};

document.title = `${name} without Excel`;
elements.name.textContent = name;
buildSheet();
listFunctions();
listen();
select(active);
elements.pane.src = page;
announceReady();
