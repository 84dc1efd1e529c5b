// Draws the conversation. Everything that came from the service or from a person is set as text.
const safe = /^(https:|tel:|sms:|mailto:)/;
const address = /https:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]]/g;

export function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

// External addresses open apart and learn nothing of this page.
function anchor(text, url) {
  const a = make('a', { href: url, textContent: text, dir: 'ltr' });
  if (url.startsWith('https:')) Object.assign(a, { target: '_blank', rel: 'noopener noreferrer' });
  return a;
}

// French sets a space before these signs, at which no line may break. The text itself stays as it is.
const bound = /« \S+(?: [:;?!»]+)*|\S+(?: [:;?!»]+)+/g;

// Among letters that run from the right, a number and a file number keep their own direction: without
// that, "02 61 91 00 00" is shown as "00 00 91 61 02".
const leftward = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const figures = /[A-Z]{2}-[A-Z0-9]+(?:-[A-Z0-9]+)*|\+?\d(?:[\d .\u00a0\u202f/:-]*\d)?/g;

function typeset(node, text) {
  const [signs, wrap] = leftward.test(text)
    ? [figures, (found) => make('bdi', { dir: 'ltr', textContent: found })]
    : [bound, (found) => make('span', { className: 'bound', textContent: found })];
  let at = 0;
  for (const found of text.matchAll(signs)) {
    node.append(text.slice(at, found.index), wrap(found[0]));
    at = found.index + found[0].length;
  }
  node.append(text.slice(at));
  return node;
}

function written(text) {
  const p = make('span', { dir: 'auto' });
  let at = 0;
  for (const found of text.matchAll(address)) {
    typeset(p, text.slice(at, found.index)).append(anchor(found[0], found[0]));
    at = found.index + found[0].length;
  }
  return make('p', { className: 'text' }, typeset(p, text.slice(at)));
}

export function openScreen({ texts, lang }, { choose, resend }) {
  const log = document.getElementById('log');
  const list = document.getElementById('messages');
  const typing = document.getElementById('typing');
  const own = new Map(); // the person's messages by id
  const spoken = new Map(); // the counsellors' messages by name
  const labels = new Map(); // what each button ever shown was called
  const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' });
  let speaker = '', question = '', patience = 0, atEnd = true, human = false, turn = null;

  // Whoever reads the end still sees it when a keyboard or a panel takes room; what was said last is
  // shown from its beginning when it is longer than the room there is.
  const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  log.addEventListener('scroll', () => { atEnd = nearEnd(); }, { passive: true });
  const room = new ResizeObserver(() => { if (atEnd && list.lastElementChild) show(list.lastElementChild); });
  room.observe(log);
  room.observe(list);

  function add(li, mine) {
    const follow = mine || nearEnd();
    list.append(li);
    if (follow) show(li);
  }

  function show(li) {
    // In a low window the page scrolls, not the log: then the box stays in sight too.
    const paged = getComputedStyle(log).overflowY === 'visible';
    const first = turn?.isConnected ? turn : li;
    const tall = li.getBoundingClientRect().bottom - first.getBoundingClientRect().top > (paged ? innerHeight / 2 : log.clientHeight);
    if (tall) first.scrollIntoView({ block: 'start' });
    else (paged ? document.getElementById('composer') : li).scrollIntoView({ block: 'end' });
  }

  // The author is read to everybody, and shown where it changes.
  function bubble(from, who, at) {
    const author = make('p', { className: from + who === speaker ? 'hide' : 'author', textContent: who });
    speaker = from + who;
    const li = make('li', { className: from }, author);
    if (at) li.title = clock.format(new Date(at));
    return li;
  }

  function buttons(li, event) {
    const group = make('ul', { className: 'choices' });
    event.options.forEach((option, i) => {
      labels.set(option.id, option.label);
      const button = make('button', { type: 'button', dir: leftward.test(option.label) ? 'rtl' : 'ltr' }, make('b', { textContent: i + 1 }), typeset(make('span', { dir: 'auto' }), option.label));
      button.dataset.option = option.id;
      button.onclick = () => {
        // A second click on an answered question is a slip; once there is a newer one it is a wish.
        if (group.classList.contains('done') && question === event.ask) return;
        mark(option.id);
        choose(option.id, option.label);
      };
      group.append(make('li', {}, button));
    });
    question = event.ask;
    li.append(group);
  }

  function mark(option) {
    const button = list.querySelector(`button[data-option="${CSS.escape(option)}"]`);
    if (!button) return;
    const group = button.closest('.choices');
    group.classList.add('done');
    for (const b of group.querySelectorAll('button')) {
      b.toggleAttribute('data-chosen', b === button);
      b.querySelector('.hide')?.remove();
    }
    button.append(make('span', { className: 'hide', textContent: ` (${texts.chosen})` }));
  }

  function links(li, event) {
    const group = make('ul', { className: event.safety ? 'numbers' : 'links' });
    if (event.safety) group.setAttribute('aria-label', texts.urgent);
    for (const { text, url } of event.links) {
      if (safe.test(url)) group.append(make('li', {}, anchor(text, url)));
    }
    li.append(group);
  }

  // What was said before gives way to what is said now, and a mark says so.
  function amend(li, text) {
    li.querySelector('.text').replaceWith(written(text));
    if (!li.querySelector('.edited')) li.querySelector('.text').after(make('p', { className: 'edited', textContent: texts.edited }));
  }

  function withdrawn({ message }) {
    const li = spoken.get(message);
    if (!li) return;
    li.classList.add('gone');
    li.querySelector('.edited')?.remove();
    li.querySelector('.text').replaceChildren(texts.withdrawn);
  }

  function said(event) {
    const before = event.amends && spoken.get(event.message);
    if (before) return amend(before, event.text);
    human = event.from === 'counsellor';
    const who = human ? [event.name, event.structure].filter(Boolean).join(' · ') : texts.robot;
    const li = bubble(event.from, who, event.at);
    if (event.safety) li.classList.add('safety');
    if (event.text) li.append(written(event.text));
    if (event.message) spoken.set(event.message, li);
    if (event.amends) amend(li, event.text);
    if (event.links) links(li, event);
    for (const group of list.querySelectorAll('.choices:not(.done)')) group.classList.add('done');
    if (event.options) buttons(li, event);
    turn ??= li;
    add(li, false);
  }

  // state is sending, waiting, lost or sent.
  function mine({ id, text, option }, state) {
    let li = own.get(id);
    if (!li) {
      li = bubble('you', texts.you);
      li.append(written(text || labels.get(option) || option), make('p', { className: 'state' }));
      own.set(id, li);
      turn = null;
      add(li, true);
    }
    if (li.dataset.state === state) return;
    li.dataset.state = state;
    const note = li.querySelector('.state');
    note.replaceChildren(texts[state] ?? '');
    if (state === 'waiting' || state === 'lost') note.append(make('button', { type: 'button', textContent: texts.resend, onclick: resend }));
  }

  // What the service has taken stands in the order in which it was taken.
  function confirmed(event) {
    if (event.amends && own.has(event.id)) return amend(own.get(event.id), event.text);
    mine(event, 'sent');
    const li = own.get(event.id);
    if (event.amends) amend(li, event.text);
    if (event.at) li.title = clock.format(new Date(event.at));
    if (event.option) mark(event.option);
    for (const group of list.querySelectorAll('.choices:not(.done)')) group.classList.add('done');
    turn = null;
    if (li !== list.lastElementChild) add(li, true);
  }

  function thinking(on) {
    clearTimeout(patience);
    typing.hidden = !on;
    if (!on) return;
    patience = setTimeout(() => thinking(false), 12_000);
    typing.scrollIntoView({ block: 'end' });
  }

  function note(text) {
    speaker = '';
    add(make('li', { className: 'note', textContent: text }), true);
  }

  function clear() {
    thinking(false);
    own.clear();
    spoken.clear();
    labels.clear();
    speaker = question = '';
    human = false;
    list.replaceChildren();
  }

  const drop = (id) => { own.get(id)?.remove(); own.delete(id); speaker = ''; };

  return { said, withdrawn, mine, confirmed, thinking, note, clear, drop, human: () => human };
}
