/**
 * The core of an add-in, asked without a browser: node answer_in_node.mjs FOLDER
 *
 * Reads lines of JSON, {"contract": the text of contract.json, "date1904": true or false,
 * "calls": [[name of a function, its arguments as JSON], ...]}, and writes for each line one with
 * the list of answers, or {"error": why there are none}.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.FS.writeFile("/core.zip", readFileSync(join(process.argv[2], "core.zip")));
python.runPython('import sys; sys.path.insert(0, "/core.zip")');
const office = python.pyimport("xlfuncs.hosts.office");

function answerAll({ contract, calls, date1904 }) {
  const workbook = office.open_contract(contract, date1904);
  try {
    return calls.map(([name, given]) => JSON.parse(office.answer(workbook, name, given)));
  } finally {
    workbook.destroy();
  }
}

function answerLine(line) {
  try {
    return answerAll(JSON.parse(line));
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answerLine(line))}\n`);
}
