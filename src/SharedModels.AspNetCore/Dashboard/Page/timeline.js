// Draws the lanes of the devices on one canvas: holders as stacked bars, moves below them, and events as marks.
import { colors } from "./format.js";
import { span } from "./lane.js";

// Changes arrive in batches. Drawing with this delay keeps the right edge accurate.
const delay = 300;
const [labelHeight, useHeight, stepHeight, gap, axisHeight] = [22, 34, 7, 20, 20];
const sizeWidth = 32;
const laneHeight = labelHeight + useHeight + 3 + stepHeight + gap;
// Evictions and changed budgets are in the list of events only.
const shownMarks = new Set(["fault", "rejected", "back"]);
const themed = ["--text", "--soft", "--line", "--sunken", "--bad", "--bad-wash", "--accent"];

export class Timeline {
  #canvas;
  #context;
  #theme = {};

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.#readTheme());
    this.#readTheme();
  }

  /** Returns the time at a horizontal position, from 0 to 1. */
  static timeAt(position, now) {
    return now - delay - span * (1 - position);
  }

  draw(state, now, cursor) {
    const devices = [...state.devices.keys()];
    const width = this.#canvas.parentElement.clientWidth;
    const height = Math.max(1, devices.length) * laneHeight - gap + 8 + axisHeight;
    this.#fit(width, height);
    const to = now - delay;
    const view = { from: to - span, to, width, x: time => (time - to + span) / span * width };
    const colorOf = colors(state.models);
    devices.forEach((device, i) => this.#drawLane(state, state.devices.get(device), i * laneHeight, view, colorOf));
    this.#drawAxis(view, height);
    if (cursor !== null) this.#line(cursor * width, height - axisHeight, this.#theme["--text"]);
  }

  #drawLane(state, device, top, view, colorOf) {
    const context = this.#context;
    const lane = state.lanes.get(device.device);
    const [useTop, stepTop] = [top + labelHeight, top + labelHeight + useHeight + 3];
    context.font = "600 12.5px Inter, system-ui, sans-serif";
    context.fillStyle = this.#theme["--text"];
    context.fillText(device.device, 0, top + 13);
    const labelWidth = context.measureText(device.device).width;
    context.font = "12px Inter, system-ui, sans-serif";
    context.fillStyle = device.error ? this.#theme["--bad"] : this.#theme["--soft"];
    context.fillText(device.error ? "lost" : `${device.maxHolders === 1 ? "one holder at a time" : `up to ${device.maxHolders} holders`}`, labelWidth + 9, top + 13);
    context.fillStyle = this.#theme["--sunken"];
    this.#rounded(0, useTop, view.width, useHeight, 6);
    this.#rounded(0, stepTop, view.width, stepHeight, 3);
    if (!lane) return;
    this.#bars(lane, "lost", view, useTop, useHeight, 1, () => this.#theme["--bad-wash"]);
    this.#stacked(lane, view, useTop, device.maxHolders, colorOf);
    this.#bars(lane, "load", view, stepTop, stepHeight, .35, colorOf);
    this.#bars(lane, "leave", view, stepTop, stepHeight, 1, () => this.#theme["--soft"]);
    this.#bars(lane, "move", view, stepTop, stepHeight, 1, colorOf);
    this.#sizes(state.batches.filter(batch => batch.device === device.device), view, stepTop + stepHeight + 12);
    for (const mark of state.marks) {
      if (mark.device === device.device && mark.at >= view.from && mark.at <= view.to && shownMarks.has(mark.kind))
        this.#mark(mark, view.x(mark.at), useTop);
    }
  }

  /** Stacks the models that share the device. The full height represents a fully used device. */
  #stacked(lane, view, top, maxHolders, colorOf) {
    const taken = new Map();
    lane.runs("use", view.from, view.to, (model, share, start, end) => {
      this.#context.fillStyle = colorOf(model);
      if (maxHolders === 1 && share > .98) return this.#rectangle(view, start, end, top, useHeight);
      for (let time = start; time < end; time += 100) {
        const below = taken.get(time) ?? 0;
        const height = Math.min(useHeight - below, Math.max(share / Math.max(1, maxHolders) * useHeight, 1.5));
        taken.set(time, below + height);
        this.#rectangle(view, time, time + 100, top + useHeight - below - height, height);
      }
    });
  }

  /** Writes the sizes of batches below the lane: the largest in each column that is wide enough for a number. */
  #sizes(batches, view, baseline) {
    const largest = new Map();
    for (const { at, size } of batches) {
      const column = Math.floor(view.x(at) / sizeWidth);
      if (at >= view.from && at <= view.to) largest.set(column, Math.max(size, largest.get(column) ?? 0));
    }
    this.#context.font = "10.5px Inter, system-ui, sans-serif";
    this.#context.fillStyle = this.#theme["--soft"];
    for (const [column, size] of largest) this.#context.fillText(`×${size}`, column * sizeWidth, baseline);
  }

  #bars(lane, kind, view, top, height, opacity, colorOf) {
    this.#context.globalAlpha = opacity;
    lane.runs(kind, view.from, view.to, (model, share, start, end) => {
      this.#context.fillStyle = colorOf(model);
      this.#rectangle(view, start, end, top, height);
    });
    this.#context.globalAlpha = 1;
  }

  #rectangle(view, start, end, top, height) {
    const left = Math.max(0, view.x(start));
    const width = Math.min(view.width, view.x(end)) - left;
    if (width > 0) this.#context.fillRect(left, top, Math.max(width + .3, 1.2), height);
  }

  #mark({ kind }, x, top) {
    if (kind === "rejected") {
      this.#context.fillStyle = this.#theme["--bad"];
      return this.#context.fillRect(x - .75, top - 6, 1.5, 5);
    }

    const color = kind === "back" ? this.#theme["--accent"] : this.#theme["--bad"];
    this.#context.fillStyle = color;
    this.#context.fillRect(x - .75, top - 3, 1.5, useHeight + 3);
    this.#context.beginPath();
    this.#context.arc(x, top - 4, 3.5, 0, 2 * Math.PI);
    this.#context.fill();
  }

  #drawAxis(view, height) {
    const context = this.#context;
    context.font = "11.5px Inter, system-ui, sans-serif";
    context.fillStyle = this.#theme["--soft"];
    for (const seconds of view.width < 520 ? [120, 60, 0] : [120, 90, 60, 30, 0]) {
      const text = seconds === 0 ? "now" : `${seconds} s ago`;
      const textWidth = context.measureText(text).width;
      const x = view.width * (1 - seconds / 120);
      context.fillText(text, Math.min(view.width - textWidth, Math.max(0, x - textWidth / 2)), height - 4);
    }
  }

  #line(x, height, color) {
    this.#context.fillStyle = color;
    this.#context.fillRect(x - .5, 0, 1, height);
  }

  #rounded(x, y, width, height, radius) {
    this.#context.beginPath();
    this.#context.roundRect(x, y, width, height, radius);
    this.#context.fill();
  }

  #fit(width, height) {
    const scale = devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== pixelWidth || this.#canvas.height !== pixelHeight) {
      this.#canvas.width = pixelWidth;
      this.#canvas.height = pixelHeight;
      this.#canvas.style.setProperty("height", `${height}px`);
    }

    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#context.clearRect(0, 0, width, height);
  }

  #readTheme() {
    const style = getComputedStyle(document.documentElement);
    for (const name of themed) this.#theme[name] = style.getPropertyValue(name).trim();
  }
}
