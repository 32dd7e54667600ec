// Follows the server: its stream of changes, and a fresh snapshot soon after something changed, for sizes and counts that changes do not tell.

const retryAfter = 3000;
const refreshAfter = 700;
const refreshLoadAfter = 2000;

/** Calls back with snapshots and changes; `show` gets what to say of the connection. */
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

      // The progress of a load is no change: it is in the snapshot only. Without an answer there may be a load.
      if (!answer || answer.models.some(({ residency }) => residency === "Loading")) refresh(answer ? refreshLoadAfter : retryAfter);
    }, after);
  };

  const open = () => {
    const source = new EventSource(`${address}/events`);
    source.onopen = () => show("live");
    source.onerror = () => {
      show("reconnecting");
      if (source.readyState === EventSource.CLOSED) setTimeout(open, retryAfter);
    };
    source.addEventListener("snapshot", ({ data }) => {
      const snapshot = JSON.parse(data);
      offset = null;
      clock(snapshot.at);
      state.begin(snapshot);
      if (snapshot.models.some(({ residency }) => residency === "Loading")) refresh();
    });
    source.addEventListener("changes", ({ data, lastEventId }) => {
      const changes = JSON.parse(data);
      const told = lastEventId.split("@")[1];
      if (told !== run) state.renumber();
      run = told;
      clock(changes.at(-1).at);
      state.apply(changes);
      refresh();
    });
    source.addEventListener("ping", ({ data }) => clock(Number(data)));
  };

  open();
  return { now: () => performance.now() + (offset ?? 0) };
}
