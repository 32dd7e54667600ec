import { send } from "./api.js";
import { byId, element } from "./dom.js";
import { samplesOf, suggestions } from "./samples.js";
import { clear, colorOf, cropTo, draw, emphasize, show } from "./stage.js";
import { refresh, watch } from "./status.js";

const modes = ["words", "example", "qr"];
const largest = 20_000_000;
const byCancel = new DOMException("The user has canceled.", "AbortError");
const state = { mode: "words", choice: 0, picture: null, isSample: true, url: null, query: null, request: null, ready: Promise.resolve() };

// `missing` says what the user has yet to do.
const modeOf = {
  words: { path: "/v1/detect", action: "Find", working: "Looking for objects", missing: () => byId("prompts").value.trim() === "" && "Enter what to find, one thing per line, such as: a red circle", fields: () => ({ image: state.picture, prompts: byId("prompts").value, ...thresholds() }), draw: drawObjects },
  example: { path: "/v1/detect/by-example", action: "Find similar", working: "Looking for similar objects", missing: () => !state.query && "Drag a box around an object in the image, or choose an example image.", fields: () => ({ image: state.picture, query: state.query, ...thresholds() }), draw: drawObjects },
  qr: { path: "/v1/qr", action: "Read", working: "Reading codes", missing: () => false, fields: () => ({ image: state.picture }), draw: drawCodes },
};

const thresholds = () => ({ confidence: byId("confidence").value, nmsThreshold: byId("nms").value });

async function setMode(mode) {
  state.mode = mode;
  for (const other of modes) {
    const tab = byId(`tab-${other}`);
    tab.setAttribute("aria-selected", other === mode);
    tab.tabIndex = other === mode ? 0 : -1;
  }
  byId("fields").setAttribute("aria-labelledby", `tab-${mode}`);
  for (const field of document.querySelectorAll("[data-modes]")) field.hidden = !field.dataset.modes.split(" ").includes(mode);
  byId("find").textContent = modeOf[mode].action;
  showSamples();
  cropTo(mode === "example" ? useExample : null);
  await (state.isSample ? useSample(samplesOf(mode)[0]) : usePicture(state.picture));
}

function showSamples() {
  byId("samples").replaceChildren(...samplesOf(state.mode).map(sample => {
    const made = element("button", { type: "button", title: sample.name, ariaPressed: "false", onclick: () => useSample(sample).then(() => runIfReady(sample)) },
      element("img", { src: `samples/${sample.file}`, alt: sample.name }));
    made.dataset.file = sample.file;
    return made;
  }));
}

const useSample = sample => state.ready = loadSample(sample);

async function loadSample(sample) {
  const choice = ++state.choice;
  const file = await fetch(`samples/${sample.file}`).then(response => response.blob()).catch(() => null);
  if (choice !== state.choice) return;
  if (file === null) return fail({ title: "The sample image cannot be loaded", message: "Check that the server is running, then try again." });
  if (sample.prompts && state.mode === "words") byId("prompts").value = sample.prompts.join("\n");
  await usePicture(new File([file], sample.file, { type: file.type }), sample.file);
}

async function usePicture(file, sampleFile = null) {
  forget();
  state.choice++;
  state.picture = file;
  state.isSample = sampleFile !== null;
  if (state.url) URL.revokeObjectURL(state.url);
  state.url = URL.createObjectURL(file);
  byId("picture-name").textContent = file.name;
  for (const button of byId("samples").children) button.ariaPressed = button.dataset.file === sampleFile;
  byId("headline").textContent = state.mode === "example" ? "Drag a box around an object, or choose an example." : `Press ${modeOf[state.mode].action}.`;
  const { choice } = state;
  if (!await show(state.url, file.name) && choice === state.choice) byId("headline").textContent = "Choose a JPEG, PNG or WebP image.";
}

async function useExample(picture) {
  // A sample image that is still on its way ends what was begun before.
  await state.ready;
  state.query = picture;
  const image = byId("query-image");
  image.hidden = false;
  image.src = URL.createObjectURL(picture);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => {
    image.hidden = true;
    state.query = null;
    forget();
    fail({ title: "The example cannot be used", message: `${picture.name ?? "The file"} is not an image, or it is damaged. Choose a JPEG, PNG or WebP image.` });
  };
  run();
}

function forget() {
  state.request?.abort();
  byId("busy").hidden = true;
  clear();
  fail(null);
  byId("findings").replaceChildren();
  byId("timing").textContent = "";
}

const runIfReady = ({ file }) => state.picture?.name === file && (state.mode !== "example" || state.query) && run();

async function run() {
  forget();
  const missing = modeOf[state.mode].missing();
  if (missing) return fail({ title: "Something is missing", message: missing });
  if (state.picture.size > largest || state.query?.size > largest)
    return fail({ title: "The image is too large", message: `It has ${(state.picture.size / 1e6).toFixed(1)} MB. Choose an image of at most 20 MB.` });
  const request = state.request = new AbortController();
  const mode = modeOf[state.mode];
  const start = performance.now();
  const tell = () => {
    const seconds = Math.floor((performance.now() - start) / 1000);
    byId("working").textContent = seconds === 0 ? `${mode.working}…` : `${mode.working} for ${seconds} s…`;
  };
  tell();
  byId("headline").textContent = "";
  byId("busy").hidden = false;
  const clock = setInterval(tell, 1000);
  try {
    const answer = await send(mode.path, mode.fields(), request.signal);
    mode.draw(answer);
    const { waitMs, decodeMs, inferenceMs } = answer.timing;
    byId("timing").textContent = `${answer.model} took ${ms(inferenceMs)} on ${answer.device}, after ${ms(waitMs)} in the queue and ${ms(decodeMs)} to open the image`;
  } catch (problem) {
    if (!request.signal.aborted) fail(problem);
    else if (request.signal.reason === byCancel) byId("headline").textContent = "Canceled.";
  } finally {
    clearInterval(clock);
    if (state.request === request) {
      state.request = null;
      byId("busy").hidden = true;
    }
  }
  refresh();
}

/** On a phone, the result is below the form. */
function runInView() {
  const scroll = () => byId("result").scrollIntoView({ block: "nearest" });
  run().then(scroll);
  scroll();
}

const ms = time => time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`;

function drawObjects({ width, height, detections }) {
  const labels = state.mode === "words" ? byId("prompts").value.split("\n").map(line => line.trim()).filter(Boolean) : [];
  const colors = detections.map(({ label }) => colorOf(Math.max(0, labels.indexOf(label))));
  draw(width, height, detections.map(({ label, score, box: [l, t, r, b] }, i) =>
    ({ points: [[l, t], [r, t], [r, b], [l, b]], color: colors[i], tag: `${label} ${percent(score)}` })));
  list(detections.length, "object", detections.map(({ label, score }, i) => finding(i, colors[i],
    element("span", { className: "dot" }), element("span", { className: "name" }, label), element("span", { className: "score" }, percent(score)),
    element("span", { className: "bar" }, element("i", { style: { width: percent(score) } })))));
}

function drawCodes({ width, height, detections }) {
  draw(width, height, detections.map(({ polygon }, i) => ({ points: polygon, color: colorOf(i), tag: `${i + 1}`, at: polygon[0] })));
  list(detections.length, "code", detections.map(({ text }, i) => finding(i, colorOf(i),
    element("span", { className: "number" }, `${i + 1}`), element("span", { className: "name" }, text))));
  byId("findings").classList.add("texts");
}

const percent = score => `${Math.round(score * 100)}%`;

const finding = (index, color, ...children) =>
  element("li", { style: { "--color": color }, onpointerenter: ({ pointerType }) => pointerType === "mouse" && emphasize(index), onpointerleave: () => emphasize(null) }, ...children);

function list(count, noun, items) {
  byId("headline").textContent = count === 0 ? `No ${noun}s found.` : `${count} ${noun}${count === 1 ? "" : "s"} found`;
  byId("findings").className = "findings";
  byId("findings").replaceChildren(...items);
}

function fail(problem) {
  const box = byId("error");
  box.hidden = problem === null;
  box.replaceChildren(...(problem ? [element("b", {}, problem.title), problem.message] : []));
  if (problem) byId("headline").textContent = "";
}

function acceptFiles(input, use) {
  input.addEventListener("change", () => input.files[0] && use(input.files[0]));
}

function acceptDrops(drop, use) {
  drop.addEventListener("dragover", event => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", ({ relatedTarget }) => drop.contains(relatedTarget) || drop.classList.remove("over"));
  drop.addEventListener("drop", event => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files[0]) use(event.dataTransfer.files[0]);
  });
}

byId("form").addEventListener("submit", event => { event.preventDefault(); runInView(); });
byId("cancel").addEventListener("click", () => {
  state.request?.abort(byCancel);
  byId("find").focus();
});
byId("prompts").addEventListener("keydown", event => { if (event.key === "Enter" && event.ctrlKey) run(); });
for (const mode of modes) byId(`tab-${mode}`).addEventListener("click", () => setMode(mode));
document.querySelector(".tabs").addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = modes[(modes.indexOf(state.mode) + step + modes.length) % modes.length];
  setMode(next);
  byId(`tab-${next}`).focus();
});
for (const name of ["confidence", "nms"])
  byId(name).addEventListener("input", event => { byId(`${name}-value`).value = Number(event.target.value).toFixed(2); });

// A file that misses its target must not replace the page.
for (const type of ["dragover", "drop"]) addEventListener(type, event => event.preventDefault());
acceptFiles(byId("picture"), usePicture);
acceptFiles(byId("query"), useExample);
acceptDrops(byId("picture-drop"), usePicture);
acceptDrops(byId("stage"), usePicture);
acceptDrops(byId("query-drop"), useExample);
byId("suggestions").append(...suggestions.map(text => element("button", {
  type: "button",
  onclick: () => { byId("prompts").value = [byId("prompts").value.trimEnd(), text].filter(Boolean).join("\n"); },
}, `+ ${text}`)));
setMode("words");
watch();
