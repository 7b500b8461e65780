/**
 * A workbook of one sheet: what its cells hold, and which formulas are calculated when.
 *
 * It calculates as Excel does: a formula after the cells that it refers to, a function of the
 * add-in only where an argument has changed, and a result of several cells spills below and to
 * the right if the cells there are empty.
 */

import {
  CellError,
  columnLetter,
  formatAddress,
  FormulaError,
  formatValue,
  parseAddress,
  parseContent,
  serialNumber,
} from "./formulas.js";

const READY = "ready";
const WAITING = "waiting"; // for the cells that its formula refers to
const BUSY = "busy"; // the add-in was asked

class Cell {
  constructor(row, column) {
    this.row = row;
    this.column = column;
    this.address = formatAddress(row, column);
    this.version = 0; // grows with each change, so that an answer to an old question is dropped
    this.clear();
  }

  clear() {
    this.version += 1;
    this.text = ""; // as typed
    this.format = "";
    this.value = null;
    this.formula = null;
    this.precedents = []; // the references in the formula
    this.result = null; // of the formula, a list of rows
    this.answers = new Map(); // promises of what the add-in answers, by function and arguments
    this.note = ""; // why the value is what it is, if more is known than its error code
    this.spilled = []; // the cells into which the result spills
    this.anchor = null; // the cell whose result has spilled into this one
    this.state = READY;
  }

  wait() {
    this.state = WAITING;
    this.version += 1;
  }

  refersTo({ row, column }) {
    return this.precedents.some(
      ({ top, left, bottom, right }) =>
        top <= row && row <= bottom && left <= column && column <= right,
    );
  }
}

export class Workbook {
  /**
   * @param {number} rows
   * @param {number} columns
   * @param {object} functions the add-in's: `arity(name)` returns {least, most}, or null for a
   *   name that it does not have; `call(name, arguments, address)` promises {rows, note}
   * @param {function(): void} changed called whenever a cell may look different
   */
  constructor(rows, columns, functions, changed) {
    this.rows = rows;
    this.columns = columns;
    this.functions = functions;
    this.changed = changed;
    this.date1904 = false;
    this.grid = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => new Cell(row, column)),
    );
    this.cells = this.grid.flat();
    this.isScheduled = false;
    this.whenSettled = [];
  }

  /** The cell at an address such as B3. */
  find(address) {
    const place = parseAddress(address);
    const cell = place === null ? undefined : this.grid[place.row]?.[place.column];
    if (cell === undefined) {
      const last = `${columnLetter(this.columns - 1)}${this.rows}`;
      throw new FormulaError(`${address}: not on this sheet; name a cell from A1 to ${last}.`);
    }
    return cell;
  }

  /** The text that a cell shows. */
  shown(cell) {
    const isCalculated = (cell.anchor ?? cell).state === READY;
    return isCalculated ? formatValue(cell.value, cell.format, this.date1904) : "#BUSY!";
  }

  /**
   * Enter a text or a formula as if it were typed; an empty text clears the cell.
   * @throws {FormulaError} where Excel would refuse it; the cell is then as it was
   */
  type(address, text) {
    const cell = this.find(address);
    const { formula = null, value = null, format } = parseContent(text, this.date1904);
    const precedents = formula === null ? [] : this.checkFormula(formula);
    const vacated = cell.spilled;
    cell.clear();
    Object.assign(cell, { text, format, formula, precedents, value });
    if (formula !== null) {
      cell.wait();
    }
    this.markDependents([cell, ...vacated, ...this.spill()]);
  }

  /** Calculate every formula, and ask the add-in again for each. */
  calculateAll() {
    for (const cell of this.cells.filter((each) => each.formula !== null)) {
      cell.answers = new Map();
      cell.wait();
    }
    this.schedule();
  }

  /** @returns {Promise<void>} fulfilled as soon as no cell waits for an answer */
  settled() {
    return new Promise((resolve) => {
      this.whenSettled.push(resolve);
      this.schedule();
    });
  }

  /** The references in a formula, which may be entered only where all of it makes sense. */
  checkFormula(node) {
    if (node.type === "reference") {
      this.find(formatAddress(node.bottom, node.right));
      return [node];
    }
    const arity = node.type === "call" ? this.functions.arity(node.name) : null;
    if (arity !== null) {
      checkCount(node, arity);
    }
    return (node.parts ?? []).flatMap((part) => this.checkFormula(part));
  }

  /** All formulas that depend on one of these cells, also by way of others. */
  findDependents(cells) {
    const formulas = this.cells.filter((cell) => cell.formula !== null);
    const found = new Set();
    const queue = [...cells];
    while (queue.length > 0) {
      const source = queue.pop();
      for (const cell of formulas) {
        if (!found.has(cell) && cell.refersTo(source)) {
          found.add(cell);
          queue.push(cell, ...cell.spilled);
        }
      }
    }
    return found;
  }

  markDependents(cells, except = null) {
    for (const cell of this.findDependents(cells)) {
      if (cell !== except) {
        cell.wait();
      }
    }
    this.schedule();
  }

  /** Calculate soon, once for all that changes now. */
  schedule() {
    this.changed();
    if (!this.isScheduled) {
      this.isScheduled = true;
      queueMicrotask(() => {
        this.isScheduled = false;
        this.calculate();
      });
    }
  }

  calculate() {
    const waiting = this.cells.filter((cell) => cell.state === WAITING);
    const ready = waiting.filter((cell) => !this.isBlocked(cell));
    ready.forEach((cell) => this.start(cell));
    if (this.cells.some((cell) => cell.state === BUSY)) {
      return;
    }
    if (waiting.length > 0) {
      this.endCircle(waiting.find((cell) => this.findDependents([cell]).has(cell)));
      return;
    }
    this.whenSettled.splice(0).forEach((resolve) => resolve());
  }

  isBlocked(cell) {
    return cell.precedents.some(({ top, left, bottom, right }) =>
      this.grid
        .slice(top, bottom + 1)
        .flatMap((row) => row.slice(left, right + 1))
        .some((each) => (each.anchor ?? each).state !== READY),
    );
  }

  async start(cell) {
    const { version, answers } = cell;
    cell.state = BUSY;
    cell.answers = new Map();
    const found = { answers, note: "" };
    const rows = await this.evaluate(cell.formula, cell, found);
    if (cell.version !== version) {
      return; // something has changed meanwhile: it waits again, or is another formula
    }
    cell.note = found.note;
    if (cell.formula.type === "reference") {
      cell.format = this.grid[cell.formula.top][cell.formula.left].format;
    }
    this.finish(cell, rows);
  }

  finish(cell, rows) {
    cell.result = rows;
    cell.state = READY;
    const changed = this.spill();
    if (this.findDependents(changed).has(cell)) {
      this.endCircle(cell);
    } else {
      this.markDependents(changed);
    }
  }

  /** Excel warns of a circular reference, and shows 0. */
  endCircle(cell) {
    cell.result = [[0]];
    cell.note = "Circular reference: the formula depends on its own result; Excel shows 0.";
    cell.state = READY;
    this.markDependents(this.spill(), cell);
  }

  /**
   * @returns {Promise<Array>} the rows of a formula's value, null for an argument left out
   */
  async evaluate(node, cell, found) {
    switch (node.type) {
      case "reference":
        return this.grid
          .slice(node.top, node.bottom + 1)
          .map((row) => row.slice(node.left, node.right + 1).map(({ value }) => value));
      case "array":
        return node.rows;
      case "value":
        return [[node.value]];
      case "missing":
        return null;
      default: {
        const parts = await Promise.all(
          node.parts.map((part) => this.evaluate(part, cell, found)),
        );
        return node.type === "date"
          ? [[this.evaluateDate(parts)]]
          : this.evaluateCall(node.name, parts, cell, found);
      }
    }
  }

  evaluateDate(parts) {
    const numbers = parts.map((rows) => toNumber(rows?.[0][0] ?? 0));
    const error = numbers.find((number) => number instanceof CellError);
    if (error !== undefined) {
      return error;
    }
    const [year, month, day] = numbers.map(Math.floor);
    return serialNumber(year, month, day, this.date1904) ?? new CellError("#NUM!");
  }

  /** The add-in's answer, or its last one to the same question from this cell. */
  async evaluateCall(name, parts, cell, found) {
    if (this.functions.arity(name) === null) {
      found.note = `${name}: no function of this add-in; choose one of its list.`;
      return [[new CellError("#NAME?")]];
    }
    const question = JSON.stringify([name, parts]);
    const answer =
      found.answers.get(question) ?? this.functions.call(name, parts, `Sheet1!${cell.address}`);
    cell.answers.set(question, answer);
    const { rows, note } = await answer;
    found.note ||= note;
    return rows;
  }

  /**
   * Lay out the result of every formula.
   * @returns {Array<Cell>} the cells whose value is another one now
   */
  spill() {
    const before = this.cells.map(({ value }) => value);
    const formulas = this.cells.filter((cell) => cell.result !== null);
    const inOrder = [
      ...formulas.filter((cell) => cell.spilled.length > 0), // who came first may stay
      ...formulas.filter((cell) => cell.spilled.length === 0),
    ];
    for (const cell of this.cells.filter(({ anchor }) => anchor !== null)) {
      Object.assign(cell, { anchor: null, value: null });
    }
    inOrder.forEach((cell) => this.place(cell));
    return this.cells.filter((cell, index) => !isSame(cell.value, before[index]));
  }

  place(cell) {
    const { row, column, result } = cell;
    const area = result.map((values, down) =>
      values.map((_, right) => this.grid[row + down]?.[column + right]),
    );
    const beyond = area.flat().slice(1);
    const isFree = beyond.every((each) => each?.text === "" && each.anchor === null);
    cell.spilled = isFree ? beyond : [];
    if (!isFree) {
      cell.value = new CellError("#SPILL!");
      return;
    }
    result.forEach((values, down) =>
      values.forEach((value, right) => {
        area[down][right].value = value ?? 0; // a formula that refers to a blank cell gives 0
      }),
    );
    for (const each of beyond) {
      each.anchor = cell;
      each.format = "";
    }
  }
}

function checkCount(node, { least, most }) {
  const count = node.parts.length;
  if (count < least || count > most) {
    const wanted = least === most ? `${most}` : `${least} to ${most}`;
    throw new FormulaError(`${node.name}: ${count} arguments; give ${wanted}.`);
  }
}

function toNumber(value) {
  if (value instanceof CellError) {
    return value;
  }
  const number = value === "" ? NaN : Number(value);
  return Number.isNaN(number) ? new CellError("#VALUE!") : number;
}

function isSame(one, other) {
  return one instanceof CellError && other instanceof CellError
    ? one.code === other.code
    : one === other;
}
