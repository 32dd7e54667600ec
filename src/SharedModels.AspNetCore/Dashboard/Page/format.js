const units = ["B", "KB", "MB", "GB", "TB"];
const palette = ["#4f46e5", "#0d9488", "#d97706", "#db2777", "#2563eb", "#65a30d", "#9333ea", "#0891b2", "#dc6803", "#475569"];

export const states = {
  Registered: "not loaded", Loading: "loading", OnHost: "in host memory", Moving: "moving", OnDevice: "on the device",
  Evicting: "evicting", Unloading: "unloading", Faulted: "failed",
};

export function bytes(count) {
  const power = count > 0 ? Math.min(units.length - 1, Math.floor(Math.log10(count) / 3)) : 0;
  return `${(count / 1000 ** power).toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[power]}`;
}

export function duration(ms) {
  if (ms < 1) return "0 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

export const number = count => count.toLocaleString("en");

/** Returns a function that assigns a color to each model. The colors stay the same while the models do. */
export function colors(models) {
  const ids = [...models.keys()].sort();
  return id => palette[Math.max(0, ids.indexOf(id)) % palette.length];
}
