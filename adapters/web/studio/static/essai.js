// The preview: it is sent without leaving the page, and played again after each change of the draft. Without
// this script its buttons lead to a page that shows the same.

const preview = () => document.getElementById("trial")

// send posts the preview's form and puts the answer in place. Focus stays where it was.
async function send(form, button) {
  const sent = [...new FormData(form)].map(([k, v]) => [k, String(v)])
  if (button?.name) sent.push([button.name, button.value])
  const open = [...form.querySelectorAll("details[open]")].map((d) => d.id)
  const focused = document.activeElement && form.contains(document.activeElement) ? document.activeElement : null
  const page = await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open("POST", form.getAttribute("action"))
    request.responseType = "document"
    request.setRequestHeader("Accept", "text/html")
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded")
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Error(String(request.status))))
    request.onerror = () => reject(new Error("offline"))
    request.send(new URLSearchParams(sent).toString())
  })
  const fresh = page?.getElementById("trial")
  if (!fresh) throw new Error("no preview")
  preview().replaceWith(document.importNode(fresh, true))
  for (const id of open) { const d = document.getElementById(id); if (d) d.open = true }
  if (focused && document.activeElement === document.body) { // nobody has gone elsewhere meanwhile
    const again = focused.id ? document.getElementById(focused.id) : preview().querySelector(`[name="${focused.name}"][value="${CSS.escape(focused.value)}"]`)
    ;(again ?? document.getElementById("trial-words"))?.focus({ preventScroll: true })
  }
  toEnd()
}

// toEnd shows the last message of each channel.
function toEnd() {
  for (const b of document.querySelectorAll("#trial .bubbles")) b.scrollTop = b.scrollHeight
}

document.addEventListener("submit", async (e) => {
  if (!e.target.matches("[data-trial]") || e.submitter?.matches("[data-leave]")) return
  e.preventDefault()
  try { await send(e.target, e.submitter) } catch { HTMLFormElement.prototype.submit.call(e.target) }
})

// The draft has changed: the same conversation is played on it.
document.addEventListener("studio:placed", () => {
  const form = preview()?.querySelector("form")
  if (form) send(form).catch(() => { /* the next change plays it */ })
})

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-hide-trial]")) {
    const wide = matchMedia("(min-width: 73.75rem)").matches
    const on = document.documentElement.classList.toggle(wide ? "no-trial" : "trial-tab") !== wide
    for (const b of document.querySelectorAll("[data-hide-trial]")) b.setAttribute("aria-pressed", String(on))
    toEnd()
    if (on && !wide) preview()?.scrollIntoView({ block: "nearest" })
  }
  const listen = e.target.closest("[data-listen]")
  if (listen) hear(listen)
})

// hear plays a text sentence by sentence, as the telephone does; a second click stops it.
let sound
async function hear(button) {
  if (sound) { sound.close(); sound = undefined; return }
  const speaking = (sound = new AudioContext())
  const text = button.closest(".bubble").querySelector("p:not(.by)").textContent
  const said = button.textContent
  button.textContent = "Arrêter"
  try {
    for (let n = 0; sound === speaking; n++) {
      const answer = await fetch("/studio/essai/voix", { method: "POST", body: new URLSearchParams({ langue: button.dataset.language, texte: text, phrase: String(n) }) })
      if (answer.status !== 200) break
      const buffer = await speaking.decodeAudioData(await answer.arrayBuffer())
      const source = speaking.createBufferSource()
      source.buffer = buffer
      source.connect(speaking.destination)
      await new Promise((done) => { source.onended = done; speaking.onstatechange = () => { if (speaking.state === "closed") done() }; source.start() })
    }
  } catch { /* the voice does not answer */ }
  button.textContent = said
  if (sound === speaking) { speaking.close(); sound = undefined }
}

// On a narrow screen the preview takes the place of the step when it is asked for.
if (!matchMedia("(min-width: 73.75rem)").matches)
  for (const b of document.querySelectorAll("[data-hide-trial]")) b.setAttribute("aria-pressed", "false")

toEnd()
