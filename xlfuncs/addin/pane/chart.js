/**
 * A chart of prices over days: a step for each period with a price, a hatched band for each
 * without. It draws the periods that it is given, and knows no other day than those and the asked.
 */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 208;
const TOP = 26;
const BOTTOM = HEIGHT - 24;
const RIGHT = 10;
const FONT_SIZE = 11;
const BETWEEN_LABELS = 10;
const DAY = 24 * 60 * 60 * 1000;
const LEAST_MARGIN = 30;
const MARGIN = 0.45;
const ARROW = 5;
const LEAST_WIDTH = 3;

/**
 * @typedef {{since: string, until: string, days: string, price: string, amount: number | null,
 *   outcome: string, source: string}} Period
 * @typedef {{periods: Period[], currency: string, asked: string}} Timeline `asked` is a day, or ""
 */

/**
 * What the chart shows, in one sentence.
 *
 * @param {Timeline} timeline
 */
export function describeChart({ periods, currency, asked }) {
  const priced = periods.filter(hasPrice).sort((one, other) => one.amount - other.amount);
  const without = periods.length - priced.length;
  const parts = [count(periods.length, "period")];
  if (priced.length) {
    const lowest = priced[0].price;
    const highest = priced.at(-1).price;
    parts.push(lowest === highest ? lowest : `from ${lowest} to ${highest}`);
  }
  if (without) {
    parts.push(`${count(without, "period")} without a price`);
  }
  const holder = periods.find((period) => holds(period, asked));
  if (holder) {
    parts.push(`on ${asked}: ${holder.price || holder.outcome}`);
  }
  return `Price${currency ? ` in ${currency}` : ""} by day of purchase: ${parts.join("; ")}.`;
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

const hasPrice = ({ amount }) => amount !== null;

function holds({ since, until }, day) {
  return Boolean(day) && since <= day && (!until || day <= until);
}

/**
 * Draw the chart.
 *
 * @param {Timeline} timeline
 * @param {number} width in pixels
 * @param {(period: Period) => void} choose called with a period that is clicked
 * @returns {SVGElement}
 */
export function drawChart(timeline, width, choose) {
  const { periods, asked } = timeline;
  const amounts = scaleAmounts(periods);
  const labels = amounts.ticks.map(amounts.format);
  const left = 8 + Math.max(0, ...labels.map(measure));
  const days = scaleDays(periods, asked, left, width - RIGHT);
  const askedAt = days.at(dayOf(asked) + 0.5);
  const bands = periods.map((period) => ({ period, ...days.band(period) }));
  const parts = [
    drawPatterns(),
    ...amounts.ticks.flatMap((tick, at) => drawTick(amounts.at(tick), labels[at], left, width)),
    ...bands.filter(({ period }) => !hasPrice(period)).flatMap(drawGap),
    ...drawDays(days, periods, left, width - RIGHT),
    ...(asked ? [drawAskedLine(askedAt)] : []), // behind the labels of the steps
    ...drawSteps(bands, amounts),
    ...(asked ? drawAsked(askedAt, timeline, amounts, left, width) : []),
    ...bands.map((band) => drawTarget(band, choose)),
  ];
  const size = { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` };
  return draw("svg", { role: "img", ...size }, ...parts);
}

function draw(tag, attributes, ...content) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...content);
  return element;
}

function drawText(text, x, y, attributes = {}) {
  return draw("text", { x, y, "font-size": FONT_SIZE, ...attributes }, text);
}

const canvas = document.createElement("canvas").getContext("2d");

/** The width of a text in the chart. */
function measure(text) {
  canvas.font = `600 ${FONT_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  return canvas.measureText(text).width;
}

// Scales: amounts to heights, days to places from left to right.

function scaleAmounts(periods) {
  const known = periods.filter(hasPrice).map(({ amount }) => amount);
  if (!known.length) {
    return { ticks: [], at: () => BOTTOM, format: String };
  }
  const least = Math.min(...known);
  const most = Math.max(...known);
  const step = roundStep((most - least || most || 1) / 3);
  const room = least === most ? step : 0;
  const low = Math.max(0, Math.floor((least - room) / step) * step);
  const high = Math.ceil((most + room) / step) * step;
  const steps = Math.round((high - low) / step);
  const ticks = Array.from({ length: steps + 1 }, (_, at) => low + at * step);
  const height = BOTTOM - TOP - FONT_SIZE;
  return {
    ticks,
    at: (amount) => BOTTOM - ((amount - low) / (high - low)) * height,
    format: formatTicks(step, high),
  };
}

/** The least of 1, 2, 5, 10, 20, 50 and so on that is no less than a number. */
function roundStep(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 5, 10].find((factor) => factor * power >= number) * power;
}

/** Large amounts are written as 12.5M, unless they are too close together for that. */
function formatTicks(step, high) {
  const decimals = step < 1 ? Math.max(2, -Math.floor(Math.log10(step))) : 0;
  const style = high >= 10_000_000 && step >= high / 1000
    ? { notation: "compact", maximumSignificantDigits: 4 }
    : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const { format } = new Intl.NumberFormat("en-US", style);
  return format;
}

const dayOf = (iso) => Date.parse(iso) / DAY;

function scaleDays(periods, asked, left, right) {
  const { since } = periods[0];
  const { until } = periods.at(-1);
  const known = periods.flatMap((each) => [dayOf(each.since), dayOf(each.until) + 1]);
  const shown = [...known, dayOf(asked)].filter(Number.isFinite);
  const first = shown.length ? Math.min(...shown) : 0;
  const last = shown.length ? Math.max(...shown) : 1;
  const margin = Math.max(LEAST_MARGIN, (last - first) * MARGIN);
  const from = since ? first : first - margin;
  const to = until ? last : last + margin;
  const at = (day) => left + ((day - from) / (to - from)) * (right - left);
  const band = (period) => ({
    start: period.since ? at(dayOf(period.since)) : left,
    end: period.until ? at(dayOf(period.until) + 1) : right,
  });
  return { at, band };
}

// Parts of the chart.

function drawPatterns() {
  const line = draw("path", { d: "M0 0V6", class: "hatch" });
  const turned = { patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return draw("defs", {}, draw("pattern", { id: "hatch", width: 6, height: 6, ...turned }, line));
}

function drawTick(y, label, left, width) {
  return [
    draw("line", { x1: left, x2: width - RIGHT, y1: y, y2: y, class: "grid" }),
    drawText(label, left - 6, y + 4, { "text-anchor": "end" }),
  ];
}

/** A hatched band, with the outcome across it, or up it, where there is room. */
function drawGap({ period, start, end }) {
  const width = Math.max(end - start, LEAST_WIDTH);
  const size = { x: start, y: TOP, width, height: BOTTOM - TOP };
  const band = draw("rect", { ...size, class: "gap", fill: "url(#hatch)" });
  const length = measure(period.outcome);
  const middle = { x: (start + end) / 2, y: (TOP + BOTTOM) / 2 };
  const centred = { "text-anchor": "middle", class: "label" };
  if (length + BETWEEN_LABELS < width) {
    return [band, drawText(period.outcome, middle.x, middle.y + 4, centred)];
  }
  if (width > FONT_SIZE + 4) {
    const turned = { transform: `rotate(-90 ${middle.x + 4} ${middle.y})` };
    return [band, drawText(period.outcome, middle.x + 4, middle.y, { ...centred, ...turned })];
  }
  return [band];
}

/** The first and the last day, and days on which other periods begin, where there is room. */
function drawDays(days, periods, left, right) {
  const begins = periods.map(({ since }) => since).filter(Boolean);
  const places = new Map(begins.map((day) => [day, days.at(dayOf(day))]));
  const { until } = periods.at(-1);
  if (until && !places.has(until)) {
    places.set(until, days.at(dayOf(until) + 1));
  }
  const taken = [];
  const labels = [];
  for (const day of new Set([begins[0], until, begins.at(-1), ...begins].filter(Boolean))) {
    const half = measure(day) / 2;
    const x = Math.min(Math.max(places.get(day), left + half), right - half);
    const isFree = taken.every((other) => Math.abs(other - x) >= 2 * half + BETWEEN_LABELS);
    if (isFree) {
      taken.push(x);
      labels.push(drawText(day, x, HEIGHT - 6, { "text-anchor": "middle" }));
    }
  }
  const ticks = [...places.values()].map((x) => (
    draw("line", { x1: x, x2: x, y1: BOTTOM, y2: BOTTOM + 5, class: "axis" })
  ));
  const axis = draw("line", { x1: left, x2: right, y1: BOTTOM, y2: BOTTOM, class: "axis" });
  return [axis, ...ticks, ...labels];
}

/**
 * A line at each price, joined where the next period has one, with an arrow where it goes on, and
 * with the price where it fits.
 */
function drawSteps(bands, amounts) {
  const priced = bands.filter(({ period }) => hasPrice(period));
  const risers = bands.slice(1).map(({ period, start }, at) => {
    const before = bands[at].period;
    const isStep = hasPrice(before) && hasPrice(period);
    return isStep ? `M${start} ${amounts.at(before.amount)}V${amounts.at(period.amount)}` : "";
  });
  const levels = priced.map(({ period, start, end }) => (
    `M${start} ${amounts.at(period.amount)}H${Math.max(end, start + LEAST_WIDTH)}`
  ));
  const arrows = priced.map(({ period, start, end }) => {
    const y = amounts.at(period.amount);
    const before = period.since ? "" : drawTip(start, y, ARROW);
    const after = period.until ? "" : drawTip(end, y, -ARROW);
    return before + after;
  });
  const fitting = priced.filter(({ period, start, end }) => measure(period.price) < end - start);
  return [
    draw("path", { d: risers.join(""), class: "riser" }),
    draw("path", { d: [...levels, ...arrows].join(""), class: "step" }),
    ...fitting.map(({ period, start, end }) => {
      const place = { "text-anchor": "middle", class: "label" };
      return drawText(period.price, (start + end) / 2, amounts.at(period.amount) - 7, place);
    }),
  ];
}

const drawTip = (x, y, length) => `M${x + length} ${y - ARROW}L${x} ${y}l${length} ${ARROW}`;

const drawAskedLine = (x) =>
  draw("line", { x1: x, x2: x, y1: FONT_SIZE + 5, y2: BOTTOM, class: "asked" });

/** The date of the asked day above its line, and a dot at its price. */
function drawAsked(x, { periods, asked }, amounts, left, width) {
  const half = measure(asked) / 2;
  const middle = Math.min(Math.max(x, left + half), width - half);
  const holder = periods.find((period) => holds(period, asked));
  const dot = holder && hasPrice(holder)
    ? [draw("circle", { cx: x, cy: amounts.at(holder.amount), r: 4.5, class: "dot" })]
    : [];
  return [
    ...dot,
    drawText(asked, middle, FONT_SIZE, { "text-anchor": "middle", class: "label" }),
  ];
}

/** What is clicked to choose a period, and says what it is under the pointer. */
function drawTarget({ period, start, end }, choose) {
  const title = draw("title", {}, `${period.days}: ${period.price || period.outcome}`);
  const width = Math.max(end - start, LEAST_WIDTH);
  const size = { x: start, y: TOP, width, height: BOTTOM - TOP };
  if (!period.since) {
    return draw("rect", { ...size, class: "target" }, title);
  }
  const target = draw("rect", { ...size, class: "target chosen-by-click" }, title);
  target.addEventListener("click", () => choose(period));
  return target;
}
