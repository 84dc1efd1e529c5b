// What this browser remembers between two loads: the key to the conversation, what could not be
// sent yet, and what stands in the box. Never the conversation itself: the service sends it again.
const key = 'frontdesk';
const blank = () => ({ token: '', lang: '', shared: false, stay: false, queue: [], draft: '' });

// A browser may refuse storage; the page then works until it is closed.
function drawer(name) {
  try {
    window[name].getItem(key);
    return window[name];
  } catch {
    return { getItem: () => null, setItem() {}, removeItem() {} };
  }
}

function read(store) {
  try {
    return { ...blank(), ...JSON.parse(store.getItem(key)) };
  } catch {
    return blank();
  }
}

export function openMemory() {
  const session = drawer('sessionStorage');
  const local = drawer('localStorage');
  const kept = read(session.getItem(key) ? session : local);

  function save(change) {
    Object.assign(kept, change);
    const text = JSON.stringify(kept);
    try {
      session.setItem(key, text);
      if (kept.stay && !kept.shared) local.setItem(key, text);
      else if ('stay' in change || 'shared' in change) local.removeItem(key);
    } catch { /* full: what is on the screen is still sent */ }
  }

  function clear() {
    Object.assign(kept, blank());
    session.removeItem(key);
    local.removeItem(key);
  }

  return { kept, save, clear };
}
