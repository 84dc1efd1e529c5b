// The studio's own script. Every page works without it: it spares a click, keeps the verdict up to date,
// and knows the keyboard. What has changed is fetched as a page and put in place.

document.documentElement.classList.add("scripted")

const touched = new Set() // the forms in which something was typed and not sent
const typedIn = new WeakSet() // the fields: what was typed there is undone by the browser
let view // {x, y, w, h}: the part of the picture that is shown; it outlives the picture

// fetchPage gets a page as an inert document: none of its scripts run.
export function fetchPage(url, form) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(form ? "POST" : "GET", url)
    request.responseType = "document"
    request.setRequestHeader("Accept", "text/html")
    if (form) request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded")
    request.onload = () => resolve(request)
    request.onerror = () => reject(new Error("offline"))
    request.send(form ? new URLSearchParams(form).toString() : null)
  })
}

// place puts the parts of a fetched page that are marked data-live where they are on this one. A part in
// which somebody is writing stays as it is when nothing was sent.
export function place(page, sent) {
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(region.id)
    if (!fresh || region.isEqualNode(fresh)) continue
    if (!sent && region.querySelector("form[data-save]") && (unsent().length || region.contains(document.activeElement))) continue
    region.replaceWith(document.importNode(fresh, true))
  }
  dress()
  if (sent) document.dispatchEvent(new Event("studio:placed"))
}

// stand gives the page the address of what it shows now.
function stand(address) {
  const at = new URL(address)
  at.searchParams.delete("fait")
  at.searchParams.delete("reste")
  if (at.href !== location.href) history.replaceState(null, "", at)
}

// ---- the verdict of the proof comes when it is there

async function settle(tries) {
  if (!document.querySelector("[data-pending]") || tries > 20) return
  try {
    const answer = await fetchPage(location.href)
    if (answer.status === 200) place(answer.response)
  } catch { /* asked again */ }
  setTimeout(() => settle(tries + 1), 400)
}

// ---- the keyboard

// Ctrl+S saves the form in which somebody writes, or wrote last, or that says so.
const saving = (e) => e.target.closest("form[data-save], #file-form") ?? unsent().at(-1) ?? document.querySelector("form[data-save]:has([title*='Ctrl+S'])")
document.addEventListener("keydown", (e) => {
  if (!(e.ctrlKey || e.metaKey)) return
  const key = e.key.toLowerCase()
  if (key === "s") {
    const form = saving(e)
    if (form) { e.preventDefault(); form.requestSubmit() }
  }
  if (key === "z" && !typedIn.has(e.target)) {
    e.preventDefault()
    document.querySelector(`form[action="/studio/${e.shiftKey ? "retablir" : "annuler"}"] button:not(:disabled)`)?.click()
  }
})

// A select that is marked so sends its form by itself.
document.addEventListener("change", (e) => { if (e.target.matches("[data-submit]")) e.target.form.requestSubmit() })

// The values of an answer are there as soon as it is chosen.
document.addEventListener("change", (e) => {
  if (!e.target.matches("[data-choose]")) return
  const all = document.getElementById("askings")?.content
  const found = [...all?.children ?? []].find((a) => a.dataset.of === e.target.value)?.cloneNode(true)
  for (const input of found?.querySelectorAll("[name]") ?? []) {
    if (e.target.dataset.choose === "gives") {
      if (input.matches("[data-how]")) { input.remove(); continue }
      if (input.value === "-") { input.parentElement.remove(); continue }
      if (input.type === "checkbox") input.type = "radio"
    }
    input.name = e.target.name + input.name.slice(e.target.value.length)
  }
  if (found && !found.querySelector("[name]")) found.append(Object.assign(document.createElement("input"), { name: e.target.name + "=", ariaLabel: "Valeur" }))
  e.target.parentElement.querySelector(".cell-of").replaceChildren(...found?.childNodes ?? [])
})

// Nothing typed is thrown away unasked.
document.addEventListener("input", (e) => {
  typedIn.add(e.target)
  const form = e.target.closest("form[data-save], #file-form")
  touched.delete(form)
  if (form) touched.add(form) // last
})
document.addEventListener("submit", (e) => { if (!e.target.matches("[data-save]")) touched.delete(e.target) })
addEventListener("beforeunload", (e) => { if (unsent().length) e.preventDefault() })

// unsent are the forms of this page in which something was typed and not sent, but for one.
const unsent = (but) => [...touched].filter((form) => form.isConnected && form !== but)

// ---- forms are sent without leaving the page

document.addEventListener("submit", async (e) => {
  const form = e.target
  if (!form.matches("form[data-save], form[action='/studio/annuler'], form[action='/studio/retablir']")) return
  e.preventDefault()
  if (unsent(form).length && !confirm("Un autre texte de cette page n'est pas enregistré. Continuer sans lui ?")) return
  const sent = [...new FormData(form)].map(([k, v]) => [k, String(v)])
  if (e.submitter?.name) sent.push([e.submitter.name, e.submitter.value])
  const was = new Map(written().map((field) => [field, valueOf(field)]))
  const once = !form.matches("form[data-save]") && e.submitter // pressed twice, it would be about a change that nobody has seen
  if (once) once.disabled = true
  let answer
  try {
    answer = await fetchPage(e.submitter?.getAttribute("formaction") ?? form.action, sent)
  } catch {
    if (once) once.disabled = false
    return tell("Le service ne répond pas. Rien n'est enregistré. Votre texte est encore là : réessayez.")
  }
  const where = document.activeElement?.id || document.activeElement?.name
  const later = writtenSince(was)
  if (answer.status === 422 && answer.response?.querySelector("[data-live] [aria-invalid=true]")) {
    const lines = linesOf(form)
    place(answer.response, true)
    const lost = rewrite(later)
    const wrong = document.querySelector("[aria-invalid=true]")
    keep(lines.filter(([of]) => !document.querySelector(of)?.closest(".add").contains(wrong)))
    if (wrong?.form) touched.add(wrong.form)
    wrong?.focus()
    return tell("Rien n'est enregistré. Voyez le champ marqué." + lost)
  }
  // What was written stays where it is, to be mended or sent again.
  const refusal = answer.response?.querySelector("#main .stop p, #main [role=alert]")?.textContent
  if (answer.status >= 400 && answer.status !== 409) {
    if (once) once.disabled = false
    return tell(answer.status === 401 ? "Votre session est finie. Connectez-vous dans un autre onglet, puis réessayez." : refusal ?? "Le service ne répond pas. Rien n'est enregistré. Votre texte est encore là : réessayez.")
  }
  touched.delete(form)
  if (answer.status !== 200 || !answer.response.querySelector("#main [data-live]")) {
    document.body.replaceWith(document.importNode(answer.response.body, true))
    return later.length ? tell(notKept) : undefined
  }
  if (!document.querySelector("#main [data-live]")) return location.assign(answer.responseURL) // of a page that was put here in its place
  const left = new URL(answer.responseURL).searchParams.getAll("reste").map((key) => `button[value="ajouter:${key}"]`)
  const lines = linesOf(form).filter(([of]) => left.includes(of))
  place(answer.response, true)
  keep(lines)
  const moves = /^(monter|descendre|retirer)/.test(e.submitter?.value ?? "") // what was the third line is another now
  const lost = rewrite(later, moves)
  if (answer.responseURL !== form.action) stand(answer.responseURL)
  tell((answer.response.querySelector("#flash p")?.textContent ?? "") + lost)
  const again = where && (document.getElementById(where) ?? document.getElementsByName(where)[0])
  if (again instanceof HTMLElement) again.focus({ preventScroll: true })
  settle(0)
})

// What is written while an answer is on its way stays, and is not sent: written are the fields that hold it.
const written = () => [...document.querySelectorAll("form[data-save] :is(input:not([type=hidden]), select, textarea)")]
const valueOf = (field) => field.type === "checkbox" || field.type === "radio" ? field.checked : field.value
const recordOf = (form) => `${form.elements.fichier?.value} ${form.elements.place?.value}`

// writtenSince are the fields that hold something else than they did, and how they are found on a page drawn anew.
function writtenSince(was) {
  return written().filter((field) => was.has(field) && was.get(field) !== valueOf(field)).map((field) =>
    ({ field, before: was.get(field), record: recordOf(field.form), at: [...document.getElementsByName(field.name)].indexOf(field) }))
}

// rewrite puts it into the fields of the page drawn anew that are the same still, and returns what is to be said
// where one is not; where lines have moved, none is.
function rewrite(later, moved) {
  let lost = ""
  for (const { field, before, record, at } of later) {
    const fresh = field.isConnected ? field : document.getElementById(field.id) ?? document.getElementsByName(field.name)[at]
    if (fresh !== field && (moved || !fresh?.form || recordOf(fresh.form) !== record || String(valueOf(fresh)).trim() !== String(before).trim())) {
      lost = notKept
      continue
    }
    if (fresh.type === "checkbox" || fresh.type === "radio") fresh.checked = field.checked; else fresh.value = field.value
    for (const kind of fresh.matches("[data-choose]") ? ["input", "change"] : ["input"]) fresh.dispatchEvent(new Event(kind, { bubbles: true }))
  }
  return lost
}
const notKept = " Ce que vous avez écrit pendant l'enregistrement n'est pas gardé."

// linesOf are the inputs of the lines that a form may add, each by the button that adds it.
const linesOf = (form) => [...form.querySelectorAll(".add:has(button[value^='ajouter:'])")].map((line) => [`button[value="${line.querySelector("button[value^='ajouter:']").value}"]`, line])

// keep puts lines that were not added back as they were written.
function keep(lines) {
  for (const [of, line] of lines) {
    const fresh = document.querySelector(of)?.closest(".add")
    if (!fresh) continue
    if (fresh !== line) fresh.replaceWith(line)
    if (line.closest("details")) line.closest("details").open = true
    touched.add(line.closest("form"))
  }
}

// tell says a sentence for a while, to the eye and to screen readers.
function tell(sentence) {
  const p = document.createElement("p")
  p.textContent = sentence ?? ""
  document.getElementById("flash").replaceChildren(...(sentence ? [p] : []))
  setTimeout(() => { if (p.isConnected) p.remove() }, 8000)
}

// ---- the picture: it is moved by dragging, by the wheel and by the keys

function dress() {
  watchWide()
  const svg = document.querySelector("[data-pan] svg")
  if (!svg) return
  const whole = svg.viewBox.baseVal
  const box = svg.parentElement.getBoundingClientRect()
  svg.whole = { x: whole.x, y: whole.y, w: whole.width, h: whole.height }
  if (!view) {
    const fits = Math.min(box.width / whole.width, box.height / whole.height)
    const scale = fits > 0.75 ? Math.min(1, fits) : 0.9
    view = { x: 0, y: 0, w: box.width / scale, h: box.height / scale }
    center(svg, svg.querySelector(".selected") ?? svg.querySelector(".start"))
  }
  show(svg)
}

// center brings a step to the middle, or the whole picture where it has room.
function center(svg, step) {
  const whole = svg.whole
  view.x = whole.x + (whole.w - view.w) / 2
  view.y = whole.y + Math.min(0, (whole.h - view.h) / 2)
  if (!step || view.w >= whole.w && view.h >= whole.h) return show(svg)
  const b = step.getBBox()
  view.x = b.x + b.width / 2 - view.w / 2
  view.y = Math.max(whole.y, b.y + b.height / 2 - view.h / 3)
  show(svg)
}

// leastScale is how small the picture may become where all of it is asked for: smaller, no word can be read.
const leastScale = 0.6

// fit shows the whole picture, or as much of it as can be read; the rest is reached by moving it.
function fit(svg) {
  const box = svg.parentElement.getBoundingClientRect(), whole = svg.whole
  const scale = Math.max(leastScale, Math.min(1.2, box.width / whole.w, box.height / whole.h))
  view = { x: whole.x, y: whole.y, w: box.width / scale, h: box.height / scale }
  center(svg, svg.querySelector(".selected") ?? svg.querySelector(".start"))
}

const show = (svg) => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`)

function zoom(svg, factor, cx = view.x + view.w / 2, cy = view.y + view.h / 2) {
  view = { x: cx - (cx - view.x) * factor, y: cy - (cy - view.y) * factor, w: view.w * factor, h: view.h * factor }
  show(svg)
}

document.addEventListener("click", (e) => {
  const how = e.target.closest("[data-zoom]")?.dataset.zoom
  const svg = document.querySelector("[data-pan] svg")
  if (!how || !svg) return
  if (how === "fit") fit(svg); else zoom(svg, how === "in" ? 0.8 : 1.25)
})

document.addEventListener("wheel", (e) => {
  const svg = e.target.closest?.("[data-pan]")?.querySelector("svg")
  if (!svg) return
  e.preventDefault()
  const box = svg.getBoundingClientRect()
  if (e.ctrlKey) zoom(svg, Math.exp(e.deltaY / 300), view.x + (e.clientX - box.x) / box.width * view.w, view.y + (e.clientY - box.y) / box.height * view.h)
  else { view.x += e.deltaX / box.width * view.w; view.y += e.deltaY / box.height * view.h; show(svg) }
}, { passive: false })

document.addEventListener("pointerdown", (e) => {
  const svg = e.target.closest?.("[data-pan]")?.querySelector("svg")
  if (!svg || e.button) return
  const from = { ...view, px: e.clientX, py: e.clientY }
  let dragged = false
  const box = svg.getBoundingClientRect()
  const move = (m) => {
    dragged ||= Math.hypot(m.clientX - from.px, m.clientY - from.py) > 4
    view.x = from.x - (m.clientX - from.px) / box.width * view.w
    view.y = from.y - (m.clientY - from.py) / box.height * view.h
    if (dragged) show(svg)
  }
  addEventListener("pointermove", move)
  addEventListener("pointerup", () => {
    removeEventListener("pointermove", move)
    if (dragged) addEventListener("click", (c) => { c.preventDefault(); c.stopPropagation() }, { capture: true, once: true })
  }, { once: true })
})

document.addEventListener("keydown", (e) => {
  const svg = e.target.matches?.("[data-pan]") && e.target.querySelector("svg")
  if (!svg) return
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key]
  if (step) { view.x += step[0] * view.w / 8; view.y += step[1] * view.h / 8; show(svg) }
  else if (e.key === "+" || e.key === "-") zoom(svg, e.key === "+" ? 0.8 : 1.25)
  else return
  e.preventDefault()
})

// ---- a wide table says on which side it goes on

const wide = new ResizeObserver((all) => { for (const { target } of all) edges(target.matches("table") ? target.parentElement : target) })

function edges(box) {
  const left = box.scrollLeft > 4, right = box.scrollLeft + box.clientWidth < box.scrollWidth - 4
  box.classList.toggle("more-left", left)
  box.classList.toggle("more-right", right)
  let words = box.previousElementSibling
  if (!words?.matches(".goes-on")) {
    if (!right) return
    words = document.createElement("p")
    words.className = "goes-on"
    words.setAttribute("aria-hidden", "true")
    words.textContent = "Le tableau continue à droite →"
    box.before(words)
  }
  words.classList.toggle("shown", left || right)
  words.textContent = right ? "Le tableau continue à droite →" : "← Le tableau continue à gauche"
}

function watchWide() {
  for (const box of document.querySelectorAll("main :is(.scroll, .wide, .wide-table, [data-sheet]):has(> table)")) {
    wide.observe(box)
    wide.observe(box.querySelector(":scope > table"))
  }
}

document.addEventListener("scroll", (e) => {
  if (e.target.matches?.(".scroll, .wide, .wide-table, [data-sheet]")) edges(e.target)
}, { capture: true, passive: true })

// ---- searching a step

document.addEventListener("input", (e) => {
  const list = e.target.dataset.find && document.querySelector(e.target.dataset.find)
  if (!list) return
  const plain = (t) => t.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
  const words = plain(e.target.value).split(/\s+/).filter(Boolean)
  for (const item of list.querySelectorAll("[data-find-text]")) item.hidden = !words.every((w) => plain(item.dataset.findText).includes(w))
  list.classList.toggle("found", words.length > 0)
})

// Enter sends no form from a search that sends nothing by itself: it opens what is found first, if that opens.
for (const type of ["keydown", "keypress"]) document.addEventListener(type, (e) => {
  if (e.key !== "Enter" || !e.target.matches("[data-find]:not([name])")) return
  e.preventDefault()
  if (type === "keydown") document.querySelector(`${e.target.dataset.find}.found [data-find-text]:not([hidden]) a`)?.click()
})

dress()
settle(0)
