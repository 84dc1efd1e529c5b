// Translating: the keyboard, and what is said of a text while it is being written. The page works without it.

const form = () => document.querySelector("form[data-words]")

// Ctrl+Enter saves and goes on to the next text.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || !e.target.closest("form[data-words]")) return
  e.preventDefault()
  form().requestSubmit(form().querySelector("button[value=suivant]"))
})

// A placeholder is put where the cursor was.
let written // the field that was written in last
document.addEventListener("focusin", (e) => { if (e.target.matches("form[data-words] textarea")) written = e.target })
document.addEventListener("click", (e) => {
  const insert = e.target.closest("[data-insert]")?.dataset.insert
  const field = written?.isConnected ? written : form()?.querySelector("textarea:last-of-type")
  if (!insert || !field) return
  field.setRangeText(insert, field.selectionStart, field.selectionEnd, "end")
  field.focus()
  field.dispatchEvent(new InputEvent("input", { bubbles: true }))
})

// What is wrong with a text is said as soon as the hand rests.
let rest, asked = 0
document.addEventListener("input", (e) => {
  if (!e.target.closest("form[data-words]")) return
  clearTimeout(rest)
  rest = setTimeout(trial, 250)
})

function trial() {
  const from = form()
  if (!from) return
  const turn = ++asked
  const request = new XMLHttpRequest()
  request.open("POST", from.dataset.words)
  request.responseType = "document"
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded")
  request.onload = () => {
    const fresh = request.status === 200 && request.response?.getElementById("words-trial")
    if (fresh && turn === asked && from.isConnected) document.getElementById("words-trial").replaceChildren(...[...fresh.childNodes].map((n) => document.importNode(n, true)))
  }
  request.send(new URLSearchParams([...new FormData(from)].map(([k, v]) => [k, String(v)])).toString())
}

// The open text is in sight in its list, also after the list was drawn anew.
const list = document.querySelector(".words")
function seen() {
  const box = list.querySelector(".words-list"), row = box?.querySelector("[aria-current]")
  if (!row) return
  const r = row.getBoundingClientRect(), b = box.getBoundingClientRect()
  if (r.top < b.top || r.bottom > b.bottom) box.scrollTop += r.top - b.top - b.height / 3
}
if (list) {
  seen()
  new MutationObserver(seen).observe(list, { childList: true })
}
