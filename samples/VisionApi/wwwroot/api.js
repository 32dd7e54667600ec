// Calls the API. An unsuccessful response is thrown as an error with a title and a message for people.

export class Problem extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
  }
}

const noImage = "Choose a JPEG, PNG or WebP image.";

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server cannot be reached", "Check that it is running, then try again.");
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw explain(response.status, problem, response.headers.get("Retry-After"));
}

/** Says what happened and what to do. The details of the API name its fields and settings, so they are for programmers. */
function explain(status, { title, detail }, wait) {
  const later = wait ? `Try again in ${wait} s.` : "Try again later.";
  switch (status) {
    case 400: return new Problem("Check what you entered", detail ?? "");
    case 404: return new Problem("This is not available here", "The server does not know what was asked of it. Reload the page.");
    case 409: return new Problem("The model is in use", "Wait until it is free, then try again.");
    case 413: return new Problem("The image is too large", "Choose an image of at most 20 MB and 50 megapixels.");
    case 415: return new Problem(title ?? "The file is not an image", noImage);
    case 503: return new Problem(title ?? "The server is busy", title === "The server is stopping" ? "Try again when it has started again." : later);
    case 507: return new Problem("The model does not fit", "The server has too little memory for this model.");
    default: return new Problem(title ?? "Something went wrong on the server", status < 500 ? detail ?? "" : later);
  }
}

export const send = (path, fields, signal) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return call(path, { method: "POST", body, signal });
};

export const models = () => call("/v1/models");

export const act = (id, action) => call(`/v1/models/${encodeURIComponent(id)}/${action}`, { method: "POST" });
