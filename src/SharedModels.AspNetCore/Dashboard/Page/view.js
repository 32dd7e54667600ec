// Shows the state as text, bars and tables. Unchanged elements are not updated.
import { dot, element, pill, place } from "./dom.js";
import { bytes, colors, duration, number } from "./format.js";
import { ago, contents, memoryBar, tile } from "./parts.js";

const maxEvents = 12;
const rest = "working memory";
const onDevice = new Set(["OnDevice", "Moving", "Evicting"]);
const inMemory = new Set(["OnHost", "Moving", "OnDevice", "Evicting", "Unloading"]);

export function show(state, now) {
  const colorOf = colors(state.models);
  const models = [...state.models.values()];
  place("tiles", tiles(state), tile);
  place("legend", models.map(({ id }) => ({ id, color: colorOf(id) })), ({ id, color }) => element("li", {}, dot(color), id));
  place("devices", [...state.devices.values()].map(device => describe(device, models, colorOf)), deviceBar);
  const queue = waitsByModel(state, now, colorOf);
  place("queue", queue.length > 0 ? queue : [null], queued);
  const events = standOuts(state.marks, now);
  place("events", events.length > 0 ? events : [null], event);
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);

function tiles(state) {
  const { inUse, waiting, granted, rejected, moves, evictions, faults } = state.figures();
  const waits = state.waits.map(({ ms }) => ms).sort((a, b) => a - b);
  const quantile = q => waits.length === 0 ? "–" : duration(waits[Math.min(waits.length - 1, Math.floor(q * waits.length))]);
  return [
    ["In use", number(inUse), "leases held"],
    ["Waiting", number(waiting), "requests"],
    ["Granted", number(granted), "requests since opening", "granted"],
    ["Median wait", quantile(.5), `95th percentile: ${quantile(.95)}`],
    ["Moves", number(moves), `${number(evictions)} evicted`],
    ["Rejected", number(rejected), `${number(faults)} ${faults === 1 ? "fault" : "faults"}`, "rejected", rejected + faults > 0],
  ];
}

function describe(device, models, colorOf) {
  const isCpu = device.device === "cpu";
  const isHere = place => isCpu ? inMemory.has(place.residency) : place.device === device.device && onDevice.has(place.residency);
  const parts = models
    .map(model => ({ model, places: (model.replicas ?? [model]).filter(isHere) }))
    .map(({ model, places }) => ({ id: model.id, bytes: places.length * (isCpu ? model.bytes.host : model.bytes.device), color: colorOf(model.id), isLeaving: places.some(({ residency }) => residency === "Evicting") }))
    .filter(part => part.bytes > 0);
  const known = sum(parts, part => part.bytes);
  return { ...device, parts, other: Math.max(0, device.used - known), used: Math.max(device.used, known) };
}

function deviceBar({ device, holders, maxHolders, queueLength, error, ...memory }) {
  const [className, text] = error ? ["bad", "lost"] : queueLength > 0 ? ["busy", `${queueLength} waiting`] : holders > 0 ? ["busy", "in use"] : ["good", "free"];
  return element("div", { className: "device" },
    element("header", {}, element("b", {}, device), pill(className, text), element("span", { className: "soft" }, `${bytes(memory.used)} of ${bytes(memory.budget)}`)),
    memoryBar(memory, rest),
    element("p", {}, error ?? contents(memory, rest), element("span", { className: "places" }, `${holders} of ${maxHolders} slots`)));
}

/** Returns one line for each model that requests wait for, longest wait first. */
function waitsByModel(state, now, colorOf) {
  const lines = new Map();
  for (const { model, at } of state.waiting.values()) {
    const line = lines.get(model) ?? { model, color: colorOf(model), count: 0, since: at };
    lines.set(model, { ...line, count: line.count + 1, since: Math.min(line.since, at) });
  }

  return [...lines.values()].sort((a, b) => a.since - b.since).map(({ since, ...line }) => ({ ...line, wait: duration(Math.max(0, now - since)), share: Math.min(1, (now - since) / 30_000) }));
}

const queued = line => line === null ? element("li", { className: "none" }, "No requests are waiting.") : element("li", {},
  dot(line.color), element("span", { className: "name" }, line.model), element("span", { className: "soft" }, `${number(line.count)} ${line.count === 1 ? "request" : "requests"} · oldest ${line.wait}`),
  element("span", { className: "bar" }, element("i", { style: { "--color": line.color, width: `${Math.round(line.share * 100)}%` } })));

/** Returns the latest marks. Marks with the same text are combined into one line. */
function standOuts(marks, now) {
  const lines = new Map();
  for (let i = marks.length - 1; i >= 0; i--) {
    const { kind, at, text } = marks[i];
    const line = lines.get(text);
    if (line) line.times++;
    else if (lines.size < maxEvents) lines.set(text, { kind, text, ago: ago(now - at), times: 1 });
  }

  return [...lines.values()];
}

const event = line => line === null ? element("li", { className: "none" }, "No evictions, rejections or faults in the last two minutes.") : element("li", { className: line.kind },
  element("span", { className: "when" }, line.ago), element("span", {}, line.text, element("span", { className: "soft" }, line.times > 1 ? ` ${line.times} ×` : "")));
