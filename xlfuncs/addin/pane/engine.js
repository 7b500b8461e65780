// Starts Python in the page, opens the contract that was built in, and puts questions to it.
//
// Python is Pyodide. build.json is asked for at each start, and every file is compared with the hash
// that it has there, so that files of two builds never answer together. Where the browser has kept
// the page's own files of an earlier build, they are fetched again and the page is reloaded.

import { dateSystem, followBuild, forgetBuild, startWithWorkbook } from "./excel.js";

const here = new URL("./", import.meta.url);
const OF_PAGE = /^[^/]+\.(html|css|js|json)$/;
const READ_LATER = new Set(["contract.json"]);
const RELOADED = `xlfuncs.reloaded ${here.pathname}`;
const BETWEEN_ATTEMPTS = 60 * 1000;
const DATES_KNOWN_FOR = 1000;

/** The content of build.json. */
export const build = loadBuild().then(checkPage);

/** Fulfilled when Python answers; rejected with a sentence for people. */
export const ready = build.then(startPython);

ready.then(() => follow(false), startAgainLater);

let contractText = "";
let opened = new Map(); // the contract as opened for each date system

/** Open a contract, the text of contract.json, in place of the one that answers. */
export function openContract(text) {
  contractText = text;
  opened = new Map();
}

/**
 * Answer a call of a cell.
 * @param {string} name The function's name without prefix.
 * @param {any[]} args A matrix for each argument, null where it was left out.
 * @returns {Promise<any[][]>} A matrix of values and errors.
 */
export async function answer(name, args) {
  try {
    const { office, contract } = await openForCells();
    noteCall();
    return JSON.parse(office.answer(contract, name, JSON.stringify(args)));
  } catch (error) {
    // without an answer a cell shows #N/A, and the sentence beside it
    throw new CustomFunctions.Error(CustomFunctions.ErrorCode.notAvailable, error.message);
  }
}

/** The contract for the cells of the workbook, whose days are in its date system. */
async function openForCells() {
  try {
    const { office } = await ready;
    return { office, contract: openedFor(office, await knownDateSystem()) };
  } catch (error) {
    noteFailure();
    throw error;
  }
}

/**
 * Answer the task pane.
 * @param {string} view What is shown: "contract", "answer", "price list", "timeline", "findings".
 * @param {Object<string, string>} request What was typed.
 * @returns {Promise<Object>} What the view shows.
 */
export async function show(view, request = {}) {
  const { office, pane } = await ready;
  const shown = JSON.parse(pane.show(openedFor(office, "1900"), view, JSON.stringify(request)));
  return view === "contract" ? { ...shown, first: JSON.parse(contractText).asked } : shown;
}

/** The content of build.json of a newer build on the server, or null. */
export async function newer() {
  try {
    const [found, own] = await Promise.all([loadBuild(), build]);
    return found.id === own.id ? null : found;
  } catch {
    return null; // a server that cannot be reached has nothing newer to offer
  }
}

function openedFor(office, dates) {
  if (!opened.has(dates)) {
    opened.set(dates, office.open_contract(contractText, dates === "1904"));
  }
  return opened.get(dates);
}

let system = null;
let systemAsked = -Infinity;

/** The date system of the workbook, which may be changed; asked once for calls that follow. */
function knownDateSystem() {
  if (performance.now() - systemAsked > DATES_KNOWN_FOR) {
    systemAsked = performance.now();
    system = dateSystem().catch((error) => {
      systemAsked = -Infinity; // to be asked again by the next call
      throw error;
    });
  }
  return system;
}

let hasCalled = false;
let isBehind = false;

/** Note that a cell of the workbook has called a function. */
function noteCall() {
  if (!hasCalled) {
    startWithWorkbook().catch(() => {}); // an Excel that cannot do this answers all the same
  }
  if (!hasCalled || isBehind) {
    hasCalled = true;
    isBehind = false;
    follow(true);
  }
}

let reportBehind = () => {};

/** Set what is told why cells may show prices of an earlier build: Excel did not calculate them. */
export function onBehind(report) {
  reportBehind = report;
}

/** Note that cells show no answer, and have them calculated as soon as there are answers. */
function noteFailure() {
  if (!isBehind) {
    isBehind = true;
    forgetBuild().catch(() => {});
  }
}

/** Have all cells calculated that another build, or another date system, may have answered. */
async function follow(isCalled) {
  try {
    await followBuild(`${(await build).id} ${await knownDateSystem()}`, isCalled);
  } catch (error) {
    isBehind = true; // to be tried again with the next call
    reportBehind(error.message);
  }
}

/** After a start that failed, reload the page as soon as the server answers. */
function startAgainLater() {
  setTimeout(
    () => loadBuild().then(() => location.reload(), startAgainLater),
    BETWEEN_ATTEMPTS,
  );
}

async function loadBuild() {
  const url = new URL("build.json", here);
  const found = await fetch(url, { cache: "no-store" })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  if (!found?.id || !found.files || !found.pyodide) { // such as the answer of a login page
    throw new Error(`${url.href} cannot be loaded; check the network and try again.`);
  }
  return found;
}

/** Compare the page's own files with their hashes; reload it where some had to be fetched again. */
async function checkPage(found) {
  const names = Object.keys(found.files).filter((name) => OF_PAGE.test(name));
  const checks = names
    .filter((name) => !READ_LATER.has(name))
    .map((name) => isAsBuilt(new URL(name, here), found.files[name]));
  if ((await Promise.all(checks)).includes(false)) {
    if (!mayReload(found.id)) {
      throw new Error("The browser keeps files of an earlier build; close Excel and open it again.");
    }
    location.reload();
    await new Promise(() => {}); // this page answers nothing any more
  }
  return found;
}

/** Whether the page was not yet reloaded for a build, so that it is not reloaded forever. */
function mayReload(id) {
  try {
    const isFirst = sessionStorage.getItem(RELOADED) !== id;
    sessionStorage.setItem(RELOADED, id);
    return isFirst;
  } catch {
    return false; // where pages may store nothing
  }
}

/** Whether the browser has a file as it was built; fetched again where it has another one. */
async function isAsBuilt(url, integrity) {
  const kept = await fetch(url, { integrity }).catch(() => null);
  if (!kept?.ok) {
    await fetchChecked(url, integrity);
  }
  return Boolean(kept?.ok);
}

async function startPython({ files, pyodide }) {
  const from = new URL(pyodide.from, here);
  const own = (name) => fetchChecked(new URL(name, here), files[name]);
  const [loader, python, core, contract] = await Promise.all([
    importModule(from, pyodide, "loader"),
    importModule(from, pyodide, "interpreter"),
    own("core.zip").then((response) => response.arrayBuffer()),
    own("contract.json").then((response) => response.text()),
  ]);
  const engine = await withCheckedFiles(from, pyodide, () =>
    loader.loadPyodide({
      indexURL: from.href,
      createPyodideModule: python.default,
      lockFileContents: JSON.stringify(pyodide.packages),
    }),
  );
  engine.FS.writeFile("/core.zip", new Uint8Array(core));
  engine.runPython("import sys; sys.path.insert(0, '/core.zip')");
  openContract(contract);
  const [office, pane] = ["office", "office_pane"].map((module) =>
    engine.pyimport(`xlfuncs.hosts.${module}`),
  );
  return { office, pane };
}

/** Import a module of Pyodide whose hash is the one expected. */
async function importModule(from, pyodide, role) {
  const name = pyodide.modules[role];
  const url = new URL(name, from);
  const response = await fetchChecked(url, pyodide.files[name]);
  if (from.origin === here.origin) {
    return import(url.href);
  }
  const script = new Blob([await response.text()], { type: "text/javascript" });
  const copy = URL.createObjectURL(script);
  try {
    return await import(copy);
  } finally {
    URL.revokeObjectURL(copy);
  }
}

/** Start Pyodide, which fetches its further files by itself, with their hashes compared. */
function withCheckedFiles(from, pyodide, start) {
  const plainFetch = globalThis.fetch;
  const started = new Promise((resolve, reject) => {
    const refuse = (error) => {
      reject(error); // Pyodide itself would wait forever
      throw error;
    };
    globalThis.fetch = (resource, options) => {
      const url = new URL(resource.url ?? resource, location.href);
      const integrity = pyodide.files[url.href.slice(from.href.length)];
      const isOfPyodide = url.href.startsWith(from.href) && integrity;
      return isOfPyodide
        ? fetchChecked(url, integrity, plainFetch).catch(refuse)
        : plainFetch(resource, options);
    };
    start().then(resolve, reject);
  });
  return started.finally(() => {
    globalThis.fetch = plainFetch;
  });
}

async function fetchChecked(url, integrity, fetchPlainly = fetch) {
  let response;
  try {
    response = await fetchPlainly(url, { integrity });
  } catch {
    // the browser may hold an older copy
    response = await fetchPlainly(url, { integrity, cache: "reload" }).catch(() => null);
  }
  if (!response?.ok) {
    const remedy = url.origin === here.origin
      ? "copy the whole folder to the server again."
      : "let this computer reach it, or build the add-in with --pyodide.";
    throw new Error(`${url.href} cannot be loaded, or is not a file of this build; ${remedy}`);
  }
  const type = "application/wasm"; // without which browsers compile nothing
  if (url.pathname.endsWith(".wasm") && response.headers.get("Content-Type") !== type) {
    return new Response(response.body, { headers: { "Content-Type": type } });
  }
  return response;
}
