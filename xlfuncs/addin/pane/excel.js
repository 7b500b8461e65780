/**
 * What the add-in asks of Office and Excel. No other file calls their API, so the pane also works
 * in a plain browser, where there is no Office.
 */

const SETTING = "xlfuncs.build";
const PAUSES = [0, 200, 400, 800, 1600, 3200];
const EDITING = "InvalidOperationInCellEditMode";
const DATE_SYSTEMS = new Map([[36526, "1900"], [35064, "1904"]]);

/** Whether the page is open in Excel. */
export const inExcel = typeof Office === "undefined"
  ? Promise.resolve(false)
  : Office.onReady().then(({ host }) => host === "Excel");

/** The date system of the workbook, "1900" or "1904". In the latter, day 0 is in 1904. */
export async function dateSystem() {
  if (!(await inExcel)) {
    return "1900";
  }
  const serial = await run(async (context) => {
    const day = context.workbook.functions.date(2000, 1, 1);
    day.load("value");
    await context.sync();
    return day.value;
  }, { mayWait: true });
  if (!DATE_SYSTEMS.has(serial)) {
    throw new Error(`Excel: DATE(2000,1,1) is ${serial}; expected the number of a day`);
  }
  return DATE_SYSTEMS.get(serial);
}

/**
 * Write a formula into the active cell.
 *
 * Where the cell holds something nothing is written, and the result says what it `holds`. Passed
 * as `replace`, that result allows the cell to be overwritten, as long as it is still the active
 * cell and still holds the same.
 *
 * @param {string} formula
 * @param {{address: string, holds: string} | null} replace
 * @returns {Promise<{address: string, holds?: string}>}
 */
export function insertFormula(formula, replace = null) {
  return run(async (context) => {
    const cell = context.workbook.getActiveCell();
    cell.load("address,formulas");
    await context.sync();
    const { address } = cell;
    const holds = String(cell.formulas[0][0]);
    const isAgreed = replace?.address === address && replace.holds === holds;
    if (holds && !isAgreed) {
      return { address, holds };
    }
    cell.formulas = [[formula]];
    await context.sync();
    return { address };
  });
}

/** Note in the workbook that cells have to be calculated at the next start, whatever the build. */
export async function forgetBuild() {
  if (await inExcel) {
    Office.context.document.settings.set(SETTING, "none");
    await saveSettings();
  }
}

/**
 * Recalculate a workbook whose cells another build has answered, and note this build in it.
 *
 * @param {string} id The build, with what else its answers depend on.
 * @param {boolean} hasCalled Whether a cell has called a function. A workbook in which none has, and
 *   in which no build is noted, is left alone.
 */
export async function followBuild(id, hasCalled) {
  if (!(await inExcel)) {
    return;
  }
  const { settings } = Office.context.document;
  const last = settings.get(SETTING);
  if (last === id || (!last && !hasCalled)) {
    return;
  }
  settings.set(SETTING, id); // before cells call again, for whom nothing more is to be done
  try {
    await run(async (context) => {
      context.workbook.application.calculate(Excel.CalculationType.full);
      await context.sync();
    }, { mayWait: true });
  } catch (error) {
    settings.set(SETTING, last);
    throw error;
  }
  await saveSettings();
}

function saveSettings() {
  return new Promise((resolve, reject) => {
    Office.context.document.settings.saveAsync(({ status, error }) => {
      if (status === Office.AsyncResultStatus.Succeeded) {
        resolve();
      } else {
        reject(refusal(error));
      }
    });
  });
}

let startup = null;

/** Have Excel start the add-in whenever it opens this workbook; asked for once. */
export function startWithWorkbook() {
  startup ??= inExcel.then((isExcel) => {
    if (isExcel) {
      return Office.addin.setStartupBehavior(Office.StartupBehavior.load);
    }
  });
  return startup;
}

/**
 * Run a batch. While a cell is being edited Excel refuses it, so it is tried again; one that may
 * wait is run as soon as the edit ends.
 */
async function run(batch, { mayWait = false } = {}) {
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      return await Excel.run({ delayForCellEdit: mayWait }, batch);
    } catch (error) {
      if (error.code !== EDITING) {
        throw refusal(error);
      }
    }
  }
  throw new Error("Excel: a cell is being edited; press Enter or Esc in that cell and try again");
}

function refusal(error) {
  const found = String(error.message).replace(/\.$/, "");
  return new Error(`Excel: ${found}; try again, or choose another cell`);
}
