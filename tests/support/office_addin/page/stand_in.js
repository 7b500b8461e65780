// Excel, as far as an add-in of contract prices meets it: the way by which Microsoft's runtime of
// custom functions is called, and the few members of Office's and Excel's JavaScript API that the
// add-in uses, beside the workbook of the window around it.
//
// As in Excel, what is read has to be loaded and synced before, what is set takes effect with
// `sync`, and nothing does while a cell is edited, unless `delayForCellEdit` waits for its end. In
// a page opened by itself `Office.onReady` reports no host.
"use strict";

(() => {
  const host = window.parent === window ? undefined : window.parent.officeHost;
  const parsed = new Promise((resolve) => {
    window.addEventListener("DOMContentLoaded", resolve);
  });

  /** Requirement sets of the Excel that is played, with their newest version. */
  const SUPPORTED = {
    CustomFunctions: 1.9, // the name by which Microsoft's runtime asks for its own
    CustomFunctionsRuntime: 1.4,
    ExcelApi: 1.11,
    SharedRuntime: 1.1,
  };

  class OfficeError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "RichApi.Error";
      this.code = code;
    }
  }

  /** An object of a workbook, with properties that are loaded and perhaps set. */
  class ClientObject {
    constructor(context, read, write = {}) {
      const loaded = {};
      this.load = (names) => {
        const wanted = Array.isArray(names) ? names : names.split(",");
        for (const name of wanted.map((each) => each.trim())) {
          if (read[name] === undefined) {
            throw new OfficeError("InvalidArgument", `${name}: no property that can be loaded.`);
          }
          context.queue.push(() => {
            loaded[name] = read[name]();
          });
        }
        return this;
      };
      for (const name of Object.keys(read)) {
        Object.defineProperty(this, name, {
          get() {
            if (!(name in loaded)) {
              const message = `${name}: not available; load it and sync before it is read.`;
              throw new OfficeError("PropertyNotLoaded", message);
            }
            return loaded[name];
          },
          set(value) {
            if (write[name] === undefined) {
              throw new OfficeError("InvalidArgument", `${name}: cannot be set.`);
            }
            context.queue.push(() => write[name](value));
          },
        });
      }
    }
  }

  class RequestContext {
    constructor(delayForCellEdit) {
      this.delayForCellEdit = delayForCellEdit;
      this.queue = [];
      this.workbook = {
        application: {
          calculate: (type) => {
            if (!Object.values(window.Excel.CalculationType).includes(type)) {
              throw new OfficeError("InvalidArgument", `${type}: no type of calculation.`);
            }
            this.queue.push(() => host.calculate(type));
          },
        },
        functions: {
          date: (year, month, day) =>
            new ClientObject(this, { value: () => host.serialNumber(year, month, day) }),
        },
        getActiveCell: () => {
          const cell = host.activeCell(); // the cell that is active now
          return new ClientObject(
            this,
            { address: () => `Sheet1!${cell}`, formulas: () => [[host.formula(cell)]] },
            { formulas: ([[text]]) => host.type(cell, String(text)) },
          );
        },
      };
    }

    async sync() {
      await null;
      while (this.delayForCellEdit && host.isEditing()) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      if (host.isEditing()) {
        const message = "Excel is in cell-editing mode.";
        throw new OfficeError("InvalidOperationInCellEditMode", message);
      }
      for (const perform of this.queue.splice(0)) {
        try {
          perform();
        } catch (error) {
          throw new OfficeError("InvalidArgument", error.message);
        }
      }
    }
  }

  /** Settings of the workbook: a copy in the page, until they are saved. */
  class Settings {
    constructor() {
      this.copy = new Map(JSON.parse(host.settings));
    }

    get(name) {
      return this.copy.get(name) ?? null;
    }

    set(name, value) {
      this.copy.set(name, value);
    }

    saveAsync(options, callback = options) {
      host.settings = JSON.stringify([...this.copy]);
      setTimeout(() => callback?.({ status: window.Office.AsyncResultStatus.Succeeded }), 0);
    }
  }

  const info =
    host === undefined ? { host: null, platform: null } : { host: "Excel", platform: "PC" };
  const api = {
    onReady: async (callback) => {
      await parsed; // by then the scripts of the page have associated their functions
      callback?.(info);
      return info;
    },
    StartupBehavior: { none: "None", load: "Load" },
    AsyncResultStatus: { Succeeded: "succeeded", Failed: "failed" },
  };

  if (host !== undefined) {
    api.context = {
      document: { settings: new Settings() },
      requirements: {
        isSetSupported: (name, version = "1.1") => Number(version) <= (SUPPORTED[name] ?? 0),
      },
    };
    api.addin = {
      setStartupBehavior: async (behavior) => {
        host.startupBehavior = behavior;
      },
    };
    window.Excel = {
      CalculationType: { recalculate: "Recalculate", full: "Full", fullRebuild: "FullRebuild" },
      run: async (options, batch = options) => {
        const context = new RequestContext(options.delayForCellEdit === true);
        const result = await batch(context);
        await context.sync();
        return result;
      },
    };

    const bridge = { sendMessageToHost: (text) => host.addIn.receive(JSON.parse(text)) };
    window._richApiNativeBridge = bridge; // the runtime adds `onMessageFromHost`
    window.OsfOptOut = true; // in a frame that is not Excel's it would leave for a blank page
    host.addIn.connect((message) => bridge.onMessageFromHost(JSON.stringify(message)));
  }

  // The scripts of Microsoft that follow set `Office` more than once. Theirs waits for an Excel
  // that answers and has a context that cannot be set, so what is above is found in its place.
  let office;
  Object.defineProperty(window, "Office", {
    get: () => office,
    set: (theirs) => {
      office = new Proxy(theirs, { get: (target, name) => api[name] ?? target[name] });
    },
  });
})();
