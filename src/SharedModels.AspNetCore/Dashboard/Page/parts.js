// Parts that the live pages of applications and of clusters have in common.
import { element } from "./dom.js";
import { bytes } from "./format.js";

/** A figure with its name and a note. */
export const tile = ([name, value, note, id, isBad]) => element("div", { className: isBad ? "bad" : "" },
  element("dt", {}, name), element("dd", id ? { id: `total-${id}` } : {}, value), element("dd", { className: "note" }, note));

/** A bar that shows what takes the memory of a device. */
export function memoryBar({ budget, used, parts, other }) {
  const share = count => `${Math.min(100, count / Math.max(1, budget) * 100)}%`;
  return element("div", { className: "memory", role: "img", ariaLabel: `${bytes(used)} of ${bytes(budget)} used: ${parts.map(({ id, bytes: count }) => `${id} ${bytes(count)}`).join(", ") || "nothing"}` },
    ...parts.map(({ id, bytes: count, color, isLeaving }) => element("i", { className: isLeaving ? "leaving" : "", title: `${id}: ${bytes(count)}`, style: { "--color": color, width: share(count) } })),
    ...(other > 0 ? [element("i", { className: "other", title: `working memory: ${bytes(other)}`, style: { width: share(other) } })] : []));
}

/** What takes the memory of a device, in words. */
export const contents = ({ parts, other }) =>
  [...parts.map(({ id, bytes: count }) => `${id} ${bytes(count)}`), other > 0 && `${bytes(other)} working memory`].filter(Boolean).join(" · ") || "No models.";

export const ago = ms => ms < 1500 ? "now" : `${Math.round(ms / 1000)} s ago`;
