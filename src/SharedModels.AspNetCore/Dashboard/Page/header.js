// The header of the live pages: the status of the connection, the link to the application and the button that pauses the page.
import { byId } from "./dom.js";

document.documentElement.classList.toggle("framed", self !== top);

if (new URL(byId("back").href).pathname === location.pathname) byId("back").hidden = true;

/** Shows the status of the connection to the server. */
export function say(text) {
  if (byId("link").textContent === text) return;
  const wasLive = byId("link").textContent === "live";
  byId("link").textContent = text;
  byId("link").className = `pill ${text === "live" ? "good" : text === "catching up" ? "busy" : "bad"}`;
  byId("notice").hidden = text !== "reconnecting";
  if (text === "reconnecting" && wasLive) {
    byId("notice").textContent = `The connection to the server was lost at ${new Date().toLocaleTimeString()}. `
      + "The page shows the state at that time. It reconnects and catches up automatically.";
  } else if (text === "reconnecting") {
    byId("notice").textContent ||= "The server does not answer. The page tries to connect again.";
  }
}

/** Calls a function with true when the user pauses the page, and with false when the page continues. */
export function onPause(pause) {
  byId("pause").addEventListener("click", ({ currentTarget }) => {
    const isPaused = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", isPaused);
    currentTarget.textContent = isPaused ? "Resume" : "Pause";
    pause(isPaused);
  });
}
