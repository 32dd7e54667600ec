// Calls the API. An unsuccessful response is thrown as an error with a readable title and message.

export class Problem extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
  }
}

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
  const wait = response.headers.get("Retry-After");
  const detail = [problem.detail, wait && `Try again in ${wait} s.`].filter(Boolean).join(" ");
  throw new Problem(problem.title ?? `The server returned status ${response.status}`, detail);
}

export const send = (path, fields, signal) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return call(path, { method: "POST", body, signal });
};

export const models = () => call("/v1/models");

export const act = (id, action) => call(`/v1/models/${encodeURIComponent(id)}/${action}`, { method: "POST" });
