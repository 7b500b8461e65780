// In place of the add-in's engine: recorded views and no Python. What the pane asks is kept in
// `asked`; `told` says how the engine behaves, and `finishStart` ends a start that waits.

const recorded = await (await fetch("recorded.json")).json();

globalThis.told = recorded.told;
globalThis.asked = [];

export const build = Promise.resolve(recorded.build);

export const ready = new Promise((resolve, reject) => {
  globalThis.finishStart = resolve;
  if (told.fails) {
    reject(new Error(told.fails));
  } else if (!told.waits) {
    resolve();
  }
});

export function onBehind(report) {
  globalThis.reportBehind = report;
}

export async function newer() {
  return told.newer ?? null;
}

export async function show(view, request = {}) {
  asked.push([view, request]);
  const found = recorded.views[view].find(({ when }) => (
    Object.entries(when).every(([name, text]) => request[name] === text)
  ));
  await new Promise((resolve) => setTimeout(resolve, found.takes ?? 0));
  if (found.fails) {
    throw new Error(found.fails);
  }
  return found.shows;
}
