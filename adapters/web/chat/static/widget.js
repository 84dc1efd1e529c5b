// Adds a button to another site's page; the chat opens in a frame when it is pressed.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const lang = (document.documentElement.lang || 'fr').slice(0, 2);
  const words = lang === 'en'
    ? { open: 'A question? Write to us', title: 'Chat' }
    : { open: 'Une question ? Écrivez-nous', title: 'Conversation' };
  let ready = false;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const style = (node, rules) => Object.assign(node.style, rules);
  let frame;

  const launcher = document.createElement('button');
  launcher.type = 'button';
  launcher.textContent = script.dataset.label || words.open;
  launcher.setAttribute('aria-expanded', 'false');
  style(launcher, {
    position: 'fixed', insetInlineEnd: '1rem', bottom: '1rem', zIndex: 2147483000, minHeight: '3.25rem', maxWidth: 'calc(100vw - 2rem)',
    padding: '0 1.4rem', border: '2px solid #fff', borderRadius: '2rem', background: '#0f5c55', color: '#fff',
    font: '600 1rem/1.2 system-ui, sans-serif', cursor: 'pointer', boxShadow: '0 .4rem 1.4rem rgb(0 0 0 / .25)',
  });

  function open() {
    if (!frame) {
      frame = document.createElement('iframe');
      frame.src = `${home}/chat/?embed&lang=${encodeURIComponent(lang)}`;
      frame.title = script.dataset.title || words.title;
      style(frame, {
        position: 'fixed', insetInlineEnd: 'max(0px, min(1rem, 100vw - 25rem))', bottom: 0, zIndex: 2147483001, width: 'min(25rem, 100vw)',
        height: 'min(42rem, 100dvh)', border: 0, borderRadius: '1rem 1rem 0 0', background: 'Canvas', boxShadow: '0 0 2.5rem rgb(0 0 0 / .3)',
        colorScheme: 'light dark', transition: calm ? 'none' : 'opacity .15s',
      });
      frame.addEventListener('load', focus);
      setTimeout(refused, 8000);
      document.body.append(frame);
    }
    frame.hidden = false;
    frame.style.display = '';
    launcher.hidden = true;
    launcher.style.display = 'none';
    launcher.style.outline = '';
    launcher.setAttribute('aria-expanded', 'true');
    focus();
  }

  function focus() {
    frame.focus();
    frame.contentWindow.postMessage({ frontdesk: 'focus' }, home);
  }

  function close() {
    frame.hidden = true;
    frame.style.display = 'none';
    launcher.hidden = false;
    launcher.style.display = '';
    launcher.setAttribute('aria-expanded', 'false');
    launcher.focus();
  }

  // A frame that stays mute was refused: better no chat than a grey box that nobody can close.
  function refused() {
    if (ready) return;
    console.error(`${home} does not let ${location.origin} show its chat: add it to FRONTDESK_CHAT_ORIGINS`);
    close();
    frame.remove();
    frame = undefined;
  }

  // A message while the frame is closed puts a ring around the button.
  function message() {
    if (frame.hidden) launcher.style.outline = '4px solid #e8a13a';
  }

  function exit() {
    document.documentElement.replaceChildren();
    location.replace('https://www.service-public.fr/');
  }

  addEventListener('message', (e) => {
    if (!frame || e.source !== frame.contentWindow || e.origin !== home) return;
    ready = true;
    ({ close, message, exit })[e.data?.frontdesk]?.();
  });
  launcher.addEventListener('click', open);
  if (document.body) document.body.append(launcher);
  else addEventListener('DOMContentLoaded', () => document.body.append(launcher));
})();
