// The table of models and nodes: which node has which model, and where.
import { dot, element, pill } from "./dom.js";
import { number } from "./format.js";
import { isKnown, nameOf } from "./nodes.js";

const presences = { Resident: ["good", "resident"], Arriving: ["busy", "loading"], OnHost: ["", "in host memory"] };

/** Returns the ids of all models that any node serves or has. */
export const modelsOf = ({ nodes, catalogs }) =>
  [...new Set([...catalogs.flat(), ...nodes.flatMap(({ models }) => models.map(({ model }) => model))])].sort();

export const column = nodes => element("tr", {}, ...["Model", ...nodes.map(nameOf)].map(text => element("th", { scope: "col" }, text)));

export const row = line => line === null
  ? element("tr", {}, element("td", { className: "none" }, "No node has reported its models."))
  : element("tr", {}, element("th", { scope: "row" }, dot(line.color), line.model), ...line.places.map(place => cell(place, line.hasVersions)));

/** Returns for each node what it has of a model. */
export function placesOf(model, { nodes, catalogs }) {
  const places = nodes.map(({ state, catalog, models }) => ({
    isKnown: isKnown({ state }),
    isServed: catalog === null || catalogs[catalog].includes(model),
    ...models.find(found => found.model === model),
  }));
  return { places, hasVersions: places.some(({ version }) => version > 1) };
}

function cell({ isKnown, isServed, presence, version, queued, isUnavailable }, hasVersions) {
  if (!isKnown) return element("td", { className: "none" }, "not known");
  if (!isServed) return element("td", { className: "none" }, "not served");
  const [className, text] = isUnavailable ? ["bad", "not available"] : presences[presence] ?? [null, "absent"];
  const notes = [hasVersions && version > 0 && `version ${version}`, queued > 0 && `${number(queued)} waiting`].filter(Boolean);
  return element("td", { className: className === null ? "none" : "" },
    className === null ? text : pill(className, text),
    ...(notes.length > 0 ? [element("span", { className: "soft" }, notes.join(" · "))] : []));
}
