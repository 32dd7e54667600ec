const form = document.querySelector('form');
const [hits, found, images, file, status, models] =
  ['hits', 'found', 'images', 'file', 'status', 'models'].map(id => document.getElementById(id));
let last = 0;

const loads = count => count === 0 ? 'not loaded yet' : count === 1 ? 'loaded once' : `loaded ${count} times`;

function element(name, text, className) {
  const created = document.createElement(name);
  created.textContent = text ?? '';
  if (className) created.className = className;
  return created;
}

function showText(hit) {
  const item = element('li');
  const title = element('h2', hit.title);
  title.append(element('span', hit.score.toFixed(2), 'score'));
  const bar = element('div', '', 'bar');
  const filled = element('span');
  filled.style.width = `${Math.max(0, Math.min(1, hit.score)) * 100}%`;
  bar.append(filled);
  item.append(title, bar, element('p', hit.body));
  return item;
}

function image(name) {
  const created = element('img');
  created.src = `images/${name}.jpg`;
  created.alt = name.replaceAll('-', ' ');
  return created;
}

function showImage(hit) {
  const item = element('li');
  item.append(image(hit.name), element('span', hit.score.toFixed(2), 'score'));
  return item;
}

/** Sends a request and shows its hits, unless a later request has been sent meanwhile. */
async function ask(address, list, show, options) {
  const number = ++last;
  const started = performance.now();
  status.textContent = 'Searching …';
  try {
    const response = await fetch(address, options);
    const answer = await response.json();
    if (number !== last) return;
    if (!response.ok) {
      status.textContent = answer.detail ?? answer.title ?? 'The search failed.';
      return;
    }
    list.replaceChildren(...answer.hits.map(show));
    status.textContent = `${answer.model} answered in ${Math.round(performance.now() - started)} ms.`;
    models.replaceChildren(...answer.models.map(model => element('li',
      `${model.id}: ${model.isLoaded ? `in memory, ${model.megabytes} MB` : 'not in memory'}, ${loads(model.loads)}`,
      model.isLoaded ? 'loaded' : '')));
  } catch {
    if (number === last) status.textContent = 'The server does not answer.';
  }
}

function choose(pressed) {
  for (const button of images.children) button.ariaPressed = button === pressed;
}

form.addEventListener('submit', event => {
  event.preventDefault();
  ask(`search?${new URLSearchParams(new FormData(form))}`, hits, showText);
});
form.addEventListener('change', event => event.target.name === 'model' && form.query.value && form.requestSubmit());
file.addEventListener('change', () => {
  if (file.files.length === 0) return;
  choose(null);
  ask('similar', found, showImage, { method: 'POST', body: file.files[0] });
  file.value = '';
});

for (const name of await (await fetch('images')).json()) {
  const button = element('button');
  button.type = 'button';
  button.ariaPressed = false;
  button.append(image(name));
  button.addEventListener('click', () => {
    choose(button);
    ask(`similar?${new URLSearchParams({ image: name })}`, found, showImage);
  });
  images.append(button);
}
