// The state of the page: the models and devices according to the last snapshot and later changes, the waiting requests, the held leases and the
// events. It does not depend on the presentation.
import { bytes } from "./format.js";
import { Lane, span } from "./lane.js";

const maxMarks = 400;
const maxWaits = 1024;
const maxBatches = 4096;
const kindOfStep = { loadStarted: "load", moveStarted: "move", evictionStarted: "leave", unloadStarted: "leave" };

const rejections = {
  timeout: "it waited too long", queue_full: "the queue was full", too_late: "its timeout could not be met", load_failed: "the model could not be loaded",
  out_of_memory: "the device ran out of memory", device_lost: "the device was lost", deadlock: "it would have caused a deadlock",
  never_fits: "the model can never fit", does_not_fit_now: "the model did not fit", no_device: "no device can run the model",
  removed: "the model was removed", shutting_down: "the application is stopping",
};
const evictions = {
  room: "to make room", keep_alive: "after its keep-alive time", request: "on request", out_of_memory: "because the device ran out of memory",
  device_lost: "because the device was lost", shutdown: "because the application is stopping",
};

// The server sends causes only if the application includes exception details.
const withDetail = (text, detail) => detail ? `${text}: ${detail}` : text;

export class State {
  models = new Map();
  devices = new Map();
  lanes = new Map();
  waiting = new Map();
  held = new Map();
  marks = [];
  waits = [];
  batches = [];
  totals = { granted: 0, rejected: 0, moves: 0, evictions: 0, faults: 0 };
  #steps = new Map();
  #lost = new Map();
  #standIns = 0;
  #seen = 0;
  #asOf = 0;

  /** Starts with a snapshot. Earlier changes may be missing, so the snapshot determines the held leases and the waiting requests. */
  begin(snapshot) {
    if (snapshot.lastChange < this.#seen) this.#seen = 0;
    this.waiting.clear();
    this.held.clear();
    this.#steps.clear();
    this.#asOf = 0;
    this.update(snapshot, true);
    this.#reconcile(snapshot.at);
  }

  /** Applies a snapshot unless it is older than the known state. */
  update(snapshot, isFirst = false) {
    if (!isFirst && snapshot.lastChange < Math.max(this.#seen, this.#asOf)) return;
    this.#asOf = snapshot.lastChange;
    this.models = new Map(snapshot.models.map(model => [model.id, model]));
    this.devices = new Map(snapshot.devices.map(device => [device.device, device]));
    for (const device of snapshot.devices) {
      if (!device.error) this.#lost.delete(device.device);
      else if (!this.#lost.has(device.device)) this.#lost.set(device.device, snapshot.at);
    }
    if (this.#seen >= this.#asOf) this.#reconcile(snapshot.at);
  }

  /** The totals over all models and devices. */
  figures() {
    let [inUse, waiting] = [0, 0];
    for (const { leases } of this.models.values()) inUse += leases;
    for (const { queueLength } of this.devices.values()) waiting += queueLength;
    return { inUse, waiting, ...this.totals };
  }

  /** Resets the number of the last change, because another run of the server starts to count again. */
  renumber() { this.#seen = 0; }

  apply(changes) {
    for (const change of changes) {
      if (change.number <= this.#seen) continue;
      this.#seen = change.number;
      this.#note(change);
      if (change.number > this.#asOf) this.#follow(change);
    }

    if (changes.length > 0 && this.#seen >= this.#asOf) this.#reconcile(changes.at(-1).at);
  }

  /** Counts everything that is in progress, up to a point in time. */
  advance(now) {
    for (const lease of this.held.values()) this.#count("use", lease, now);
    for (const step of this.#steps.values()) this.#count(step.kind, step, now);
    for (const [device, since] of this.#lost) {
      if (since < now) this.#lane(device).add("lost", "", since, now);
      this.#lost.set(device, Math.max(since, now));
    }
    while (this.marks.length > 0 && (this.marks[0].at < now - span || this.marks.length > maxMarks)) this.marks.shift();
    while (this.waits.length > 0 && this.waits[0].at < now - span) this.waits.shift();
    while (this.batches.length > 0 && this.batches[0].at < now - span) this.batches.shift();
  }

  #note(change) {
    const { kind, at, model, version, device, lease, ms, batch, detail } = change;
    switch (kind) {
      case "requestQueued":
        this.waiting.set(lease, { model, at });
        break;
      case "requestLeft":
        this.waiting.delete(lease);
        if (detail === "batched") this.#grant(at, ms);
        else if (detail !== "canceled") this.#mark("rejected", at, device, `A request for ${model} was rejected: ${rejections[detail] ?? detail}`);
        break;
      case "leaseGranted":
        this.waiting.delete(lease);
        this.held.set(lease, { model, device, from: at });
        this.#grant(at, ms);
        break;
      case "batchStarted":
        this.batches.push({ at, device, size: batch });
        if (this.batches.length > maxBatches) this.batches.shift();
        break;
      case "leaseReleased":
        this.#count("use", this.#release(lease, model) ?? { model, device, from: at - ms }, at);
        break;
      case "leaseOverdue":
        this.#mark("fault", at, device, `A lease on ${model} has been held for too long`);
        break;
      case "loadStarted": case "moveStarted": case "evictionStarted": case "unloadStarted":
        this.#end(this.#keyOf(change), at);
        this.#steps.set(this.#keyOf(change), { kind: kindOfStep[kind], model, device, from: at });
        if (kind === "moveStarted") this.totals.moves++;
        if (kind === "evictionStarted") this.#mark("evictions", at, device, `${model} was evicted from ${device} ${evictions[detail] ?? ""}`);
        break;
      case "stepEnded":
        this.#end(this.#keyOf(change), at);
        break;
      case "modelFaulted":
        this.#end(this.#keyOf(change), at);
        this.#mark("fault", at, device, withDetail(`${model} failed`, detail));
        break;
      case "fellBack":
        this.#mark("fault", at, device, `${model} falls back to the CPU because no accelerator can serve it`);
        break;
      case "deviceLost":
        this.#lost.set(device, at);
        this.#mark("fault", at, device, withDetail(`${device} is lost`, detail));
        break;
      case "deviceReturned":
        if (this.#lost.has(device)) this.#lane(device).add("lost", "", this.#lost.get(device), at);
        this.#lost.delete(device);
        this.#mark("back", at, device, `${device} is back in service`);
        break;
      case "canaryStarted":
        this.#mark("version", at, device, `Version ${version} of ${model} is on trial`);
        break;
      case "rolledBack":
        this.#mark("fault", at, device, withDetail(`Version ${version} of ${model} was rolled back`, detail));
        break;
      case "reloaded":
        this.#mark("version", at, device, `Version ${version} of ${model} has taken over`);
        break;
      case "budgetChanged":
        this.#mark("budget", at, device, `Other processes leave ${bytes(Number(detail))} of ${device} for models`);
        break;
    }
  }

  /**
   * Keeps the last snapshot up to date until the next one. Changes contain counts, not differences: a request can be rejected or granted
   * without having been queued.
   */
  #follow({ kind, model: id, version, device: name, residency, replica, leases, queued, holders, queueLength, detail }) {
    const device = this.devices.get(name);
    if (device) {
      Object.assign(device, { holders, queueLength });
      if (kind === "deviceLost") device.error = detail ?? `Device ${name} is out of service.`;
      if (kind === "deviceReturned") device.error = null;
      if (kind === "budgetChanged") device.budget = Number(detail);
    }
    const model = this.models.get(id);
    if (!model) return;
    Object.assign(model, { residency, leases, queued });
    if (kind === "reloaded") Object.assign(model, { version, replicas: replica ? [] : null });
    if (kind === "reloaded" || kind === "rolledBack") model.canary = null;
    if (version !== model.version) return;
    if (replica) model.replicas = [...model.replicas.filter(({ device }) => device !== name), { device: name, residency: replica }];
    else if (kind !== "leaseReleased" && kind !== "requestLeft") model.device = name;
  }

  /** Adds placeholders for leases and requests that the models count but no change reported, and removes surplus placeholders. */
  #reconcile(at) {
    for (const [entries, countOf] of [[this.held, model => model.leases], [this.waiting, model => model.queued]]) {
      const known = new Map();
      for (const [key, { model }] of entries) known.set(model, [...(known.get(model) ?? []), key]);
      for (const model of this.models.values()) {
        const keys = known.get(model.id) ?? [];
        for (let i = keys.length; i < countOf(model); i++) entries.set(`${model.id}~${++this.#standIns}`, { model: model.id, device: model.device, from: at, at });
        for (const key of keys.filter(key => typeof key === "string").slice(0, Math.max(0, keys.length - countOf(model)))) entries.delete(key);
      }
    }
  }

  #grant(at, ms) {
    this.totals.granted++;
    this.waits.push({ at, ms: ms ?? 0 });
    if (this.waits.length > maxWaits) this.waits.shift();
  }

  #release(lease, model) {
    const key = this.held.has(lease) ? lease : [...this.held.keys()].find(key => typeof key === "string" && key.startsWith(`${model}~`));
    const entry = this.held.get(key);
    this.held.delete(key);
    return entry;
  }

  /**
   * Versions and replicas have steps at the same time. The step of a model without replicas ends with its next one, because it may have no device
   * any more.
   */
  #keyOf({ model, version, device, replica }) { return `${model} ${version} ${replica ? device : ""}`; }

  #end(key, at) {
    const step = this.#steps.get(key);
    if (step) this.#count(step.kind, step, at);
    this.#steps.delete(key);
  }

  #count(kind, use, to) {
    if (use.device && to > use.from) this.#lane(use.device).add(kind, use.model, use.from, to);
    use.from = Math.max(use.from, to);
  }

  #mark(kind, at, device, text) {
    if (kind in this.totals) this.totals[kind]++;
    if (kind === "fault") this.totals.faults++;
    this.marks.push({ kind, at, device, text });
    if (this.marks.length > 2 * maxMarks) this.marks.splice(0, maxMarks);
  }

  #lane(device) {
    if (!this.lanes.has(device)) this.lanes.set(device, new Lane());
    return this.lanes.get(device);
  }
}
