/** What each fault does to an answer, for whoever stands at its switch. */
const FAULTS = {
  truncated: '200, half the body, then the end',
  aborted: '200, a chunked body that ends midway',
  error500: '500 with a page of HTML',
  error502: '502 with a page of HTML',
  error503: '503 with a page of HTML',
  error504: '504 with a page of HTML',
  conflict409: '409: a call to this route is already in progress',
  random429: '429 with room in the bucket',
  stall: '200 and headers, then nothing',
  stallBeforeHeaders: 'nothing at all',
  reset: 'the connection is reset',
  notJson: '200 with HTML',
  missingKey: '200 with JSON that lacks the list',
};
const MOST_REQUESTS = 200;
const number = new Intl.NumberFormat('en');
const $ = (id) => document.getElementById(id);

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function introduce({ token, startDate, canSwitch }) {
  $('token').textContent = token;
  const config = { access_token: token, start_date: startDate, api_url: location.origin };
  $('config').textContent = JSON.stringify(config, null, 2);
  $('faults').replaceChildren(...Object.entries(FAULTS).map(([kind, text]) => faultSwitch(kind, text, canSwitch)));
  if (!canSwitch) $('faults-note').textContent = 'Shown only: the switches work where the sandbox listens on 127.0.0.1.';
}

function faultSwitch(kind, text, canSwitch) {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.setAttribute('role', 'switch');
  box.id = `fault-${kind}`;
  box.disabled = !canSwitch;
  box.addEventListener('change', () => void turn(kind, box));
  const label = element('label', '');
  label.append(box, element('span', kind), element('small', text));
  const item = element('li', '');
  item.append(label);
  return item;
}

async function turn(kind, box) {
  const on = box.checked;
  try {
    const answer = await fetch('/_sandbox/faults', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind, on }),
    });
    $('refused').textContent = answer.ok ? '' : await answer.text();
    if (!answer.ok) box.checked = !on;
  } catch {
    $('refused').textContent = 'The sandbox does not answer.';
    box.checked = !on;
  }
}

function showBucket({ used, size, leak }) {
  $('level').style.transform = `scaleX(${Math.min(used / size, 1)})`;
  $('level').className = used >= size - 1 ? 'full' : '';
  $('bucket').setAttribute('aria-valuenow', String(used));
  $('bucket').setAttribute('aria-valuemax', String(size));
  $('bucket-text').textContent = `${used} of ${size} requests in the bucket, ${leak} a second leak out.`;
}

function showFaults(rates) {
  for (const kind of Object.keys(FAULTS)) $(`fault-${kind}`).checked = (rates[kind] ?? 0) > 0;
}

function showRows(rows) {
  const lines = rows.map(({ list, count, requests }) => {
    const line = document.createElement('tr');
    const name = element('th', list);
    name.scope = 'row';
    line.append(name, element('td', number.format(count), 'number'), element('td', number.format(requests), 'number'));
    return line;
  });
  $('rows').replaceChildren(...lines);
}

function showRequests({ list, total, refused }) {
  const added = list.map(({ at, method, path, query, version, status, ms, bytes }) => {
    const text = `${at.slice(11, 19)} ${status === 0 ? '–' : status} ${method} ${path}${query && `?${query}`}`;
    return element('li', `${text} ${version} ${number.format(bytes)} B ${ms} ms`, status === 200 ? '' : 'bad');
  });
  $('requests').prepend(...added.toReversed());
  while ($('requests').childElementCount > MOST_REQUESTS) $('requests').lastElementChild.remove();
  $('totals').textContent = `${number.format(total)} in all, ${number.format(refused)} of them refused with 429.`;
}

async function copy(from) {
  try {
    await navigator.clipboard.writeText($(from).textContent);
    $('copied').textContent = `Copied the ${from}.`;
  } catch {
    getSelection().selectAllChildren($(from));
    $('copied').textContent = `The ${from} is selected: copy it with your keyboard.`;
  }
}

for (const button of document.querySelectorAll('[data-copies]')) {
  button.addEventListener('click', () => void copy(button.dataset.copies));
}

const events = new EventSource('/_sandbox/events');
const on = (name, show) => events.addEventListener(name, ({ data }) => show(JSON.parse(data)));
on('hello', (hello) => {
  $('requests').replaceChildren();
  introduce(hello);
  $('connection').textContent = 'Open.';
});
on('bucket', showBucket);
on('faults', showFaults);
on('rows', showRows);
on('requests', showRequests);
events.addEventListener('error', () => {
  $('connection').textContent = 'Closed; trying again.';
});
