/**
 * What is typed into a cell: numbers, texts, dates, and formulas that call an add-in's functions.
 *
 * A value is a number, a text, true or false, null for a blank cell, or a CellError.
 */

export const ERRORS = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];

/** Excel counts days from the end of 1899, or, in the 1904 system, from 1 January 1904. */
const DAYS_TO_1904 = 1462;
const DAY = 86_400_000;
const LAST_SERIAL = 2_958_465; // 9999-12-31

/** An error as a cell holds it. */
export class CellError {
  constructor(code) {
    this.code = code;
  }
}

/** Why a formula cannot be entered, for the person who typed it. */
export class FormulaError extends Error {}

export function columnLetter(column) {
  return String.fromCharCode(65 + column); // a sheet of this page has no more than 26 columns
}

export function formatAddress(row, column) {
  return `${columnLetter(column)}${row + 1}`;
}

/** Row and column, from 0, of an address such as B3 or $B$3; null where the text is none. */
export function parseAddress(text) {
  const parts = /^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$/i.exec(text);
  if (parts === null) {
    return null;
  }
  const letters = [...parts[1].toUpperCase()];
  const column = letters.reduce((left, letter) => left * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(parts[2]) - 1, column };
}

/** The serial number of a date, with Excel's 29 February 1900; null where Excel has none. */
export function serialNumber(year, month, day, date1904) {
  const inFull = year < 1900 ? year + 1900 : year;
  const time = new Date(0).setUTCFullYear(inFull, month - 1, day);
  const days = Math.round((time - Date.UTC(1899, 11, 31)) / DAY);
  const serial = days > 59 ? days + 1 : days;
  const counted = date1904 ? serial - DAYS_TO_1904 : serial;
  return year < 0 || counted < 0 || serial > LAST_SERIAL ? null : counted;
}

/** A serial number as a date; null where Excel shows a row of # signs. */
export function formatDate(serial, date1904) {
  const counted = Math.floor(serial) + (date1904 ? DAYS_TO_1904 : 0);
  if (serial < 0 || counted > LAST_SERIAL) {
    return null;
  }
  if (counted === 60) {
    return "1900-02-29";
  }
  const days = counted > 60 ? counted - 1 : counted;
  return new Date(Date.UTC(1899, 11, 31) + days * DAY).toISOString().slice(0, 10);
}

export function formatValue(value, format, date1904) {
  if (value === null) {
    return "";
  }
  if (value instanceof CellError) {
    return value.code;
  }
  if (typeof value === "boolean") {
    return value ? "TRUE" : "FALSE";
  }
  if (typeof value === "string") {
    return value;
  }
  if (format === "date") {
    return formatDate(value, date1904) ?? "########";
  }
  if (format === "thousands") {
    return value.toLocaleString("en-US", { maximumFractionDigits: 10 });
  }
  return String(Number(value.toPrecision(15))).replace("e", "E");
}

/**
 * What a text means in a cell: {value, format}, or {formula, format} for what begins with "=".
 * @throws {FormulaError} where Excel would refuse the formula
 */
export function parseContent(text, date1904) {
  if (text.startsWith("=") && text.length > 1) {
    const formula = new Parser(text.slice(1)).parse();
    return { formula, format: formula.type === "date" ? "date" : "" };
  }
  return text.startsWith("'") ? { value: text.slice(1), format: "" } : parseValue(text, date1904);
}

function parseValue(text, date1904) {
  const trimmed = text.trim();
  if (trimmed === "") {
    return { value: null, format: "" };
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(trimmed)) {
    return { value: Number(trimmed), format: "" };
  }
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(trimmed)) {
    return { value: Number(trimmed.replaceAll(",", "")), format: "thousands" };
  }
  const serial = parseDate(trimmed, date1904);
  if (serial !== null) {
    return { value: serial, format: "date" };
  }
  const upper = trimmed.toUpperCase();
  if (upper === "TRUE" || upper === "FALSE") {
    return { value: upper === "TRUE", format: "" };
  }
  return { value: ERRORS.includes(upper) ? new CellError(upper) : text, format: "" };
}

/** The serial number of a day such as 2013-12-20, null for any other text. */
function parseDate(text, date1904) {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (parts === null) {
    return null;
  }
  const [year, month, day] = parts.slice(1).map(Number);
  if (year < 1900 || month < 1 || month > 12 || day < 1) {
    return null;
  }
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return day > lastDay ? null : serialNumber(year, month, day, date1904);
}

const TOKENS = [
  ["space", /^\s+/],
  ["text", /^"(?:[^"]|"")*"/],
  ["error", /^(?:#NULL!|#DIV\/0!|#VALUE!|#REF!|#NAME\?|#NUM!|#N\/A)/i],
  ["number", /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?/i],
  ["name", /^[$A-Z_\\][$A-Z0-9_.\\]*/i],
  ["sign", /^[-+(){},;:]/],
];

function tokenize(text) {
  const tokens = [];
  let rest = text;
  while (rest !== "") {
    const found = TOKENS.map(([type, pattern]) => [type, pattern.exec(rest)]).find(
      ([, match]) => match !== null,
    );
    if (found === undefined && rest.startsWith('"')) {
      throw new FormulaError(`${rest}: a text has no closing quote; type one at its end.`);
    }
    if (found === undefined) {
      throw new FormulaError(
        `"${rest[0]}": this page knows the add-in's functions, DATE, references, numbers and ` +
          'texts in "quotes", and no arithmetic; put the result into a cell and refer to it.',
      );
    }
    const [type, [token]] = found;
    rest = rest.slice(token.length);
    if (type !== "space") {
      tokens.push({ type, token });
    }
  }
  return tokens;
}

/**
 * The tree of a formula. Its nodes are {type: "value", value}, {type: "array", rows},
 * {type: "reference", top, left, bottom, right}, {type: "missing"}, {type: "date", parts} and
 * {type: "call", name, parts}.
 */
class Parser {
  constructor(text) {
    this.tokens = tokenize(text);
  }

  parse() {
    const node = this.operand();
    if (this.tokens.length > 0) {
      throw new FormulaError(
        `"${this.tokens[0].token}": not expected here; this page calls functions and does no ` +
          "arithmetic.",
      );
    }
    return node;
  }

  /** The next token if it is this sign, taken from the list. */
  takes(sign) {
    const found = this.tokens[0]?.type === "sign" && this.tokens[0].token === sign;
    if (found) {
      this.tokens.shift();
    }
    return found;
  }

  expect(sign) {
    if (!this.takes(sign)) {
      const found = this.tokens[0]?.token ?? "the end of the formula";
      throw new FormulaError(`${found}: "${sign}" is expected here; type it.`);
    }
  }

  operand() {
    if (this.takes("(")) {
      const node = this.operand();
      this.expect(")");
      return node;
    }
    if (this.takes("{")) {
      return this.array();
    }
    if (this.tokens[0]?.type === "name") {
      return this.named();
    }
    return { type: "value", value: this.constant() };
  }

  /** A number with or without a sign, a text, TRUE, FALSE or an error. */
  constant() {
    const negative = this.takes("-");
    const signed = negative || this.takes("+");
    const { type, token } = this.tokens.shift() ?? { type: "", token: "the end of the formula" };
    if (type === "number") {
      return negative ? -Number(token) : Number(token);
    }
    if (type === "text" && !signed) {
      return token.slice(1, -1).replaceAll('""', '"');
    }
    if (type === "error" && !signed) {
      return new CellError(token.toUpperCase());
    }
    if (/^(true|false)$/i.test(token) && !signed) {
      return token.toUpperCase() === "TRUE";
    }
    throw new FormulaError(`${token}: a value or a cell is expected here; type one.`);
  }

  array() {
    const rows = [[this.constant()]];
    while (!this.takes("}")) {
      if (this.takes(";")) {
        rows.push([this.constant()]);
      } else {
        this.expect(",");
        rows.at(-1).push(this.constant());
      }
    }
    if (rows.some((row) => row.length !== rows[0].length)) {
      throw new FormulaError("{ }: the rows differ in length; give each as many values.");
    }
    return { type: "array", rows };
  }

  /** A function with its arguments, a cell, a range, or TRUE and FALSE. */
  named() {
    if (/^(true|false)$/i.test(this.tokens[0].token)) {
      return { type: "value", value: this.constant() };
    }
    const { token } = this.tokens.shift();
    if (this.takes("(")) {
      return this.call(token.toUpperCase());
    }
    const first = parseAddress(token);
    if (first === null) {
      return { type: "value", value: new CellError("#NAME?") };
    }
    const last = this.takes(":") ? parseAddress(this.tokens.shift()?.token ?? "") : first;
    if (last === null) {
      throw new FormulaError(`${token}: a range such as A1:A10 is expected here.`);
    }
    return {
      type: "reference",
      top: Math.min(first.row, last.row),
      bottom: Math.max(first.row, last.row),
      left: Math.min(first.column, last.column),
      right: Math.max(first.column, last.column),
    };
  }

  call(name) {
    const parts = this.takes(")") ? [] : [this.part()];
    while (parts.length > 0 && !this.takes(")")) {
      this.expect(",");
      parts.push(this.part());
    }
    if (name === "DATE" && parts.length !== 3) {
      throw new FormulaError("DATE: takes a year, a month and a day; type all three.");
    }
    return name === "DATE" ? { type: "date", parts } : { type: "call", name, parts };
  }

  /** One argument, which may be left out between two commas. */
  part() {
    const next = this.tokens[0];
    const isLeftOut = next?.type === "sign" && (next.token === "," || next.token === ")");
    return isLeftOut ? { type: "missing" } : this.operand();
  }
}
