// The nodes: their state, their requests and the memory of their devices.
import { element, pill } from "./dom.js";
import { bytes, duration, number } from "./format.js";
import { contents, memoryBar } from "./parts.js";

const states = { Live: ["good", "live"], Silent: ["bad", "does not report"], Broken: ["bad", "connection broke"], Draining: ["busy", "draining"] };
const onDevice = new Set(["Resident", "Arriving"]);

// The report of a node does not say what the rest is: working memory, or on the CPU copies of models that are on other devices.
const rest = "other data";

/** Returns the address of a node without its scheme. */
export const nameOf = address => address.replace(/^https?:\/\//, "");

export function node({ node: address, state, reportAge, inFlight, attempts, devices, models }, colorOf) {
  const [className, text] = states[state] ?? ["", state];
  return element("section", { className: "node" },
    element("header", {}, element("h3", {}, nameOf(address)), pill(className, text)),
    element("p", {}, facts(reportAge, inFlight, attempts)),
    ...(isKnown({ state }) ? devices : []).map(device => deviceBar(device, models.filter(model => model.device === device.device && onDevice.has(model.presence)), colorOf)));
}

/** Returns false for a node whose last report says nothing about its state any more. */
export const isKnown = ({ state }) => state !== "Silent";

function facts(reportAge, inFlight, { sent, rejected, unreachable, lost }) {
  const parts = [reportAge === null ? "no report" : `report ${duration(reportAge)} old`, `${number(inFlight)} in flight`, `${number(sent)} sent`, rejected > 0 && `${number(rejected)} rejected`,
    unreachable > 0 && `${number(unreachable)} not reached`, lost > 0 && `${number(lost)} lost`];
  return parts.filter(Boolean).join(" · ");
}

function deviceBar({ device, wait, budget, used, isUnavailable }, models, colorOf) {
  const parts = models.filter(model => model.bytes > 0)
    .map(({ model, bytes: count, presence }) => ({ id: model, bytes: count, color: colorOf(model), isLeaving: presence === "Arriving" }));
  const known = parts.reduce((total, part) => total + part.bytes, 0);
  const memory = { budget, parts, used: Math.max(used, known), other: Math.max(0, used - known) };
  return element("div", { className: "device" },
    element("header", {}, element("b", {}, device), ...(isUnavailable ? [pill("bad", "full or lost")] : []),
      element("span", { className: "soft" }, `${bytes(memory.used)} of ${bytes(budget)}`)),
    memoryBar(memory, rest),
    element("p", {}, contents(memory, rest), element("span", { className: "places" }, `wait ${duration(wait)}`)));
}
