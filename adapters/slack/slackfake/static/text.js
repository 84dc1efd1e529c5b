// What Slack's markup looks like: mrkdwn, names, emoji. Everything becomes nodes, nothing becomes HTML.

export function el(name, attributes = {}, ...inside) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value)
    else if (value === true) node.setAttribute(key, '')
    else if (value !== false && value != null) node.setAttribute(key, value)
  }
  node.append(...inside.filter(one => one != null && one !== false))
  return node
}

const emoji = {
  hourglass: '⌛', hourglass_flowing_sand: '⏳', white_check_mark: '✅', heavy_check_mark: '✔️', warning: '⚠️', eyes: '👀', x: '❌',
  '+1': '👍', thumbsup: '👍', '-1': '👎', wave: '👋', lock: '🔒', no_entry: '⛔', rotating_light: '🚨', sos: '🆘', bell: '🔔',
  mailbox: '📫', envelope: '✉️', email: '✉️', phone: '☎️', telephone_receiver: '📞', speech_balloon: '💬', pencil2: '✏️', memo: '📝',
  alarm_clock: '⏰', clock3: '🕒', calendar: '📅', red_circle: '🔴', large_green_circle: '🟢', large_yellow_circle: '🟡', heart: '❤️',
  leftwards_arrow_with_hook: '↩️', arrows_counterclockwise: '🔄', outbox_tray: '📤', inbox_tray: '📥', bust_in_silhouette: '👤',
  busts_in_silhouette: '👥', star: '⭐', fire: '🔥', mag: '🔍', question: '❓', information_source: 'ℹ️', wastebasket: '🗑️', tada: '🎉',
}

export const glyph = name => emoji[name] ?? `:${name}:`

const decode = text => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const emojis = text => text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emoji[name] ?? whole)

// angle is what stands between < and >: a link, a mention, a date.
function angle(inner, names) {
  const [target, label] = inner.split('|')
  if (/^(https?:|mailto:|tel:)/.test(target)) return el('a', { href: decode(target), target: '_blank', rel: 'noopener noreferrer' }, decode(label ?? target))
  if (target.startsWith('@')) return el('strong', {}, '@' + (names.get(target.slice(1)) ?? label ?? target.slice(1)))
  if (target.startsWith('#')) return el('strong', {}, '#' + (label ?? names.get(target.slice(1)) ?? target.slice(1)))
  if (target.startsWith('!date^')) return new Date(+target.split('^')[1] * 1000).toLocaleString('fr-FR', { dateStyle: 'medium', timeStyle: 'short' })
  if (target.startsWith('!')) return el('strong', {}, '@' + target.slice(1))
  return decode(`<${inner}>`)
}

const styles = { '*': 'strong', _: 'em', '~': 's' }

// inline turns one line of mrkdwn into nodes.
function inline(line, names) {
  const nodes = []
  const token = /`([^`]+)`|<([^<>]+)>|(^|[\s(«"'>])([*_~])(\S(?:[^*_~\n]*?\S)?)\4(?=$|[\s)».,;:!?"'])/g
  let from = 0
  for (let m; (m = token.exec(line));) {
    nodes.push(emojis(decode(line.slice(from, m.index))))
    if (m[1] != null) nodes.push(el('code', {}, decode(m[1])))
    else if (m[2] != null) nodes.push(angle(m[2], names))
    else nodes.push(m[3], el(styles[m[4]], {}, ...inline(m[5], names)))
    from = token.lastIndex
  }
  nodes.push(emojis(decode(line.slice(from))))
  return nodes
}

// mrkdwn turns a text into nodes: code blocks, quotes, lines.
export function mrkdwn(text, names) {
  const out = el('div', { class: 'text' })
  text.split('```').forEach((part, i) => {
    if (i % 2) { out.append(el('pre', {}, decode(part.trim()))); return }
    part.split('\n').forEach((line, n, all) => {
      if (/^(>|&gt;) ?/.test(line)) out.append(el('blockquote', {}, ...inline(line.replace(/^(>|&gt;) ?/, ''), names)))
      else out.append(...inline(line, names), n < all.length - 1 ? '\n' : '')
    })
  })
  return out
}

export const plain = text => emojis(text ?? '')

// object is a text object of either type.
export function object(o, names) {
  if (!o) return ''
  return o.type === 'mrkdwn' ? mrkdwn(o.text, names) : el('div', { class: 'text' }, plain(o.text))
}

// rich is rich text: sections, lists, quotes and what stands in them.
export function rich(list, names) {
  return (list ?? []).map(e => {
    switch (e.type) {
      case 'text': {
        const s = e.style ?? {}
        let node = document.createTextNode(e.text)
        for (const [style, tag] of [['code', 'code'], ['strike', 's'], ['italic', 'em'], ['bold', 'strong']]) if (s[style]) node = el(tag, {}, node)
        return node
      }
      case 'link': return el('a', { href: e.url, target: '_blank', rel: 'noopener noreferrer' }, e.text ?? e.url)
      case 'user': return el('strong', {}, '@' + (names.get(e.user_id) ?? e.user_id))
      case 'emoji': return glyph(e.name)
      case 'rich_text_list': return el(e.style === 'ordered' ? 'ol' : 'ul', {}, ...e.elements.map(one => el('li', {}, ...rich(one.elements, names))))
      case 'rich_text_quote': return el('blockquote', {}, ...rich(e.elements, names))
      case 'rich_text_preformatted': return el('pre', {}, ...rich(e.elements, names))
      default: return el('div', { class: 'text' }, ...rich(e.elements, names))
    }
  })
}
