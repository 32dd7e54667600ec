export const byId = id => document.getElementById(id);

/** Creates an element. Texts are never set as markup, because they are not trusted. */
export function element(name, properties = {}, ...children) {
  const { style = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(style)) made.style.setProperty(key, value);
  made.append(...children);
  return made;
}

export const dot = color => element("span", { className: "dot", style: { "--color": color } });

export const pill = (className, text) => element("span", { className: `pill ${className}` }, text);

const shown = new Map();

/** Replaces the children of an element if the items have changed. */
export function place(id, items, make) {
  const text = JSON.stringify(items);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  byId(id).replaceChildren(...items.map(make));
}
