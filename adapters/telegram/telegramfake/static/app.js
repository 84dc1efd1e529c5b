// One person's Telegram. It asks for the state, shows it, and asks again when something has changed.
const get = (id) => document.getElementById(id);
const kinds = { photo: "Photo", voice: "Message vocal", document: "Fichier", sticker: "Autocollant", location: "Position", contact: "Numéro de téléphone" };
let person = new URLSearchParams(location.search).get("person") || "";
let seen = -1;
let editing = 0;

function make(tag, text, more = {}) {
  const e = Object.assign(document.createElement(tag), more);
  if (text) e.textContent = text;
  return e;
}

async function act(what, more = {}) {
  const res = await fetch("do", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ person, do: what, ...more }) });
  if (!res.ok) get("notice").textContent = "Cela n'est pas possible maintenant.";
  return res;
}

function message(m) {
  const li = make("li", "", { className: m.bot ? "" : "mine" });
  const bubble = make("div", "", { className: "bubble" });
  const time = new Date(m.at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  bubble.append(make("span", `${m.name}, ${time}${m.edited ? ", modifié" : ""}`, { className: "meta" }));
  if (m.kind) bubble.append(make("em", `[${kinds[m.kind] || m.kind}] `));
  bubble.append(m.text);
  if (!m.bot && !m.kind) {
    const edit = make("button", "Modifier", { type: "button", className: "small" });
    edit.onclick = () => begin(m);
    bubble.append(" ", edit);
  }
  li.append(bubble);
  for (const row of m.rows || []) {
    const keys = make("div", "", { className: "keys" });
    for (const b of row) {
      if (b.url) {
        keys.append(make("a", b.text, { className: "key", href: b.url, target: "_blank", rel: "noopener noreferrer" }));
        continue;
      }
      const key = make("button", b.text, { type: "button" });
      key.dataset.key = `${m.id} ${b.callback_data}`;
      key.onclick = () => act("press", { message: m.id, text: b.callback_data });
      keys.append(key);
    }
    li.append(keys);
  }
  return li;
}

function begin(m) {
  editing = m ? m.id : 0;
  get("text").value = m ? m.text : "";
  get("editing").hidden = !m;
  get("label").textContent = m ? "Message modifié" : "Votre message";
  get("text").focus();
}

let drawn = new Map();

function show(v) {
  person = v.person;
  get("bot").textContent = v.bot;
  get("link").textContent = `t.me/${v.username}?start=`;
  const people = JSON.stringify(v.people) + person;
  if (get("person").dataset.people !== people) {
    get("person").dataset.people = people;
    get("person").replaceChildren(...v.people.map((p) => make("option", p.name, { value: p.id, selected: p.id === person })));
  }
  const focused = document.activeElement?.dataset?.key;
  const now = new Map(v.messages.map((m) => [`${person} ${JSON.stringify(m)}`, m]));
  const list = get("messages");
  const changed = [...drawn.keys()].join() !== [...now.keys()].join();
  if (changed) {
    const all = new Map([...now].map(([key, m]) => [key, drawn.get(key) || message(m)]));
    list.replaceChildren(...all.values());
    drawn = all;
    if (focused && !document.activeElement?.dataset?.key) (list.querySelector(`[data-key="${CSS.escape(focused)}"]`) || get("text")).focus();
  }
  const begun = get("begin").contains(document.activeElement) && v.messages.length;
  get("begin").hidden = v.messages.length > 0 || v.blocked;
  if (begun) get("text").focus();
  keyboard(v.keyboard);
  get("block").textContent = v.blocked ? "Débloquer le service" : "Bloquer le service";
  get("block").dataset.do = v.blocked ? "unblock" : "block";
  get("notice").textContent = v.blocked ? "Le service est bloqué : il ne peut plus écrire." : v.notice;
  const menu = JSON.stringify(v.menu || []);
  if (get("menu").dataset.menu !== menu) {
    get("menu").dataset.menu = menu;
    get("menu").replaceChildren(...(v.menu || []).map((c) => {
      const b = make("button", `/${c.command}`, { type: "button", title: c.description });
      b.onclick = () => act("write", { text: `/${c.command}` });
      return b;
    }));
  }
  if (changed) get("log").scrollTop = get("log").scrollHeight;
}

function keyboard(k) {
  const text = JSON.stringify(k);
  if (get("keyboard").dataset.shown === text) return;
  get("keyboard").dataset.shown = text;
  get("keyboard").hidden = !k;
  get("keyboard").replaceChildren(...((k && k.buttons) || []).map((label) => {
    const b = make("button", label, { type: "button" });
    b.onclick = () => (k.contact ? act("contact") : act("write", { text: label }));
    return b;
  }));
}

get("composer").onsubmit = async (e) => {
  e.preventDefault();
  const text = get("text").value.trim();
  if (!text) return;
  const res = await (editing ? act("edit", { message: editing, text }) : act("write", { text }));
  if (res.ok) begin(null);
};
get("text").onkeydown = (e) => {
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    get("composer").requestSubmit();
  }
  if (e.key === "Escape" && editing) begin(null);
};
get("cancel").onclick = () => begin(null);
get("start").onsubmit = (e) => {
  e.preventDefault();
  act("start", { text: get("payload").value });
};
get("person").onchange = (e) => { person = e.target.value; seen = -1; again(); };
get("add").onclick = async () => {
  const made = await (await act("person", { text: `Personne ${get("person").options.length + 1}` })).json();
  person = made.id;
  seen = -1;
  again();
};
get("begin").firstChild.onclick = () => act("start");
get("block").onclick = () => act(get("block").dataset.do);
for (const b of document.querySelectorAll("footer [data-do]")) b.onclick = () => act(b.dataset.do);

let asking = new AbortController();
function again() { asking.abort(); }

for (;;) {
  asking = new AbortController();
  try {
    const res = await fetch(`state?person=${person}&seen=${seen}`, { signal: asking.signal });
    const v = await res.json();
    seen = v.version;
    show(v);
  } catch (e) {
    if (e.name !== "AbortError") await new Promise((done) => setTimeout(done, 1000));
  }
}
