// Follows the server's stream of changes. Shortly after a change, it fetches a new snapshot with the sizes and counts that changes do not contain.

const retryAfter = 3000;
const refreshAfter = 700;
const refreshLoadAfter = 2000;

// The server sends a ping at least every 15 seconds. Longer silence means that the connection is dead, although nobody closed it.
const longestSilence = 40_000;

/** Applies snapshots and changes to the state, and passes the status of the connection to `show`. */
export function follow(address, state, show) {
  let offset = null;
  let refreshing = null;
  let run = null;
  const clock = at => { offset = Math.max(offset ?? -Infinity, at - performance.now()); };

  const refresh = (after = refreshAfter) => {
    refreshing ??= setTimeout(async () => {
      const answer = await fetch(address || "/").then(response => response.ok ? response.json() : null).catch(() => null);
      if (answer) state.update(answer);
      refreshing = null;

      // The progress of a load is only in the snapshot, not in a change. Without a response, there may be a load.
      if (!answer || answer.models.some(({ residency }) => residency === "Loading")) refresh(answer ? refreshLoadAfter : retryAfter);
    }, after);
  };

  const open = () => {
    const source = new EventSource(`${address}/events`);
    let heardAt = performance.now();
    const hear = () => {
      heardAt = performance.now();
      show("live");
    };
    const silence = setInterval(() => {
      if (performance.now() - heardAt < longestSilence) return;
      reopen(0);
    }, 1000);
    const reopen = after => {
      clearInterval(silence);
      source.close();
      show("reconnecting");
      setTimeout(open, after);
    };
    source.onopen = () => show("catching up");
    source.onerror = () => {
      show("reconnecting");
      if (source.readyState === EventSource.CLOSED) reopen(retryAfter);
    };
    source.addEventListener("snapshot", ({ data }) => {
      const snapshot = JSON.parse(data);
      offset = null;
      clock(snapshot.at);
      state.begin(snapshot);
      hear();
      if (snapshot.models.some(({ residency }) => residency === "Loading")) refresh();
    });
    source.addEventListener("changes", ({ data, lastEventId }) => {
      const changes = JSON.parse(data);
      const current = lastEventId.split("@")[1];
      if (current !== run) state.renumber();
      run = current;
      clock(changes.at(-1).at);
      state.apply(changes);
      hear();
      refresh();
    });
    source.addEventListener("ping", ({ data }) => {
      clock(Number(data));
      hear();
    });
  };

  open();
  return { now: () => performance.now() + (offset ?? 0) };
}
