// The history of one device in the last two minutes: for each model and kind of use, the share of every tenth of a second. The memory does not
// depend on the number of events.

export const span = 120_000;
const step = 100;
const count = span / step + 20;

export class Lane {
  #shares = new Map();
  #head = 0;

  /** Adds the time from `from` to `to`, in milliseconds, to the use by a model. */
  add(kind, model, from, to) {
    if (to <= from) return;
    this.#advance(Math.floor(to / step));
    const shares = this.#sharesOf(kind, model);
    for (let bucket = Math.max(Math.floor(from / step), this.#head - count + 1); bucket * step < to; bucket++)
      shares[bucket % count] += (Math.min(to, (bucket + 1) * step) - Math.max(from, bucket * step)) / step;
  }

  /** Visits runs of equal shares from `from` to `to`: (model, share, start, end). */
  runs(kind, from, to, visit) {
    for (const [key, shares] of this.#shares) {
      if (!key.startsWith(kind + " ")) continue;
      const model = key.slice(kind.length + 1);
      const [first, last] = [Math.max(Math.floor(from / step), this.#head - count + 1), Math.min(Math.floor(to / step), this.#head)];
      for (let bucket = first; bucket <= last; bucket++) {
        const start = bucket;
        const share = shares[bucket % count];
        while (bucket < last && shares[(bucket + 1) % count] === share) bucket++;
        if (share > 0) visit(model, share, start * step, (bucket + 1) * step);
      }
    }
  }

  /** Returns the models that used the device at a point in time, largest share first: [[model, share]]. */
  at(kind, time) {
    const found = [];
    this.runs(kind, time, time, (model, share) => found.push([model, share]));
    return found.sort((a, b) => b[1] - a[1]);
  }

  #sharesOf(kind, model) {
    const key = `${kind} ${model}`;
    if (!this.#shares.has(key)) this.#shares.set(key, new Float32Array(count));
    return this.#shares.get(key);
  }

  #advance(head) {
    if (head <= this.#head) return;
    for (const shares of this.#shares.values()) {
      if (head - this.#head >= count) shares.fill(0);
      else for (let bucket = this.#head + 1; bucket <= head; bucket++) shares[bucket % count] = 0;
    }
    this.#head = head;
  }
}
