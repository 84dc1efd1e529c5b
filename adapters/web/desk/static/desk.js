// The desk's own script: it keeps the page up to date and sends forms without leaving it. Every page
// is drawn by the server; what has changed is fetched as a page and put in place, piece by piece.
// Without this script, reading and taking cases work all the same.

const flash = document.getElementById("flash")
const main = document.getElementById("case")
let title = document.title

document.documentElement.classList.add("scripted")

// ---- what changed

function sync(old, fresh) {
  if (old.isEqualNode(fresh)) return
  for (const { name, value } of fresh.attributes) {
    if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  for (const { name } of [...old.attributes]) {
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name)
  }
  if ([...fresh.children].some((child) => child.dataset.key)) return syncKeyed(old, fresh)
  const was = [...old.childNodes]
  const now = [...fresh.childNodes]
  if (was.length === now.length && was.every((node, i) => node.nodeName === now[i].nodeName)) {
    was.forEach((node, i) => {
      if (node.nodeType === Node.ELEMENT_NODE) sync(node, now[i])
      else if (node.data !== now[i].data) node.data = now[i].data
    })
    return
  }
  old.replaceChildren(...now.map((node) => document.importNode(node, true)))
}

// syncKeyed keeps what stays, so that focus and screen readers notice only what is new.
function syncKeyed(old, fresh) {
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]))
  let place = null
  for (const child of fresh.children) {
    let own = known.get(child.dataset.key)
    known.delete(child.dataset.key)
    if (own && own.tagName === child.tagName) sync(own, child)
    else {
      own?.remove()
      own = document.importNode(child, true)
    }
    const next = place ? place.nextElementSibling : old.firstElementChild
    if (next !== own) old.insertBefore(own, next)
    place = own
  }
  for (const gone of known.values()) gone.remove()
}

// A page fetched as a document is inert: none of its scripts run.
function fetchPage() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open("GET", location.href)
    request.responseType = "document"
    request.setRequestHeader("Accept", "text/html")
    request.setRequestHeader("X-Refresh", "1")
    request.onload = () => resolve(request)
    request.onerror = () => reject(new Error("offline"))
    request.send()
  })
}

let asking = false
let again = false
let leaving = false // a form takes the page elsewhere: what comes from the stream meanwhile waits

async function refresh() {
  if (leaving) return
  if (asking) { again = true; return }
  asking = true
  try {
    const answer = await fetchPage()
    if (answer.status === 200 && answer.response) place(answer.response)
    else if (answer.status !== 503) moved()
  } catch {
    // The stream comes back by itself, and then asks again.
  }
  asking = false
  if (again) { again = false; setTimeout(refresh, 150) }
}

function place(page) {
  const fresh = page.getElementById("case")
  if (!fresh || fresh.dataset.mode !== main?.dataset.mode) return moved()
  drafts.fill()
  const log = document.querySelector(".log")
  const atEnd = log && log.scrollHeight - log.scrollTop - log.clientHeight < 80
  for (const region of document.querySelectorAll("[data-live]")) {
    const now = page.getElementById(region.id)
    if (now) sync(region, now)
  }
  if (atEnd) log.scrollTop = log.scrollHeight
  title = page.title
  announce()
  count()
}

// moved: the case is in other hands, is over, or the session is. A draft is not thrown away.
function moved() {
  if (leaving) return
  const text = document.getElementById("text")
  if (text && text.value.trim()) {
    say("Ce dossier n'est plus le vôtre, ou n'est plus ouvert. Votre texte n'est pas parti : copiez-le, puis rechargez la page.")
    return
  }
  location.reload()
}

// ---- what is told

let hush

function say(sentence) {
  const p = document.createElement("p")
  p.textContent = sentence
  flash.replaceChildren(p)
  clearTimeout(hush)
  hush = setTimeout(() => flash.replaceChildren(), 7000)
}

let urgent = Number(document.getElementById("rows")?.dataset.urgent ?? 0)

function announce() {
  const rows = document.getElementById("rows")
  if (!rows) return
  const now = Number(rows.dataset.urgent)
  if (now > urgent) say("Un dossier urgent vient d'arriver.")
  urgent = now
  const waiting = Number(rows.dataset.waiting)
  document.title = waiting ? `(${waiting}) ${title}` : title
}

// Messages that can be taken back count down to when they go. The server says how much is left: the
// clock of this machine may be wrong.
function count() {
  for (const held of document.querySelectorAll("[data-left]")) {
    if (held.told !== held.dataset.left) {
      held.told = held.dataset.left
      held.goes = performance.now() + Number(held.told)
    }
    const left = Math.ceil((held.goes - performance.now()) / 1000)
    const seconds = held.querySelector("b")
    if (left > 0 && seconds) seconds.textContent = String(left)
    else {
      held.replaceChildren("part maintenant")
      held.parentElement.querySelector("form")?.remove()
    }
  }
}
setInterval(count, 250)

// ---- what is sent

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("")
}

// A message that was sent shows in the conversation; everything else is told in a sentence.
async function send(form) {
  const button = form.querySelector("button:not([type=button])")
  if (button.disabled) return
  button.disabled = true
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    })
    const told = await answer.json()
    if (told.code !== "sent") say(told.sentence ?? told.error)
    if (answer.ok) sent(form, told)
    else if (answer.status === 401) location.reload()
  } catch {
    // The name of the sending stays: sent again, it is still one message.
    say("Pas de réseau : rien n'est parti. Votre texte est gardé, réessayez.")
  }
  button.disabled = false
  refresh()
}

function sent(form, told) {
  form.elements.idem.value = newName()
  if (told.code === "not_owner") return
  const text = form.querySelector("textarea")
  if (text) text.value = text.defaultValue
  form.closest(".mend details")?.removeAttribute("open")
  if (form.id === "composer") {
    drafts.drop()
    text.focus()
  }
  const panel = form.closest("[popover]")
  if (panel && panel.id !== "procedure") panel.hidePopover()
}

// What is being written to somebody is still there when one comes back from another case. It is
// gone with the tab, or when one signs out.
const drafts = {
  name: "draft " + main?.dataset.dossier,
  text: document.getElementById("text"),
  keep() {
    if (this.text.value) sessionStorage.setItem(this.name, this.text.value)
    else this.drop()
  },
  drop() {
    sessionStorage.removeItem(this.name)
  },
  fill() {
    if (this.text) this.text.value ||= sessionStorage.getItem(this.name) ?? ""
  },
  restore() {
    this.fill()
    this.text?.addEventListener("input", () => this.keep())
  },
}

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.matches("[data-stay]")) {
    event.preventDefault()
    send(form)
    return
  }
  if (form.matches("[data-leave]")) sessionStorage.clear()
  // Pressed twice is sent once.
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = "1"
  leaving = true
})

addEventListener("pageshow", () => {
  leaving = false
  for (const form of document.forms) delete form.dataset.sent
})

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit()
})

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-copy]")) return
  try {
    await navigator.clipboard.writeText(document.getElementById("plain").textContent)
    document.getElementById("copied").textContent = "C'est copié. Collez-le dans votre outil."
  } catch {
    // The text is shown, to be selected.
  }
})

// ---- keys

function press(selector) {
  const element = document.querySelector(selector)
  if (!element) return
  element.focus()
  if (element.matches("#next button")) element.click()
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault()
    event.target.form.requestSubmit()
    return
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    const selector = { KeyS: "#next button", KeyL: "#rows a[aria-current], #rows a", KeyR: "#text" }[event.code]
    if (!selector) return
    event.preventDefault()
    press(selector)
    return
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches("#rows a")) {
    const rows = [...document.querySelectorAll("#rows a")].filter((a) => a.checkVisibility())
    const to = rows[rows.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)]
    if (to) { event.preventDefault(); to.focus() }
  }
})

// ---- begin

if (document.getElementById("rows")) {
  const dossier = main?.dataset.dossier
  const stream = new EventSource("/desk/events" + (dossier ? "?dossier=" + encodeURIComponent(dossier) : ""))
  stream.onmessage = refresh
  // An empty list must not be trusted while nobody tells the page what is new.
  let cut = 0
  stream.onerror = () => { cut ||= setTimeout(() => say("Connexion perdue : cette liste n'est plus à jour. Nous réessayons."), 3000) }
  stream.onopen = () => {
    if (cut) { clearTimeout(cut); cut = 0; say(""); refresh() }
  }
  addEventListener("pagehide", () => stream.close())
  announce()
  count()
}
drafts.restore()
const log = document.querySelector(".log")
if (log) log.scrollTop = log.scrollHeight
if (flash?.textContent.trim()) say(flash.textContent.trim())
document.querySelector("#rows [aria-current]")?.scrollIntoView({ block: "nearest" })
