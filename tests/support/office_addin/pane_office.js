// In place of Microsoft's office.js: the few calls of the add-in, on a workbook of one cell.
// What is loaded can be read after `sync` only, as in Excel.

globalThis.workbook = {
  address: "Sheet1!B2",
  holds: "",
  firstDayOf2000: 36526,
  editedFor: 0,
  refuses: "",
  calculations: 0,
  settings: {},
  saved: [],
  startup: [],
};

const refused = (code, message) => Object.assign(new Error(message), { code });

class Proxied {
  constructor(context) {
    this.context = context;
    this.loaded = {};
  }

  load(names) {
    this.context.queue.push(() => {
      for (const name of names.split(",")) {
        this.loaded[name] = this.look(name);
      }
    });
  }

  read(name) {
    if (!(name in this.loaded)) {
      throw refused("PropertyNotLoaded", `The property '${name}' is not available.`);
    }
    return this.loaded[name];
  }
}

class Day extends Proxied {
  look() {
    return workbook.firstDayOf2000;
  }

  get value() {
    return this.read("value");
  }
}

class Cell extends Proxied {
  look(name) {
    return { address: workbook.address, formulas: [[workbook.holds]] }[name];
  }

  get address() {
    return this.read("address");
  }

  get formulas() {
    return this.read("formulas");
  }

  set formulas(rows) {
    this.context.queue.push(() => {
      workbook.holds = rows[0][0];
    });
  }
}

function newContext() {
  const context = { queue: [] };
  context.sync = async () => {
    if (workbook.refuses) {
      throw refused("AccessDenied", workbook.refuses);
    }
    context.queue.splice(0).forEach((step) => step());
  };
  context.workbook = {
    functions: { date: () => new Day(context) },
    application: {
      calculate: (type) => context.queue.push(() => {
        workbook.calculations += type === Excel.CalculationType.full;
      }),
    },
    getActiveCell: () => new Cell(context),
  };
  return context;
}

globalThis.Excel = {
  CalculationType: { full: "Full" },
  run: async (options, batch) => {
    if (workbook.editedFor > 0) {
      workbook.editedFor -= 1;
      throw refused("InvalidOperationInCellEditMode", "Excel is in cell-editing mode.");
    }
    return batch(newContext());
  },
};

globalThis.Office = {
  AsyncResultStatus: { Succeeded: "succeeded" },
  StartupBehavior: { load: "Load" },
  onReady: async () => ({ host: "Excel", platform: "PC" }),
  addin: { setStartupBehavior: async (behavior) => workbook.startup.push(behavior) },
  context: {
    document: {
      settings: {
        get: (name) => workbook.settings[name] ?? null,
        set: (name, value) => {
          workbook.settings[name] = value;
        },
        saveAsync: (done) => {
          workbook.saved.push({ ...workbook.settings });
          done({ status: "succeeded" });
        },
      },
    },
  },
};
