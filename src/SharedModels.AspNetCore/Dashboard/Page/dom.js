export const byId = id => document.getElementById(id);

/** Makes an element; texts are set as text, never as markup, for they come from prompts, pictures and codes. */
export function element(name, properties = {}, ...children) {
  const { style = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(style)) made.style.setProperty(key, value);
  made.append(...children);
  return made;
}
