// The resume code: shown to the person, or typed in. It stays in no storage, and leaves the page with
// the dialog it is in.
import { make } from './screen.js';

const $ = (id) => document.getElementById(id);
const grouped = (code) => code.replace(/^(...)(...)/, '$1\u00a0$2\u00a0');

// What people group digits with is no part of a code.
export function codeIn(text) {
  const code = text.replace(/[\s.\-\u2010-\u2013]/g, '');
  return /^[1-9]\d{9}$/.test(code) ? code : '';
}

// issue and resume answer {ok, status, body}.
export function openCodes({ texts, lang }, { issue, resume }) {
  const dialog = $('code'), field = $('code-field'), shown = $('code-shown');
  const days = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', year: 'numeric' });
  const day = (at) => days.format(new Date(at)).replace(/^1 /, lang === 'fr' ? '1er ' : '1 ');
  let code = '', busy = false;

  const fault = (text) => { $('code-fault').textContent = text; field.toggleAttribute('aria-invalid', Boolean(text)); };
  const say = (text) => { $('code-said').textContent = text; };

  function open(title, text, given) {
    $('code-title').textContent = title;
    $('code-text').textContent = text;
    $('code-given').hidden = !given;
    $('code-form').hidden = given;
    fault('');
    say('');
    shown.replaceChildren();
    field.value = '';
    if (!dialog.open) dialog.showModal();
  }

  const close = () => dialog.close();
  dialog.addEventListener('close', () => { code = ''; shown.replaceChildren(); field.value = ''; });
  for (const button of dialog.querySelectorAll('.shut')) button.addEventListener('click', close);

  const why = ({ status, body }, words) => (lang === 'fr' && body?.error) || words[status] || texts.code_trouble;

  async function give() {
    open(texts.move, texts.move_text, true);
    $('code-copy').disabled = true;
    const answer = await issue();
    if (!dialog.open) return;
    if (!answer.ok) return say(why(answer, { 429: texts.code_many }));
    code = answer.body.code;
    shown.append(
      make('span', { className: 'hide', textContent: [...code].join(' ') }),
      make('span', { ariaHidden: 'true', textContent: grouped(code) }),
    );
    say(`${texts.move_until.replace('{date}', day(answer.body.until))} ${texts.move_keep}`);
    $('code-copy').disabled = false;
    $('code-copy').focus();
  }

  // A frame, or an old browser, may not write to the clipboard: then the code is marked, to be copied.
  $('code-copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code);
      say(texts.copied);
    } catch {
      getSelection().selectAllChildren(shown.lastElementChild);
    }
  });

  function take(text = '') {
    open(texts.have, texts.have_text, false);
    field.value = text;
    field.focus();
  }

  async function use(text) {
    const typed = codeIn(text);
    if (!typed) return fault(texts.code_shape);
    if (busy) return;
    busy = true;
    const answer = await resume(typed);
    busy = false;
    if (answer.ok) return close();
    if (!dialog.open) take(text);
    fault(why(answer, { 404: texts.code_wrong, 429: texts.code_many }));
    field.focus();
  }

  $('code-form').addEventListener('submit', (e) => { e.preventDefault(); use(field.value); });
  field.addEventListener('input', () => fault(''));

  return { give, take, use, close };
}
