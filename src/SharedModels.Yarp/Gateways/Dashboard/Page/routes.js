// The requests of each second of the last two minutes, as bars.
import { byId, element, place } from "./dom.js";
import { number } from "./format.js";

export function showRoutes({ seconds }) {
  const peak = seconds.reduce((most, { routes }) => Math.max(most, routes), 0);
  const share = count => `${count / Math.max(1, peak) * 100}%`;
  place("routes", seconds, ({ routes, failed }) => element("div", { className: "second" },
    ...(failed > 0 ? [element("i", { className: "failed", style: { height: share(failed) } })] : []),
    ...(routes > failed ? [element("i", { style: { height: share(routes - failed) } })] : [])));
  const sum = of => number(seconds.reduce((total, second) => total + of(second), 0));
  byId("routes").ariaLabel = `Last two minutes: ${sum(({ routes }) => routes)} requests, ${sum(({ failed }) => failed)} of them rejected or lost, at most ${number(peak)} per second.`;
  byId("peak").textContent = `at most ${number(peak)} per second`;
}
