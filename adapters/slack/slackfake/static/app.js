// The page: asks for news, shows them, and does what a person does.
import { el, glyph, mrkdwn, plain } from './text.js'
import { blocks } from './blocks.js'

const $ = id => document.getElementById(id)
const saved = new URLSearchParams(location.hash.slice(1))
const here = { user: saved.get('user') ?? '', channel: saved.get('channel') ?? '', thread: '', home: false }
const read = new Map() // user and channel → ts of the newest message seen
let scene = null, names = new Map(), modalKey = '', first = true

async function post(deed) {
  const answer = await fetch('do', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ User: here.user, Channel: here.channel, ...deed }) })
    .then(r => r.json()).catch(() => ({ error: 'La démonstration ne répond pas.' }))
  $('notice').textContent = answer.error ?? ''
  return answer
}

// sure asks before something that has to be confirmed.
function sure(confirm) {
  if (!confirm) return Promise.resolve(true)
  return new Promise(done => {
    const answer = yes => { $('sure').close(); done(yes) }
    $('sure-form').replaceChildren(
      el('h2', { id: 'sure-title' }, plain(confirm.title?.text)), mrkdwn(confirm.text?.text ?? '', names),
      el('div', { class: 'row end' },
        el('button', { type: 'button', onclick: () => answer(false) }, plain(confirm.deny?.text) || 'Annuler'),
        el('button', { type: 'button', class: 'primary', onclick: () => answer(true) }, plain(confirm.confirm?.text) || 'Oui')))
    $('sure').oncancel = () => done(false)
    $('sure').showModal()
  })
}

// ---- News ----

let asking = null
async function listen() {
  for (let wait = 0; ; await new Promise(r => setTimeout(r, wait))) {
    asking = new AbortController()
    const query = new URLSearchParams({ user: here.user, channel: here.channel, thread: here.thread, seen: scene?.fresh ? scene.Version : -1 })
    try {
      const next = await fetch('state?' + query, { signal: asking.signal }).then(r => r.json())
      scene = { ...next, fresh: true }
      show()
      wait = 60
    } catch (problem) {
      wait = problem.name === 'AbortError' ? 0 : 1000
    }
  }
}

function go(where) {
  Object.assign(here, where)
  location.hash = new URLSearchParams({ user: here.user, channel: here.channel })
  if (scene) scene.fresh = false
  asking?.abort()
}

// ---- Showing ----

function show() {
  here.user = scene.User
  names = new Map([...scene.People.map(p => [p.Value, p.Text]), [scene.BotUser, scene.App], ...scene.Channels.map(c => [c.ID, c.Name])])
  document.title = `Slack · ${names.get(here.user) ?? ''}`
  if (first) { first = false; for (const c of scene.Channels) read.set(here.user + c.ID, c.Last) }
  if (!here.channel && !here.home) { go({ channel: scene.Channels.find(c => !c.With)?.ID ?? scene.DM }); return }
  showNav()
  showPlace()
  showThread()
  showModal()
}

// keep replaces the children of a list where they changed, so that focus and what is typed stay.
const made = new WeakMap() // node → what it was made of
function keep(list, items) {
  const old = new Map([...list.children].map(node => [made.get(node)?.key, node]))
  const focus = focusIn(list)
  const nodes = items.map(({ key, json, make }) => {
    const known = old.get(key)
    if (known && made.get(known).json === json) return known
    const node = make()
    made.set(node, { key, json })
    return node
  })
  nodes.forEach((node, i) => { if (list.children[i] !== node) list.insertBefore(node, list.children[i] ?? null) })
  while (list.children.length > nodes.length) list.lastElementChild.remove()
  focus(key => nodes.find(node => made.get(node).key === key))
}

// focusIn remembers what has the focus in a list whose items may be made anew, and gives it back: to the
// same control, or to the item.
function focusIn(list) {
  const had = document.activeElement
  const item = [...list.children].find(node => node.contains(had))
  const key = item && made.get(item)?.key, action = had?.dataset.action
  return find => {
    if (!item || list.contains(had)) return
    const again = find(key) ?? list
    const control = action && again.querySelector(`[data-action="${CSS.escape(action)}"]`)
    if (!control) again.tabIndex = -1
    ;(control || again).focus()
  }
}

function showNav() {
  keep($('who'), scene.People.map(p => ({ key: p.Value, json: p.Text, make: () => el('option', { value: p.Value }, p.Text) })))
  $('who').value = here.user
  const entry = (name, id, c) => {
    const news = c.Last > (read.get(here.user + id) ?? '') && !(here.channel === id && !here.home)
    const current = here.channel === id && !here.home
    return { key: id, json: JSON.stringify([name, news, current]), make: () => el('li', {}, el('button', { type: 'button', 'data-channel': id, 'aria-current': current ? 'page' : null, onclick: () => enter(id) }, name, news ? ' • nouveau' : '')) }
  }
  keep($('rooms'), scene.Channels.filter(c => !c.With).map(c => entry((c.Private ? '🔒 ' : '# ') + c.Name, c.ID, c)))
  $('rooms-title').hidden = !$('rooms').children.length
  const dm = scene.Channels.find(c => c.ID === scene.DM)
  const news = dm && dm.Last > (read.get(here.user + scene.DM) ?? '') && (here.channel !== scene.DM || here.home)
  const set = (node, text, current) => { if (node.textContent !== text) node.textContent = text; current ? node.setAttribute('aria-current', 'page') : node.removeAttribute('aria-current') }
  set($('go-dm'), `Messages directs${news ? ' • nouveau' : ''}`, here.channel === scene.DM && !here.home)
  set($('go-home'), `Accueil`, here.home)
  const global = (scene.Shortcuts ?? []).filter(s => !s.OnMessage)
  $('shortcuts-title').hidden = !global.length
  keep($('shortcuts'), global.map(s => ({ key: s.CallbackID, json: s.Name, make: () => el('li', {}, el('button', { type: 'button', onclick: () => post({ Do: 'globalShortcut', Action: s.CallbackID }) }, s.Name)) })))
}

function enter(channel) {
  leaveThread({ channel, home: false })
  if (channel === scene.DM) post({ Do: 'messages' })
  $('title').focus()
}

function showPlace() {
  const channel = scene.Channels.find(c => c.ID === here.channel)
  $('home').hidden = !here.home
  $('log').hidden = $('composer').hidden = here.home || !channel
  $('topic').textContent = here.home ? '' : channel?.Topic ?? ''
  const title = here.home ? 'Accueil de l’application' : channel?.With ? `Messages directs avec ${scene.App}` : channel ? '# ' + channel.Name : 'Choisissez un canal'
  if ($('title').textContent !== title) $('title').textContent = title
  if (here.home) return showHome()
  if (channel) read.set(here.user + here.channel, channel.Last)
  const below = stuck($('log'))
  keep($('log'), (scene.Messages ?? []).map(m => messageItem(m, here.channel)))
  if (below) $('log').scrollTop = $('log').scrollHeight
}

const stuck = list => list.scrollHeight - list.scrollTop - list.clientHeight < 120

function showHome() {
  const json = JSON.stringify([scene.Home?.ID, scene.Home?.Hash, here.user])
  if (made.get($('home')) === json) return
  made.set($('home'), json)
  const home = scene.Home
  const focus = focusIn($('home'))
  $('home').replaceChildren(...(home ? blocks(home.Blocks, inView(home)) : [el('p', {}, 'L’application n’a encore rien montré ici.')]))
  focus(() => $('home'))
}

// inView is how the blocks of a view act.
function inView(v, fields) {
  return {
    names, fields, state: v.State, errors: v.Errors,
    act: async (e, value) => await sure(e.confirm) && post({ Do: 'clickView', View: v.ID, Action: e.action_id, Value: value }),
    suggest: async (e, text) => (await post({ Do: 'suggest', View: v.ID, Action: e.action_id, Text: text })).options ?? [],
  }
}

function showThread() {
  $('side').hidden = !here.thread || here.home
  if ($('side').hidden) return
  const below = stuck($('thread'))
  keep($('thread'), (scene.Thread ?? []).map(m => messageItem(m, here.channel, true)))
  if (below) $('thread').scrollTop = $('thread').scrollHeight
}

function messageItem(m, channel, inThread = false) {
  return { key: m.TS, json: JSON.stringify([m, here.user, inThread, names.get(m.User)]), make: () => message(m, channel, inThread) }
}

function message(m, channel, inThread) {
  const c = { names, act: async (e, value) => await sure(e.confirm) && post({ Do: 'click', TS: m.TS, Action: e.action_id, Value: value }) }
  const at = new Date(+m.TS.split('.')[0] * 1000)
  const body = m.Tombstone ? [el('p', { class: 'soft' }, 'Ce message a été supprimé.')] : m.Blocks ? blocks(m.Blocks, c) : [mrkdwn(m.Mrkdwn, names)]
  return el('li', { class: `message${m.Ephemeral ? ' ephemeral' : ''}`, 'data-ts': m.TS },
    el('div', { class: 'by' }, el('strong', {}, names.get(m.User) ?? m.User), m.Bot ? el('span', { class: 'soft' }, 'appli') : null,
      el('time', { datetime: at.toISOString() }, at.toLocaleTimeString('fr-FR', { hour: '2-digit', minute: '2-digit' })),
      m.Edited ? el('span', { class: 'soft' }, 'modifié') : null, m.Ephemeral ? el('span', { class: 'soft' }, 'Visible uniquement par vous') : null,
      m.Ephemeral || m.Tombstone ? null : menu(m)),
    ...body,
    ...(m.Files ?? []).map(name => el('p', {}, `📎 ${name}`)),
    m.Reactions ? el('div', { class: 'reactions' }, ...m.Reactions.map(r => el('button', { type: 'button', 'aria-pressed': String(r.Users.includes(here.user)), 'aria-label': `${r.Name}, ${r.Users.length}`, onclick: () => post({ Do: 'react', TS: m.TS, Emoji: r.Name }) }, `${glyph(r.Name)} ${r.Users.length}`))) : null,
    !inThread && !m.Ephemeral && m.Replies ? el('button', { type: 'button', class: 'replies', onclick: () => openThread(m.TS) }, `${m.Replies} réponse${m.Replies > 1 ? 's' : ''}`) : null)
}

// menu is what can be done with a message.
function menu(m) {
  const button = (text, act) => el('button', { type: 'button', onclick: act }, text)
  const root = m.ThreadTS && m.ThreadTS !== m.TS ? m.ThreadTS : m.TS
  return el('details', {}, el('summary', { 'aria-label': 'Actions sur ce message' }, '⋯'), el('div', {},
    button('Répondre dans le fil', () => openThread(root)),
    ...['eyes', 'white_check_mark'].map(name => button(`Réagir ${glyph(name)}`, () => post({ Do: 'react', TS: m.TS, Emoji: name }))),
    m.User === here.user ? button('Modifier', () => edit(m)) : null,
    m.User === here.user ? button('Supprimer', async () => await sure({ title: { text: 'Supprimer ce message ?' } }) && post({ Do: 'delete', TS: m.TS })) : null,
    ...(scene.Shortcuts ?? []).filter(s => s.OnMessage).map(s => button(s.Name, () => post({ Do: 'shortcut', TS: m.TS, Action: s.CallbackID })))))
}

function openThread(ts) {
  go({ thread: ts, home: false })
  $('side').hidden = false
  $('side-title').focus()
}

// leaveThread goes elsewhere; what was behind a thread on a narrow screen can have the focus at once.
function leaveThread(where) {
  go({ ...where, thread: '' })
  $('side').hidden = true
}

// ---- Writing ----

// writer makes a form of a text, a file and a button; thread says where it writes to.
function writer(form, name, thread) {
  const text = el('textarea', { id: form.id + '-text', rows: 2 })
  const file = el('input', { type: 'file', hidden: true })
  const cancel = el('button', { type: 'button', hidden: true, onclick: () => stop() }, 'Annuler la modification')
  let editing = ''
  const stop = () => { editing = ''; text.value = ''; cancel.hidden = true }
  form.classList.add('write')
  form.replaceChildren(
    el('label', { for: text.id }, name), text,
    el('div', { class: 'row' },
      el('span', { class: 'row' }, el('button', { type: 'button', onclick: () => file.click() }, 'Joindre un fichier'), file, cancel),
      el('button', { class: 'primary' }, 'Envoyer')))
  text.addEventListener('keydown', e => { if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); form.requestSubmit() } })
  text.addEventListener('keypress', e => { if (e.key === 'Enter' && !e.shiftKey) e.preventDefault() })
  file.addEventListener('change', async () => {
    const one = file.files[0]
    if (!one) return
    const data = await new Promise(done => { const r = new FileReader(); r.onload = () => done(r.result.split(',')[1]); r.readAsDataURL(one) })
    await post({ Do: 'upload', Text: text.value, Thread: thread(), Name: one.name, Data: data })
    text.value = file.value = ''
  })
  form.addEventListener('submit', async e => {
    e.preventDefault()
    const words = text.value.trim()
    if (!words) return
    const command = (scene.Commands ?? []).find(c => words === c || words.startsWith(c + ' '))
    if (command && form.id === 'reply') { $('notice').textContent = 'Dans Slack, les commandes ne marchent pas dans les fils.'; return }
    const deed = editing ? { Do: 'edit', TS: editing, Text: words }
      : command ? { Do: 'slash', Action: command, Text: words.slice(command.length).trim() } : { Do: 'write', Text: words, Thread: thread() }
    stop()
    const answer = await post(deed)
    if (answer.error && !text.value) text.value = words
    $(form.id === 'reply' ? 'thread' : 'log').scrollTop = 1e9
  })
  return { edit(m) { editing = m.TS; text.value = m.Mrkdwn.replace(/<([^<>|]+)(\|[^<>]*)?>/g, '$1').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'); cancel.hidden = false; text.focus() } }
}

const composer = writer($('composer'), 'Votre message, ou une commande qui commence par /', () => '')
const reply = writer($('reply'), 'Votre réponse dans le fil', () => here.thread)
const edit = m => (here.thread && m.ThreadTS && m.ThreadTS !== m.TS ? reply : composer).edit(m)

// ---- Modals ----

function showModal() {
  const v = scene.Views?.at(-1)
  const key = v ? JSON.stringify([v.ID, v.Hash, v.Errors]) : ''
  if (key === modalKey) return
  modalKey = key
  if (!v) { $('modal').close(); return }
  const fields = []
  const typed = new Map([...$('modal').querySelectorAll('[data-block]')].filter(n => 'value' in n && $('modal').dataset.view === v.ID).map(n => [n.dataset.block, n.value]))
  const inside = blocks(v.Blocks, inView(v, fields))
  $('modal').dataset.view = v.ID
  $('modal-form').replaceChildren(
    el('h2', { id: 'modal-title' }, plain(v.Title)), ...inside,
    el('div', { class: 'row end' },
      el('button', { type: 'button', id: 'modal-close', onclick: () => post({ Do: 'close', View: v.ID }) }, plain(v.Close) || 'Annuler'),
      v.Submit ? el('button', { type: 'submit', class: 'primary', id: 'modal-submit' }, plain(v.Submit)) : null))
  for (const n of $('modal').querySelectorAll('[data-block]')) if ('value' in n && typed.has(n.dataset.block) && !n.value) n.value = typed.get(n.dataset.block)
  $('modal-form').onsubmit = async e => {
    e.preventDefault()
    const values = {}
    for (const f of fields) f.complain('')
    const missing = fields.filter(f => f.required && !f.value().trim())
    for (const f of missing) f.complain('Ce champ est obligatoire.')
    if (missing.length) { missing[0].focus(); return }
    for (const f of fields) (values[f.block] ??= {})[f.action] = f.value()
    await post({ Do: 'submit', View: v.ID, Values: values })
    if (scene.Views?.at(-1)?.ID === v.ID) $('modal').querySelector('[aria-invalid]')?.focus()
  }
  $('modal').oncancel = e => { e.preventDefault(); post({ Do: 'close', View: v.ID }) }
  if (!$('modal').open) $('modal').showModal()
  ;($('modal').querySelector('[aria-invalid]') ?? $('modal').querySelector('input, textarea, select'))?.focus()
}

// A permalink of the workspace opens here: /archives/CHANNEL/pTS, with the thread that it stands in.
document.addEventListener('click', e => {
  const link = e.target.closest('a[href*="/archives/"]')
  const found = link && new URL(link.href).pathname.match(/\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/)
  if (!found) return
  e.preventDefault()
  go({ channel: found[1], thread: new URL(link.href).searchParams.get('thread_ts') ?? `${found[2]}.${found[3]}`, home: false })
  $('side').hidden = false
  $('side-title').focus()
})

// ---- Start ----

$('who').addEventListener('change', () => { modalKey = ''; $('modal').close(); first = true; go({ user: $('who').value, channel: '', thread: '', home: false }) })
$('go-home').addEventListener('click', () => { leaveThread({ home: true }); post({ Do: 'home' }); $('title').focus() })
$('go-dm').addEventListener('click', () => enter(scene.DM))
$('side-close').addEventListener('click', () => { leaveThread({}); $('title').focus() })
$('notice').addEventListener('click', () => { $('notice').textContent = '' })
addEventListener('keydown', e => { if (e.key === 'Escape' && !$('modal').open && here.thread) $('side-close').click() })
listen()
