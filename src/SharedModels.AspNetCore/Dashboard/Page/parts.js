// Parts that the live pages of applications and of clusters have in common.
import { element } from "./dom.js";
import { bytes } from "./format.js";

/** A figure with its name and a note. */
export const tile = ([name, value, note, id, isBad]) => element("div", { className: isBad ? "bad" : "" },
  element("dt", {}, name), element("dd", id ? { id: `total-${id}` } : {}, value), element("dd", { className: "note" }, note));

/** A bar that shows what takes the memory of a device. `rest` names the memory that models do not take. */
export function memoryBar({ budget, used, parts, other }, rest) {
  const share = count => `${Math.min(100, count / Math.max(1, budget) * 100)}%`;
  return element("div", { className: "memory", role: "img", ariaLabel: `${bytes(used)} of ${bytes(budget)} used: ${parts.map(({ id, bytes: count }) => `${id} ${bytes(count)}`).join(", ") || "nothing"}` },
    ...parts.map(({ id, bytes: count, color, isLeaving }) => element("i", { className: isLeaving ? "leaving" : "", title: `${id}: ${bytes(count)}`, style: { "--color": color, width: share(count) } })),
    ...(other > 0 ? [element("i", { className: "other", title: `${rest}: ${bytes(other)}`, style: { width: share(other) } })] : []));
}

/** What takes the memory of a device, in words. */
export const contents = ({ parts, other }, rest) =>
  [...parts.map(({ id, bytes: count }) => `${id} ${bytes(count)}`), other > 0 && `${bytes(other)} ${rest}`].filter(Boolean).join(" · ") || "No models.";

export function ago(ms) {
  if (ms < 1500) return "now";
  if (ms < 180_000) return `${Math.round(ms / 1000)} s ago`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min ago` : `${Math.round(ms / 3_600_000)} h ago`;
}
