import { follow } from "./connection.js";
import { byId } from "./dom.js";
import { onPause, say } from "./header.js";
import { State } from "./state.js";
import { Timeline } from "./timeline.js";
import { allowControl, showModels } from "./models.js";
import { show } from "./view.js";

const drawEvery = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 50;
const showEvery = 250;

const state = new State();
const timeline = new Timeline(byId("canvas"));
const address = document.querySelector("meta[name=models]").content;
const { now } = follow(address, state, say);
if (document.querySelector("meta[name=control]").content === "allowed") allowControl(address);
let [drawnAt, shownAt, pausedAt, cursor] = [-Infinity, -Infinity, null, null];

function frame(time) {
  if (pausedAt === null && time - drawnAt >= drawEvery) {
    state.advance(now() - 300);
    timeline.draw(state, now(), cursor);
    if (cursor !== null) tell();
    drawnAt = time;
  }

  if (pausedAt === null && time - shownAt >= showEvery) {
    show(state, now());
    showModels(state);
    shownAt = time;
  }

  requestAnimationFrame(frame);
}

onPause(isPaused => { pausedAt = isPaused ? now() : null; });

const lanes = byId("lanes");
lanes.addEventListener("pointermove", ({ clientX }) => {
  const area = lanes.getBoundingClientRect();
  point((clientX - area.left) / area.width);
});
lanes.addEventListener("pointerleave", () => document.activeElement === lanes || point(null));
lanes.addEventListener("blur", () => point(null));
lanes.addEventListener("keydown", event => {
  const to = { ArrowLeft: (cursor ?? 1) - 1 / 120, ArrowRight: (cursor ?? 1) + 1 / 120, PageUp: (cursor ?? 1) - 1 / 12, PageDown: (cursor ?? 1) + 1 / 12, Home: 0, End: 1, Escape: null }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  point(to);
});

function point(position) {
  cursor = position === null ? null : Math.min(1, Math.max(0, position));
  byId("moment").hidden = cursor === null;
  if (cursor !== null) tell();
  if (pausedAt !== null) timeline.draw(state, pausedAt, cursor);
}

/** Describes the selected point in time. */
function tell() {
  const time = Timeline.timeAt(cursor, pausedAt ?? now());
  const seconds = Math.round((1 - cursor) * 120);
  const lines = [...state.devices.keys()].map(device => {
    const lane = state.lanes.get(device);
    if (!lane) return `${device}: nothing`;
    const said = [["use", "held by"], ["load", "loading"], ["move", "moving"], ["leave", "evicting"]].flatMap(([kind, text]) => {
      const models = lane.at(kind, time).map(([model]) => model);
      return models.length > 0 ? [`${text} ${models.join(", ")}`] : [];
    });
    return `${device}: ${lane.at("lost", time).length > 0 ? "lost" : said.join("; ") || "free"}`;
  });
  const moment = byId("moment");
  moment.textContent = [seconds === 0 ? "now" : `${seconds} s ago`, ...lines].join("\n");
  moment.style.setProperty("left", `${cursor * 100}%`);
  moment.style.setProperty("translate", `${-cursor * 100}% 0`);
  lanes.setAttribute("aria-valuenow", -seconds);
  lanes.setAttribute("aria-valuetext", moment.textContent.replaceAll("\n", ", "));
}

requestAnimationFrame(frame);
