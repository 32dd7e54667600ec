// Shows the models and the load of their devices. It polls every two seconds while the page is visible.
import { act, models } from "./api.js";
import { byId, element } from "./dom.js";

const interval = 2000;
const residencies = {
  Registered: "not loaded", Loading: "loading", OnHost: "in host memory", Moving: "moving", OnDevice: "on the device",
  Evicting: "evicting", Unloading: "unloading", Faulted: "failed",
};
let drawn = "";

export function watch() {
  refresh();
  setInterval(() => document.hidden || refresh(), interval);
}

export async function refresh() {
  try {
    const state = await models();
    complain(null);
    const text = JSON.stringify(state);
    if (text === drawn) return;
    drawn = text;
    const focused = document.activeElement?.dataset.key;
    byId("devices").replaceChildren(...state.devices.map(deviceBox));
    byId("models").replaceChildren(...state.models.map(modelBox));
    if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  } catch (problem) {
    complain(problem);
  }
}

function deviceBox(device) {
  const [className, text] = device.error ? ["pill Faulted", "lost"] : device.queueLength > 0 ? ["pill busy-now", `${device.queueLength} waiting`]
    : device.holders > 0 ? ["pill busy-now", "in use"] : ["pill free", "free"];
  return element("div", { className: "box" },
    element("header", {}, element("b", {}, device.device), element("span", { className }, text)),
    element("p", {}, `${bytes(device.used)} of ${bytes(device.budget)} used · ${device.holders} of ${device.maxHolders} slots in use · ${device.queueLength} waiting`));
}

function modelBox(model) {
  const facts = [
    model.residency === "Loading" && model.loaded && progress(model.loaded),
    model.device && `on ${model.device}`,
    model.bytes.host > 0 && bytes(model.bytes.host + model.bytes.device),
    model.leases > 0 ? `${model.leases} in use` : "idle",
    model.queued > 0 && `${model.queued} waiting`,
    model.loads > 0 && `loaded ${times(model.loads)}`,
    model.evictions > 0 && `evicted ${times(model.evictions)}`,
  ];
  return element("div", { className: "box" },
    element("header", {},
      element("b", {}, model.id),
      element("span", { className: `pill ${model.residency}` }, residencies[model.residency] ?? model.residency),
      element("span", { className: "actions" }, button(model.id, "preload", "Load"), button(model.id, "evict", "Unload"))),
    element("p", {}, facts.filter(Boolean).join(" · ")),
    ...(model.error ? [element("p", {}, model.error)] : []));
}

const times = count => count === 1 ? "once" : `${count} times`;

function progress({ done, total }) {
  return total > 0 ? `${Math.floor(Math.min(1, done / total) * 100)} % of ${bytes(total)}` : bytes(done);
}

function button(id, action, text) {
  const made = element("button", { type: "button", ariaLabel: `${text} ${id}`, onclick: () => run(id, action) }, text);
  made.dataset.key = `${id}/${action}`;
  return made;
}

async function run(id, action) {
  try {
    await act(id, action);
    await refresh();
  } catch (problem) {
    complain(problem);
  }
}

function complain(problem) {
  byId("status-error").hidden = problem === null;
  byId("status-error").textContent = problem ? `${problem.title}. ${problem.message}` : "";
}

function bytes(count) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = count > 0 ? Math.min(units.length - 1, Math.floor(Math.log10(count) / 3)) : 0;
  return `${(count / 1000 ** power).toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[power]}`;
}
