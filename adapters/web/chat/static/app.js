// The page: sends what the person says, in order and once, and keeps it until it has arrived.
import { codeIn, openCodes } from './code.js';
import { openMemory } from './memory.js';
import { openScreen } from './screen.js';
import { follow } from './stream.js';

const page = JSON.parse(document.getElementById('page').textContent);
const texts = page.texts;
const $ = (id) => document.getElementById(id);
const memory = openMemory();
const { kept } = memory;
const screen = openScreen(page, { choose: (option, label) => send({ option, label }), resend });
const box = $('message');
const codes = $('code') && openCodes(page, { issue: () => request('code', {}), resume });
let stream, opening, pumping = false, heard = 0, life = 0, asked = 0;
const sleepers = new Set();

const status = (text) => { if ($('status').textContent !== text) $('status').textContent = text; };
const fault = (text) => { $('fault').textContent = text; box.toggleAttribute('aria-invalid', Boolean(text)); };
const pause = (ms) => new Promise((go) => { sleepers.add(go); setTimeout(go, ms); });
const wake = () => { sleepers.forEach((go) => go()); sleepers.clear(); };
const toParent = (what) => { if (page.embed && parent !== window) parent.postMessage({ frontdesk: what }, '*'); };

function post(path, body, token) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) });
}

async function request(path, body) {
  try {
    const answer = await post(path, body, kept.token);
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return {};
  }
}

// --- the conversation

function open() {
  if (opening) return opening;
  const mine = tryOpen(life).finally(() => { if (opening === mine) opening = undefined; });
  return opening = mine;
}

async function tryOpen(mine) {
  for (let tries = 0; mine === life; tries++) {
    try {
      const entry = (new URLSearchParams(location.search).get('mot') ?? '').slice(0, 20); // the word of a campaign's link
      const answer = await post('conversations', { language: page.lang, shared: kept.shared, entry });
      if (!answer.ok) throw new Error(answer.status);
      const { token } = await answer.json();
      if (mine !== life) return;
      memory.save({ token, lang: page.lang });
      status('');
      listen();
      return;
    } catch {
      status(texts.unreachable);
      kept.queue.forEach((m) => screen.mine(m, 'waiting'));
      await pause(Math.min(1000 * 2 ** tries, 15_000));
    }
  }
}

function listen() {
  stream?.stop();
  const log = $('log');
  // What is shown again after a reload is not read aloud again.
  log.setAttribute('aria-busy', 'true');
  const settle = () => setTimeout(() => log.removeAttribute('aria-busy'), 500);
  const token = kept.token;
  stream = follow(token, {
    event: heardEvent,
    open() {
      settle();
      status('');
      wake();
    },
    lost: (ours) => status(ours ? texts.trouble : texts.offline),
    refused: () => expired(token),
  });
}

function heardEvent(event) {
  if (event.forget) return forget(texts.forgotten);
  if (event.from === 'you') {
    arrived(event.id);
    return event.id ? screen.confirmed(event) : undefined;
  }
  heard++;
  screen.thinking(false);
  if (event.end) return screen.note(texts.end);
  if (event.withdrawn) return screen.withdrawn(event);
  screen.said(event);
  toParent('message');
  if (document.hidden && !document.title.startsWith('● ')) document.title = `● ${document.title}`;
}

function expired(token) {
  if (kept.token !== token) return;
  stream?.stop();
  const unsent = unsentTexts();
  kept.queue.forEach((m) => screen.drop(m.id));
  memory.save({ token: '', queue: [] });
  unsent.forEach(putBack);
  screen.note(texts.expired);
  open();
}

const unsentTexts = () => kept.queue.filter((m) => m.text && !m.option).map((m) => m.text);

// resume has this page show the conversation of a code from now on.
async function resume(code) {
  const answer = await request('resume', { code, shared: kept.shared });
  if (!answer.ok) return answer;
  const unsent = [...unsentTexts(), kept.draft].filter((text) => text && codeIn(text) !== code);
  forget();
  unsent.forEach(putBack);
  memory.save({ token: answer.body.token, lang: page.lang });
  screen.note(texts.resumed);
  listen();
  box.focus();
  return answer;
}

// --- sending

function send({ text, option, label }) {
  fault('');
  const id = crypto.randomUUID ? crypto.randomUUID() : `m${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const message = { id, text: text ?? label, option };
  memory.save({ queue: [...kept.queue, message] });
  screen.mine(message, 'sending');
  pump();
}

const arrived = (id) => {
  if (kept.queue.some((m) => m.id === id)) memory.save({ queue: kept.queue.filter((m) => m.id !== id) });
};

function resend() {
  stream?.hurry();
  wake();
}

// One message at a time, the oldest first, until there is none. After an outage not every page comes
// back at the same moment.
async function pump() {
  if (pumping) return;
  pumping = true;
  let tries = 0;
  while (kept.queue.length) {
    if (!kept.token) { await open(); continue; }
    const message = kept.queue[0];
    const problem = await deliver(message);
    if (!problem || !kept.queue.includes(message)) { tries = 0; continue; }
    tries++;
    const late = tries > 1 ? 'lost' : 'waiting';
    kept.queue.forEach((m, i) => screen.mine(m, i ? 'waiting' : late));
    status(problem.why);
    await pause(Math.max(problem.after, Math.min(1000 * 2 ** tries, 8_000)) * (1 + Math.random() / 2));
  }
  pumping = false;
}

// deliver returns what kept a message from arriving, and after how many milliseconds at least to try
// again; nothing when it is done with.
async function deliver(message) {
  const before = heard;
  const { id, text, option } = message;
  const { token } = kept;
  let answer, problem;
  try {
    answer = await post('messages', option ? { id, option } : { id, text }, token);
    if (!answer.ok) problem = await answer.json().catch(() => ({}));
  } catch {
    return { why: texts.offline, after: 0 };
  }
  if (answer.ok) {
    arrived(id);
    screen.mine(message, 'sent');
    status('');
    if (before === heard && !screen.human()) screen.thinking(true);
    return;
  }
  if (answer.status === 401) return expired(token);
  if (answer.status >= 500 || answer.status === 429) {
    return { why: answer.status === 429 ? texts.busy : texts.trouble, after: 1000 * (Number(answer.headers.get('Retry-After')) || 1) };
  }
  arrived(id);
  screen.drop(id);
  if (!option) putBack(text);
  const words = { 400: texts.refused, 413: texts.too_long }[answer.status] ?? texts.refused;
  fault(page.lang === 'fr' && problem.error ? problem.error : words);
}

// --- the box

function grow() {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`;
}

function setBox(text) {
  box.value = text;
  memory.save({ draft: text });
  grow();
}

function putBack(text) {
  setBox([text, box.value].filter(Boolean).join('\n'));
}

$('composer').addEventListener('submit', async (e) => {
  e.preventDefault();
  const text = box.value;
  box.focus();
  if (!text.trim()) return fault(texts.empty);
  if ([...text].length > 4000) return fault(texts.too_long);
  if (codes && codeIn(text)) { // ten digits: the person says what they are before they go anywhere
    const what = await answered('digits', 'digits_message', 'digits_code');
    if (what === 'yes') return codes.use(text);
    if (what !== 'no' || box.value !== text) return;
  }
  setBox('');
  send({ text });
});
// Not by the key: telephones' keyboards report none, and Enter also ends a composed character.
let shift = false;
for (const move of ['keydown', 'keyup']) box.addEventListener(move, (e) => { shift = e.shiftKey; });
box.addEventListener('beforeinput', (e) => {
  if (shift || !['insertLineBreak', 'insertParagraph'].includes(e.inputType)) return;
  e.preventDefault();
  $('composer').requestSubmit();
});
box.addEventListener('input', () => { memory.save({ draft: box.value }); fault(''); grow(); });

// --- options

const command = (id, word) => $(id).addEventListener('click', () => { panel(false); send({ text: word }); });
command('person', 'HUMAIN');
command('correct', 'CORRIGER');
command('kept', 'DONNÉES');

function panel(show) {
  $('panel').hidden = !show;
  $('more').setAttribute('aria-expanded', show);
  if (!show && $('panel').contains(document.activeElement)) $('more').focus();
}

const ask = async (name, no, yes) => await answered(name, no, yes) === 'yes';

// answered is yes, no, or '' for neither.
function answered(name, no, yes) {
  $('ask-title').textContent = texts[`${name}_title`];
  $('ask-text').textContent = texts[`${name}_text`];
  $('ask-no').textContent = texts[no];
  $('ask-yes').textContent = texts[yes];
  const dialog = $('ask');
  const mine = ++asked; // a later question takes the place of an earlier one
  dialog.returnValue = '';
  if (!dialog.open) dialog.showModal();
  return new Promise((go) => dialog.addEventListener('close', () => go(mine === asked ? dialog.returnValue : ''), { once: true }));
}

$('more').addEventListener('click', () => panel($('panel').hidden));
$('move')?.addEventListener('click', () => { panel(false); codes.give(); });
$('have')?.addEventListener('click', () => { panel(false); codes.take(); });
$('again').addEventListener('click', () => { panel(false); forget(); begin(); });
$('erase').addEventListener('click', async () => {
  panel(false);
  if (await ask('erase', 'cancel', 'erase')) send({ text: 'EFFACER' });
});
$('stay').addEventListener('change', () => {
  memory.save({ stay: $('stay').checked, ...($('stay').checked && { shared: false }) });
  boxes();
});
$('shared').addEventListener('change', async () => {
  const shared = $('shared').checked;
  memory.save({ shared, ...(shared && { stay: false }) });
  boxes();
  idle = Date.now();
  if (shared && kept.token) await post('shared', {}, kept.token).catch(() => {});
});

function boxes() {
  $('shared').checked = kept.shared;
  $('stay').checked = kept.stay;
}

// --- leaving

// forget takes the conversation from this browser; why is said in its place.
function forget(why) {
  life++;
  opening = undefined;
  stream?.stop();
  codes?.close();
  wake();
  const { shared, stay } = kept;
  setBox('');
  memory.clear();
  if (!why) memory.save({ shared, stay });
  screen.clear();
  if (!why) return;
  boxes();
  screen.note(why);
  const again = Object.assign(document.createElement('button'), { type: 'button', textContent: texts.again, className: 'again' });
  again.onclick = () => { forget(); begin(); };
  $('messages').lastElementChild.append(again);
  again.focus();
}

function exit() {
  life++;
  stream?.stop();
  memory.clear();
  document.body.replaceChildren();
  document.title = ' ';
  toParent('exit');
  try { top.location.replace(page.exit); } catch { location.replace(page.exit); }
}

let escapes = [];
document.addEventListener('keydown', (e) => {
  if (e.key !== 'Escape') return;
  escapes = [...escapes.filter((t) => e.timeStamp - t < 1500), e.timeStamp];
  if (escapes.length === 3) exit();
});
$('exit').addEventListener('click', exit);
$('close')?.addEventListener('click', () => toParent('close'));
addEventListener('message', (e) => { if (e.source === parent && e.data?.frontdesk === 'focus') box.focus(); });

// --- a shared computer: by the wall clock, since computers sleep

let idle = Date.now(), warned = false;
for (const sign of ['keydown', 'pointerdown', 'input', 'wheel', 'touchmove']) {
  addEventListener(sign, () => { if (!warned) idle = Date.now(); }, { passive: true });
}

setInterval(async () => {
  if (!kept.shared || !kept.token) return;
  const left = page.idle * 1000 - (Date.now() - idle);
  if (left <= 0) {
    warned = false;
    $('ask').close();
    forget(texts.wiped);
  } else if (left <= 60_000 && !warned) {
    warned = true;
    const wipe = await ask('idle', 'idle_stay', 'idle_wipe');
    if (!warned) return;
    warned = false;
    idle = Date.now();
    if (wipe) forget(texts.wiped);
  }
}, 1000);

// --- beginning

function begin() {
  kept.queue.forEach((m) => screen.mine(m, 'sending'));
  if (kept.token) listen();
  else open();
  // The page changed its language: so does the conversation.
  if (kept.token && kept.lang && kept.lang !== page.lang) {
    memory.save({ lang: page.lang });
    send({ text: new Intl.DisplayNames([page.lang], { type: 'language' }).of(page.lang) });
  }
  pump();
  toParent('ready');
}

addEventListener('online', resend);
addEventListener('pageshow', (e) => { if (e.persisted) location.reload(); });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  document.title = document.title.replace('● ', '');
  resend();
});
boxes();
setBox(kept.draft);
begin();
