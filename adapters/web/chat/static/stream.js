// Follows a conversation: Server-Sent Events read by fetch, so that the token goes in a header.
// A stream that breaks is resumed after the last event that arrived, more and more slowly.
const silence = 40_000; // more than two of the service's pings

export function follow(token, { event, open, lost, refused }) {
  let last = '', tries = 0, stopped = false, cut = () => {}, wake = () => {};

  async function once() {
    const abort = new AbortController();
    cut = () => abort.abort();
    let watch = setTimeout(cut, silence);
    const headers = { Authorization: `Bearer ${token}` };
    if (last) headers['Last-Event-ID'] = last;
    try {
      const answer = await fetch('events', { headers, cache: 'no-store', signal: abort.signal });
      if (answer.status === 401) {
        stopped = true;
        refused();
        return;
      }
      if (!answer.ok) throw answer.status;
      open();
      const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ;) {
        const { value, done } = await text.read();
        if (done || stopped) return;
        tries = 0;
        clearTimeout(watch);
        watch = setTimeout(cut, silence);
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        blocks.forEach(read);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  function read(block) {
    let data = '', id = last;
    for (const line of block.split('\n')) {
      if (line.startsWith('data: ')) data += line.slice(6);
      if (line.startsWith('id: ')) id = line.slice(4);
    }
    if (data && !stopped) event(JSON.parse(data));
    last = id;
  }

  (async () => {
    while (!stopped) {
      const refusal = await once().catch((why) => why);
      if (stopped) return;
      lost(refusal >= 429); // an answer, if not a good one: it is not the person's connection
      const wait = Math.min(1000 * 2 ** tries++, 30_000) * (0.5 + Math.random() / 2);
      await new Promise((go) => {
        wake = go;
        setTimeout(go, wait);
      });
    }
  })();

  return {
    stop() { stopped = true; cut(); wake(); },
    hurry() { tries = 0; wake(); },
  };
}
