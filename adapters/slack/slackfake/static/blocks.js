// Block Kit as a person sees it. act(element, value) is called when something is pressed or chosen
// outside the fields of a form; fields keep what was entered until they are asked for it.
import { el, mrkdwn, object, plain, rich } from './text.js'

let serial = 0
const fresh = () => `e${++serial}`
const label = o => plain(o?.text)
const every = e => (e.options ?? (e.option_groups ?? []).flatMap(g => g.options))

// options are the choices of a select, in groups or not.
function options(e, chosen) {
  const one = o => el('option', { value: o.value, selected: o.value === chosen }, label(o.text))
  if (e.option_groups) return e.option_groups.map(g => el('optgroup', { label: label(g.label) }, ...g.options.map(one)))
  return (e.options ?? []).map(one)
}

// choose is a select that acts at once, or waits to be asked.
function choose(e, at, now, names) {
  const people = e.type === 'users_select'
  const chosen = now?.selected_option?.value ?? now?.selected_user ?? ''
  const list = people ? [...names].map(([id, name]) => el('option', { value: id, selected: id === chosen }, name)) : options(e, chosen)
  const select = el('select', { id: at.id, 'aria-label': at.label, 'aria-describedby': at.by }, el('option', { value: '' }, label(e.placeholder) || 'Choisir'), ...list)
  if (at.act) select.addEventListener('change', () => { if (select.value) at.act(e, select.value) })
  return { node: select, value: () => select.value }
}

// several is a list of boxes to tick, or of buttons of which one is chosen.
function several(e, at, now, names) {
  const single = e.type === 'radio_buttons'
  const picked = new Set((now?.selected_options ?? [now?.selected_option]).filter(Boolean).map(o => o.value).concat(now?.selected_users ?? []))
  const list = e.type === 'multi_users_select' ? [...names].map(([value, text]) => ({ value, text: { text } })) : every(e)
  const name = fresh()
  const boxes = list.map(o => el('input', { type: single ? 'radio' : 'checkbox', name, value: o.value, checked: picked.has(o.value) }))
  const value = () => boxes.filter(b => b.checked).map(b => b.value).join(',')
  const node = el('fieldset', { id: at.id, 'aria-describedby': at.by }, el('legend', {}, at.label ?? ''),
    ...list.map((o, i) => el('label', {}, boxes[i], el('span', {}, object(o.text, names), o.description ? object(o.description, names) : ''))))
  if (at.act) node.addEventListener('change', () => at.act(e, value()))
  return { node, value }
}

// search is a select whose choices the app suggests.
function search(e, at, now) {
  const list = el('datalist', { id: fresh() })
  const input = el('input', { id: at.id, list: list.id, 'aria-label': at.label, 'aria-describedby': at.by, autocomplete: 'off', placeholder: label(e.placeholder), value: label(now?.selected_option?.text) })
  const known = new Map(now?.selected_option ? [[label(now.selected_option.text), now.selected_option.value]] : [])
  input.addEventListener('input', async () => {
    if (known.has(input.value)) { at.act?.(e, known.get(input.value)); return }
    if (input.value.length < (e.min_query_length ?? 3)) return
    const found = await at.suggest(e, input.value)
    for (const o of found) known.set(o.Text, o.Value)
    list.replaceChildren(...found.map(o => el('option', { value: o.Text })))
  })
  return { node: el('span', {}, input, list), value: () => known.get(input.value) ?? '' }
}

const inputs = { datepicker: ['date', 'selected_date'], timepicker: ['time', 'selected_time'], number_input: ['text', 'value'], email_text_input: ['email', 'value'], url_text_input: ['url', 'value'] }

function entry(e, at, now) {
  const [type, field] = inputs[e.type] ?? ['text', 'value']
  const common = { id: at.id, 'aria-label': at.label, 'aria-describedby': at.by, maxlength: e.max_length, placeholder: label(e.placeholder) }
  const node = e.multiline ? el('textarea', { ...common, rows: 5 }, now?.[field] ?? '') : el('input', { ...common, type, value: now?.[field] ?? '' })
  if (at.act && e.type.endsWith('picker')) node.addEventListener('change', () => at.act(e, node.value))
  return { node, value: () => node.value }
}

// element is one interactive element: its node, and what is entered in it.
export function element(e, at, now, names) {
  switch (e.type) {
    case 'button': {
      const look = { type: 'button', class: e.style, 'data-action': e.action_id, 'aria-label': e.accessibility_label, onclick: () => at.act(e, '') }
      if (e.url) return { node: el('a', { ...look, type: null, role: null, href: e.url, target: '_blank', rel: 'noopener noreferrer' }, label(e.text)) }
      return { node: el('button', look, label(e.text)) }
    }
    case 'overflow': {
      const made = choose({ ...e, placeholder: { text: 'Autres actions' } }, { ...at, label: at.label ?? 'Autres actions' }, null, names)
      made.node.addEventListener('change', () => { made.node.value = '' })
      return made
    }
    case 'static_select': case 'users_select': return choose(e, at, now, names)
    case 'external_select': return search(e, at, now)
    case 'radio_buttons': case 'checkboxes': case 'multi_static_select': case 'multi_users_select': return several(e, at, now, names)
    case 'image': return { node: el('span', { role: 'img', 'aria-label': e.alt_text }, e.alt_text) }
    default: return entry(e, at, now)
  }
}

function loose(e, block, c, about) {
  if (e.type === 'mrkdwn' || e.type === 'plain_text') return object(e, c.names)
  const made = element(e, { act: c.act, suggest: c.suggest, label: e.type === 'button' ? undefined : label(e.placeholder) || about }, c.state?.[block.block_id]?.[e.action_id], c.names)
  if (made.node.matches('select, input, fieldset')) made.node.dataset.action = e.action_id
  return made.node
}

// field is an input block: a label, the element, a hint, and what is wrong with it.
function field(b, c) {
  const id = fresh(), hint = b.hint && fresh(), bad = fresh()
  const grouped = ['radio_buttons', 'checkboxes', 'multi_static_select', 'multi_users_select'].includes(b.element.type)
  const name = label(b.label) + (b.optional ? ' (facultatif)' : '')
  const made = element(b.element, { id, label: grouped ? name : undefined, by: [hint, bad].filter(Boolean).join(' '), suggest: c.suggest, act: b.dispatch_action ? c.act : undefined }, c.state?.[b.block_id]?.[b.element.action_id], c.names)
  const control = made.node.matches('span') ? made.node.querySelector('input') : made.node
  const wrong = el('p', { id: bad, class: 'wrong' })
  const complain = text => {
    wrong.textContent = text
    text ? control.setAttribute('aria-invalid', 'true') : control.removeAttribute('aria-invalid')
  }
  complain(c.errors?.[b.block_id] ?? '')
  control.dataset.block = b.block_id
  c.fields?.push({ block: b.block_id, action: b.element.action_id, required: !b.optional, value: made.value, complain, focus: () => (grouped ? control.querySelector('input') : control).focus() })
  return [grouped ? '' : el('label', { for: id }, name), made.node, hint ? el('p', { id: hint, class: 'soft' }, label(b.hint)) : '', wrong]
}

function inner(b, c) {
  switch (b.type) {
    case 'header': return [el('h3', {}, label(b.text))]
    case 'divider': return [el('hr')]
    case 'section': return [b.text ? object(b.text, c.names) : '', b.fields ? el('div', { class: 'fields' }, ...b.fields.map(f => object(f, c.names))) : '', b.accessory ? loose(b.accessory, b, c, label(b.text)) : '']
    case 'context': return b.elements.map(e => loose(e, b, c))
    case 'actions': return [el('div', { class: 'row' }, ...b.elements.map(e => loose(e, b, c)))]
    case 'input': return field(b, c)
    case 'rich_text': return rich(b.elements, c.names)
    case 'image': return [el('p', {}, b.alt_text)]
    case 'markdown': return [mrkdwn(b.text, c.names)]
    default: return [el('p', { class: 'soft' }, `(${b.type})`)]
  }
}

// blocks shows a list of blocks. c: names, act, suggest, state, errors, and fields to collect inputs in.
export function blocks(list, c) {
  return (list ?? []).map(b => el('div', { class: `block ${b.type}`, 'data-block': b.type === 'input' ? null : b.block_id }, ...inner(b, c)))
}
