// The table of models. Rows stay the same elements while their cells change, so that their buttons keep the focus and can be clicked at any time.
import { byId, dot, element, pill } from "./dom.js";
import { bytes, colors, number, states } from "./format.js";

const rows = new Map();
let models = null;

/** Adds buttons that preload and evict models. Without them, the page only reads. */
export function allowControl(address) {
  models = address;
  byId("columns").append(element("th", { scope: "col" }, "Actions"));
}

export function showModels(state) {
  const colorOf = colors(state.models);
  for (const [id, { row }] of rows) {
    if (state.models.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  for (const model of state.models.values()) {
    if (!rows.has(model.id)) rows.set(model.id, makeRow(model.id));
    const { row, cells, shown } = rows.get(model.id);
    if (!row.isConnected) byId("models").append(row);
    contents(model, colorOf(model.id)).forEach(([key, make], i) => {
      const text = JSON.stringify(key);
      if (shown[i] === text) return;
      shown[i] = text;
      cells[i].replaceChildren(...make());
    });
  }
}

function makeRow(id) {
  const cells = [element("th", { scope: "row" }), ...Array.from({ length: 7 }, () => element("td", {}))];
  const row = element("tr", {}, ...cells);
  if (models !== null)
    row.append(element("td", {}, element("div", { className: "actions" }, button(id, "preload", "Preload"), button(id, "evict", "Evict"))));
  return { row, cells, shown: [] };
}

/** Returns for each cell what it depends on, and a function that makes its nodes. */
function contents({ id, version, canary, residency, device, replicas, bytes: size, leases, queued, loads, evictions, loaded, error }, color) {
  const texts = [(replicas ? placesOf(replicas) : device) || "–", size.host + size.device > 0 ? bytes(Math.max(size.host, size.device)) : "–", ...[leases, queued, loads, evictions].map(number)];
  return [
    [[id, color, version], () => [dot(color), id, ...(version > 1 ? [element("span", { className: "soft" }, ` version ${version}`)] : [])]],
    [[residency, loaded, canary, error], () => [
      pill(residency, states[residency] ?? residency),
      ...(loaded && residency === "Loading" ? [element("span", { className: "soft progress" }, progress(loaded))] : []),
      ...(canary ? [element("span", { className: "soft trial" }, trial(canary))] : []),
      ...(error ? [element("span", { className: "why" }, error)] : []),
    ]],
    ...texts.map(text => [text, () => [text]]),
  ];
}

/** Lists the devices that replicas are on, or on their way to or from. */
const placesOf = replicas => replicas.filter(({ device, residency }) => device && residency !== "Registered" && residency !== "OnHost")
  .map(({ device }) => device).sort().join(", ");

/** Describes a new version that serves a share of the requests. */
const trial = ({ version, share, uses, failures }) =>
  `Version ${version} on trial with ${Math.round(1000 * share) / 10} % of the requests: ${number(uses)} ${uses === 1 ? "use" : "uses"}, ${number(failures)} failed`;

/** Formats the progress of a load. */
const progress = ({ done, total }) => total > 0 ? ` ${Math.floor(Math.min(1, done / total) * 100)} % of ${bytes(total)}` : ` ${bytes(done)}`;

const button = (id, action, text) => element("button", { type: "button", ariaLabel: `${text} ${id}`, onclick: ({ currentTarget }) => run(currentTarget, id, action) }, text);

async function run(pressed, id, action) {
  pressed.disabled = true;
  complain(null);
  try {
    const answer = await fetch(`${models}/${encodeURIComponent(id)}/${action}`, { method: "POST" });
    if (!answer.ok) complain(await reason(answer, id, action));
  } catch {
    complain(`The server did not answer. It might not have received the request to ${action} ${id}.`);
  }
  pressed.disabled = false;
  pressed.focus();
}

async function reason(answer, id, action) {
  if (answer.status === 401 || answer.status === 403) return `You are not allowed to ${action} models.`;
  if (answer.status === 409) return `${id} is in use. Try again when it is idle.`;
  const { title, detail } = await answer.json().catch(() => ({}));
  return detail ?? title ?? `The server could not ${action} ${id} (status ${answer.status}).`;
}

function complain(text) {
  byId("complaint").hidden = text === null;
  byId("complaint").textContent = text ?? "";
}
