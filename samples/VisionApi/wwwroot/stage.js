// Shows an image and draws on it: boxes, polygons, their tags, and the box that the user drags around an example.
import { byId, element } from "./dom.js";

const palette = ["#c92a63", "#1971c2", "#237a35", "#ad4c06", "#7048e8", "#0b7285", "#a61e4d", "#5c6b00"];
const smallestDrag = 0.02;
const [frame, shown, shapes, tags, unseen] = ["frame", "shown", "shapes", "tags", "unseen"].map(byId);

export const colorOf = index => palette[index % palette.length];

/** Shows an image, or a sentence in its place if the browser cannot show it. */
export async function show(url, name) {
  clear();
  shown.src = url;
  let isShown = true;
  try {
    await shown.decode();
  } catch {
    if (shown.src !== url) return true;
    isShown = false;
    unseen.textContent = `${name} cannot be shown. It is not an image, or it is damaged.`;
  }
  frame.hidden = !isShown;
  unseen.hidden = isShown;
  if (isShown) frame.style.setProperty("--ratio", shown.naturalWidth / shown.naturalHeight);
  return isShown;
}

export function clear() {
  shapes.replaceChildren();
  tags.replaceChildren();
}

/** Draws shapes of { points, color, tag, at } on an image of the specified size. The tag is above the shape, or at the point `at`. */
export function draw(width, height, items) {
  clear();
  shapes.setAttribute("viewBox", `0 0 ${width} ${height}`);
  for (const { points, color, tag, at } of items) {
    shapes.append(polygon(points, color));
    tags.append(element("div", { className: "tag", style: { "--color": color, ...(at ? on(at, width, height) : above(points, width, height)) } }, tag));
  }
}

/** Emphasizes one of the shapes, or all of them with null. */
export function emphasize(index) {
  for (const list of [shapes.children, tags.children])
    [...list].forEach((child, i) => child.classList.toggle("faint", index !== null && i !== index));
}

/** Lets the user drag a box, and passes its contents as an image. */
export function cropTo(onCrop) {
  frame.classList.toggle("crop", onCrop !== null);
  frame.onpointerdown = onCrop && (down => drag(down, onCrop));
}

function polygon(points, color) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  made.setAttribute("points", points.map(point => point.join()).join(" "));
  made.style.setProperty("--color", color);
  return made;
}

const on = ([x, y], width, height) => ({ left: `${x / width * 100}%`, top: `${y / height * 100}%`, translate: "-50% -50%" });

function above(points, width, height) {
  const [xs, ys] = [points.map(point => point[0]), points.map(point => point[1])];
  const [left, right, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys)];
  return {
    ...(left > width * 0.6 ? { right: `${Math.max(0, 1 - right / width) * 100}%` } : { left: `${Math.max(0, left) / width * 100}%` }),
    top: `${Math.max(0, top) / height * 100}%`,
    translate: top > height * 0.07 ? "0 calc(-100% - 4px)" : "4px 4px",
  };
}

function drag(down, onCrop) {
  down.preventDefault();
  clear();
  const area = frame.getBoundingClientRect();
  const at = event => [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height].map(part => Math.min(1, Math.max(0, part)));
  const [x0, y0] = at(down);
  const corners = event => {
    const [x, y] = at(event);
    return [Math.min(x0, x), Math.min(y0, y), Math.max(x0, x), Math.max(y0, y)];
  };
  shapes.setAttribute("viewBox", "0 0 1 1");
  frame.setPointerCapture(down.pointerId);
  frame.onpointermove = move => {
    const [l, t, r, b] = corners(move);
    shapes.replaceChildren(polygon([[l, t], [r, t], [r, b], [l, b]], "var(--accent)"));
    shapes.firstChild.classList.add("drag");
  };
  frame.onpointerup = frame.onpointercancel = up => {
    frame.onpointermove = frame.onpointerup = frame.onpointercancel = null;
    const [l, t, r, b] = corners(up);
    if (up.type === "pointerup" && r - l > smallestDrag && b - t > smallestDrag) cut(l, t, r, b).then(onCrop);
    else clear();
  };
}

function cut(l, t, r, b) {
  const [width, height] = [shown.naturalWidth, shown.naturalHeight];
  const canvas = element("canvas", { width: Math.round((r - l) * width), height: Math.round((b - t) * height) });
  canvas.getContext("2d").drawImage(shown, -Math.round(l * width), -Math.round(t * height));
  return new Promise(resolve => canvas.toBlob(resolve, "image/png"));
}
