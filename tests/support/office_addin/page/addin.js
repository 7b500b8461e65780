/**
 * An add-in as Excel sees it: the functions that its metadata names, and Microsoft's runtime of
 * custom functions in its page, to which calls go and from which results come.
 *
 * The messages are those of `_richApiNativeBridge`, by which that runtime
 * (custom-functions-runtime.js of @microsoft/office-js, 1.1.110) talks with desktop Excel. What is
 * known of them is read from custom-functions-runtime.debug.js, and said here beside each.
 */

import { CellError, ERRORS } from "./formulas.js";

/** Types of messages (`HostBridge`). Those of type 1 are answered by one of type 2. */
const REQUEST = 1;
const RESPONSE = 2;
const GENERIC = 3;

/** An entry of a generic message that calls a function (`CustomFunctionProxy._handleMessage`). */
const CUSTOM_FUNCTION_CATEGORY = 1;
const INVOCATION_TYPE = 1000;

/**
 * Flags of a call (`CustomFunctionProxy._batchInvocationEntries`). 1 is cancelable and 2 is
 * streaming. With 4, an argument {type: "CustomFunctionError", code} becomes the runtime's class
 * of errors. With 8, an argument {value: text} becomes what the text is as JSON. They follow the
 * settings allowErrorForDataTypeAny and allowCustomDataForDataTypeAny of the metadata.
 */
const ERRORS_ALLOWED = 4;
const DATA_TYPES_ALLOWED = 8;

/**
 * Codes of calls that failed (`_getCustomFunctionResultErrorCodeFromErrorCode` and where
 * `_setError` is called). All others are #VALUE!, such as 2 (the function threw, or was not
 * associated), 3 (its promise was rejected) and 10 (what was associated is no function).
 */
const CODES_OF_FAILURES = {
  1: "#N/A",
  5: "#DIV/0!",
  6: "#NUM!",
  7: "#VALUE!",
  8: "#NULL!",
};

/** The name of an error among Excel's data types (`CustomFunctionError._getErrorType`). */
const ERROR_TYPES = {
  "#NULL!": "Null",
  "#DIV/0!": "Div0",
  "#VALUE!": "Value",
  "#REF!": "Ref",
  "#NAME?": "Name",
  "#NUM!": "Num",
  "#N/A": "NotAvailable",
};

/**
 * Features of Excel that the runtime asks for (`_GetEnabledFeatures`). 2 sends results every 200
 * milliseconds in place of every 500; which of them an Excel enables is not documented.
 */
const ENABLED_FEATURES = [2];

export class AddIn {
  /**
   * @param {object} metadata the content of functions.json
   * @param {string} namespace before each function's name in a formula
   */
  constructor(metadata, namespace) {
    this.errorsAllowed = metadata.allowErrorForDataTypeAny === true;
    this.dataTypesAllowed = metadata.allowCustomDataForDataTypeAny === true;
    this.functions = new Map(
      metadata.functions.map((each) => [`${namespace}.${each.name}`.toUpperCase(), each]),
    );
    this.blanksAsZero = false;
    this.calls = 0;
    this.lastId = 0;
    this.waiting = new Map(); // calls without an answer, by number
    this.unsent = [];
    this.restart();
  }

  /** A page of the add-in begins; messages go to it by `send`. */
  connect(send) {
    if (this.isReady) {
      this.restart(); // the page has loaded itself again
    }
    this.send = send;
  }

  /** Let calls without an answer wait for the page that comes next. */
  restart() {
    this.isReady = false;
    this.unsent = [...this.waiting.values()];
    this.ready = new Promise((resolve) => {
      this.announce = resolve;
    });
  }

  /** How many arguments a function takes, null for a name that the add-in does not have. */
  arity(name) {
    const parameters = this.functions.get(name)?.parameters;
    return parameters === undefined
      ? null
      : {
          least: parameters.filter(({ optional }) => optional !== true).length,
          most: parameters.length,
        };
  }

  /**
   * Call a function with the values of cells.
   * @param {string} name as in a formula
   * @param {Array} values a list of rows for each argument, null for one left out
   * @param {string} address of the cell that asks
   * @returns {Promise<{rows: Array, note: string}>}
   */
  async call(name, values, address) {
    const { id, parameters, result, options = {} } = this.functions.get(name);
    const error = values.flat(2).find((value) => value instanceof CellError);
    if (error !== undefined && !this.errorsAllowed) {
      return { rows: [[error]], note: "" }; // Excel does not call the function then
    }
    const given = parameters.map((parameter, index) => this.encode(parameter, values[index]));
    if (given.includes(undefined)) {
      return { rows: [[new CellError("#VALUE!")]], note: "A range where one value is expected." };
    }
    const answer = await this.invoke(id, given, options.requiresAddress ? address : null);
    return this.decode(answer, result);
  }

  /**
   * Call functions by id, all in one message, with arguments as the functions receive them.
   * @param {Array<[string, Array]>} questions where arguments at the end may be left out
   * @returns {Promise<Array<{ok: boolean, value: any, code: number|null}>>}
   */
  ask(questions) {
    const counts = new Map([...this.functions.values()].map((each) => [each.id, each.parameters]));
    return Promise.all(
      questions.map(([id, given]) => {
        const all = (counts.get(id) ?? []).map((_, index) => given[index] ?? null);
        return this.invoke(id, all.map(wrapDataTypes), null);
      }),
    );
  }

  /** An argument as Excel hands it over; undefined for a range where one value is expected. */
  encode(parameter, rows) {
    if (rows === null || rows === undefined) {
      return null;
    }
    const encoded = rows.map((row) => row.map((value) => this.encodeValue(value)));
    if (parameter.dimensionality === "matrix") {
      return encoded;
    }
    return encoded.flat().length === 1 ? encoded[0][0] : undefined;
  }

  encodeValue(value) {
    if (value === null) {
      return this.blanksAsZero ? 0 : null;
    }
    if (!(value instanceof CellError)) {
      return value;
    }
    if (!this.dataTypesAllowed) {
      return { type: "CustomFunctionError", code: value.code };
    }
    const errorType = ERROR_TYPES[value.code] ?? "Value"; // such as for #SPILL!
    return wrapDataTypes({
      type: "Error",
      errorType,
      basicType: "Error",
      basicValue: value.code,
    });
  }

  invoke(id, given, address) {
    this.calls += 1;
    this.lastId += 1;
    const flags =
      (this.errorsAllowed ? ERRORS_ALLOWED : 0) + (this.dataTypesAllowed ? DATA_TYPES_ALLOWED : 0);
    return new Promise((resolve) => {
      const call = { message: [this.lastId, id, given, address, flags, null], resolve };
      this.waiting.set(this.lastId, call);
      this.unsent.push(call);
      queueMicrotask(() => this.sendCalls());
    });
  }

  /** Send what has been asked meanwhile, in one message. */
  sendCalls() {
    if (this.isReady && this.unsent.length > 0) {
      const entries = this.unsent
        .splice(0)
        .map(({ message }) => [
          CUSTOM_FUNCTION_CATEGORY,
          INVOCATION_TYPE,
          "",
          JSON.stringify(message),
          null,
        ]);
      this.send({ type: GENERIC, message: { entries } });
    }
  }

  /** A message from the runtime: a request with one or several actions in its body. */
  receive({ id, type, message }) {
    if (type !== REQUEST) {
      return;
    }
    const results = message.body.Actions.map(({ Id, Name, ArgumentInfo }) => ({
      ActionId: Id,
      Value: this.perform(Name, ArgumentInfo?.Arguments ?? []),
    }));
    const response = { statusCode: 200, headers: {}, body: JSON.stringify({ Results: results }) };
    const { send } = this;
    setTimeout(() => send({ id, type: RESPONSE, message: response }), 0);
  }

  perform(name, values) {
    switch (name) {
      case "_GetEnabledFeatures":
        return ENABLED_FEATURES;
      case "_SetOsfControlContainerReadyForCustomFunctions":
        this.isReady = true;
        this.announce();
        this.sendCalls();
        return null;
      case "SetInvocationArrayResults":
        values[0].forEach(([id, ok, value, ...more]) =>
          this.settle(id, { ok, value, code: ok ? null : more[0] }),
        );
        return null;
      default:
        return null; // actions that make the objects on which the others are called
    }
  }

  settle(id, answer) {
    this.waiting.get(id)?.resolve(answer);
    this.waiting.delete(id);
  }

  /** An answer as cells show it. */
  decode({ ok, value, code }, { dimensionality }) {
    if (!ok) {
      const note = typeof value === "string" ? value : "";
      return { rows: [[new CellError(CODES_OF_FAILURES[code] ?? "#VALUE!")]], note };
    }
    const isMatrix = Array.isArray(value);
    const isWellFormed =
      !isMatrix ||
      (dimensionality === "matrix" &&
        value.length > 0 &&
        value.every((row) => Array.isArray(row) && row.length > 0) &&
        value.every((row) => row.length === value[0].length));
    if (!isWellFormed) {
      return { rows: [[new CellError("#VALUE!")]], note: "The result is no list of equal rows." };
    }
    const rows = isMatrix ? value : [[value]];
    return { rows: rows.map((row) => row.map(decodeValue)), note: "" };
  }
}

/** Objects within an argument, as the flag for data types wants them. */
function wrapDataTypes(given) {
  if (Array.isArray(given)) {
    return given.map(wrapDataTypes);
  }
  return given !== null && typeof given === "object" ? { value: JSON.stringify(given) } : given;
}

function decodeValue(value) {
  if (["number", "string", "boolean"].includes(typeof value)) {
    return value;
  }
  const code =
    value?.basicValue ?? ERRORS.find((each) => ERROR_TYPES[each] === value?.errorType);
  const isError = value?.type === "Error" && ERRORS.includes(code);
  return new CellError(isError ? code : "#VALUE!");
}
