const form = document.querySelector('form');
const [hits, status, models] = ['hits', 'status', 'models'].map(id => document.getElementById(id));
let last = 0;

function element(name, text, className) {
  const created = document.createElement(name);
  created.textContent = text ?? '';
  if (className) created.className = className;
  return created;
}

function show(hit) {
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

form.addEventListener('submit', async event => {
  event.preventDefault();
  const number = ++last;
  const started = performance.now();
  status.textContent = 'Searching …';
  try {
    const response = await fetch(`/search?${new URLSearchParams(new FormData(form))}`);
    const answer = await response.json();
    if (number !== last) return;
    if (!response.ok) {
      status.textContent = answer.detail ?? answer.title ?? 'The search failed.';
      return;
    }
    hits.replaceChildren(...answer.hits.map(show));
    status.textContent = `${answer.model} answered in ${Math.round(performance.now() - started)} ms.`;
    models.replaceChildren(...answer.models.map(model => element('li',
      `${model.id}: ${model.isLoaded ? `in memory, ${model.megabytes} MB` : 'not in memory'}, loaded ${model.loads} ×`,
      model.isLoaded ? 'loaded' : '')));
  } catch {
    if (number === last) status.textContent = 'The server does not answer.';
  }
});
form.addEventListener('change', event => event.target.name === 'model' && form.query.value && form.requestSubmit());
