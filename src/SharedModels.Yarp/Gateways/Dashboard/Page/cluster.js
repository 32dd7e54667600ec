// Fetches the state of the cluster once per second, and shows it.
import { element, place } from "./dom.js";
import { colors, duration, number } from "./format.js";
import { onPause, say } from "./header.js";
import { nameOf, node } from "./nodes.js";
import { ago, tile } from "./parts.js";
import { column, modelsOf, placesOf, row } from "./placement.js";
import { showRoutes } from "./routes.js";

const every = 1000;
const longestAnswer = 5000;
const maxEvents = 12;
const address = `${document.querySelector("meta[name=page]").content}/state`;
let isPaused = false;

onPause(paused => { isPaused = paused; });

async function poll() {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(longestAnswer) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const state = await answer.json();
    if (!isPaused) show(state);
    say("live");
  } catch {
    say("reconnecting");
  }
  setTimeout(poll, every);
}

function show(state) {
  const models = modelsOf(state);
  const colorOf = colors(new Map(models.map(model => [model])));
  place("tiles", tiles(state), tile);
  showRoutes(state.routes);
  place("nodes", state.nodes, entry => node(entry, colorOf));
  place("columns", [state.nodes.map(({ node: address }) => address)], column);
  place("placement", models.length > 0 ? models.map(model => ({ model, color: colorOf(model), ...placesOf(model, state) })) : [null], row);
  const events = state.events.slice(0, maxEvents).map(({ time, ...event }) => ({ ...event, ago: ago(Date.parse(state.time) - Date.parse(time)) }));
  place("events", events.length > 0 ? events : [null], eventLine);
}

function tiles({ inFlight, nodes, routes: { total, rejected, lost, perSecond, regret } }) {
  const live = nodes.filter(({ state }) => state === "Live").length;
  return [
    ["Nodes", `${live} of ${nodes.length}`, "live", "nodes", live < nodes.length],
    ["Requests/s", perSecond.toLocaleString("en", { maximumFractionDigits: 1 }), `${number(total)} in total`, "routes"],
    ["In flight", number(inFlight), inFlight === 1 ? "request" : "requests", "in-flight"],
    ["Regret", regret ? signed(regret.mean) : "–", regret ? `largest: ${signed(regret.largest)}` : "no waits measured", "regret"],
    ["Rejected", number(rejected), "no node had room", "rejected", rejected > 0],
    ["Lost", number(lost), "with their nodes", "lost", lost > 0],
  ];
}

const signed = ms => Math.abs(ms) < 0.5 ? "0 ms" : `${ms < 0 ? "−" : "+"}${duration(Math.max(1, Math.abs(ms)))}`;

const kinds = {
  Joined: ["back", "joined the cluster"], Returned: ["back", "is back"], Lost: ["fault", "was lost: it no longer reports"],
  Broken: ["fault", "is avoided because its connection broke"], Draining: ["", "is draining: it accepts no further requests"], Stopped: ["", "has stopped"],
};

function eventLine(line) {
  if (line === null) return element("li", { className: "none" }, "No node has joined or left.");
  const [className, text] = kinds[line.kind] ?? ["", line.kind];
  return element("li", { className }, element("span", { className: "when" }, line.ago), element("span", {}, `${nameOf(line.node)} ${text}`));
}

poll();
