// The keyboard of a decision table, and its rows edited in place. The page works without: each row has links
// and buttons that do the same.

const rules = () => document.getElementById("rules")
const grid = () => document.querySelector("table.decision")
let scrolled = { left: 0, top: 0 } // how far the grid is
let wanted // where the keyboard goes when the grid has come back: the id of a cell, or a selector

// ---- fetching: the parts of this page alone are put in place

function get(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open("GET", url)
    request.responseType = "document"
    request.setRequestHeader("Accept", "text/html")
    request.onload = () => request.status === 200 ? resolve(request.response) : reject(new Error(String(request.status)))
    request.onerror = () => reject(new Error("offline"))
    request.send()
  })
}

async function bring(url, ...ids) {
  try {
    const page = await get(url)
    for (const id of ids) {
      const fresh = page.getElementById(id)
      if (fresh) document.getElementById(id).replaceWith(document.importNode(fresh, true))
    }
    return true
  } catch {
    location.assign(url)
  }
}

// here is the address of the page without a row in its editor; with what an editor is opened by.
function here(with_ = "") {
  const q = new URLSearchParams(location.search)
  for (const name of ["ligne", "apres", "fait"]) q.delete(name)
  for (const [name, value] of new URLSearchParams(with_)) q.set(name, value)
  const text = q.toString()
  return location.pathname + (text && "?" + text)
}

// ---- cells: one of them is in the order of the Tab key

const rows = () => [...grid().querySelectorAll("tbody.rule > tr:first-child")]
const cells = (row) => [...row.querySelectorAll("td[id]")]

function dress() {
  const table = grid()
  if (!table) return
  if (document.activeElement?.matches(".writing [aria-invalid]")) wanted = undefined // refused: the keyboard stays in it
  document.querySelector("[data-sheet]").scrollTo(scrolled)
  table.setAttribute("role", "grid")
  const all = table.querySelectorAll("td[id]")
  for (const td of all) if (td.tabIndex !== 0 || td !== document.activeElement) td.tabIndex = -1
  const first = (wanted && document.getElementById(wanted)) ?? document.activeElement?.closest?.("td[id]") ?? all[0]
  if (first) first.tabIndex = 0
  if (!wanted) return
  const target = document.getElementById(wanted) ?? document.querySelector(wanted.startsWith("c-") ? "#none" : wanted)
  wanted = undefined
  target?.focus()
  target?.scrollIntoView({ block: "nearest", inline: "nearest" })
}

document.addEventListener("scroll", (e) => {
  if (e.target.matches?.("[data-sheet]")) scrolled = { left: e.target.scrollLeft, top: e.target.scrollTop }
}, { capture: true, passive: true })

function go(td) {
  if (!td) return
  for (const other of grid().querySelectorAll("td[id][tabindex='0']")) other.tabIndex = -1
  td.tabIndex = 0
  td.focus()
}

// column is where a cell begins, counted in columns.
function column(td) {
  let n = 0
  for (let c = td.previousElementSibling; c; c = c.previousElementSibling) n += c.colSpan
  return n
}

function beside(td, key) {
  const line = td.parentElement, all = rows(), at = all.indexOf(line)
  const near = (row) => row && (cells(row).findLast((c) => column(c) <= column(td)) ?? cells(row)[0])
  switch (key) {
    case "ArrowLeft": return cells(line)[cells(line).indexOf(td) - 1]
    case "ArrowRight": return cells(line)[cells(line).indexOf(td) + 1]
    case "ArrowUp": return near(all[at - 1])
    case "ArrowDown": return near(all[at + 1])
    case "Home": return cells(line)[0]
    case "End": return cells(line).at(-1)
  }
}

// edit opens a row, with the keyboard in the input of a column.
async function edit(query, k) {
  wanted = k === undefined ? ".writing select" : `.writing select[name="k${k}"]`
  await bring(here(query), "rules")
}

const indexOf = (td) => Number(td.id.split("-")[1])
const columnOf = (td) => Number(td.id.split("-")[2])

document.addEventListener("keydown", (e) => {
  const td = e.target.closest?.("table.decision td[id]")
  if (!td || e.target !== td) return
  const edits = grid().dataset.edits, n = indexOf(td)
  if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) {
    const up = e.key === "ArrowUp"
    const button = td.closest("tbody").querySelector(`button[value="${up ? "monter" : "descendre"}:${n}"]:not(:disabled)`)
    if (button) {
      wanted = `c-${n + (up ? -1 : 1)}-${columnOf(td)}`
      button.click()
    }
  } else if (e.ctrlKey && e.key === "Enter" && edits) edit(`apres=${n + 1}`)
  else if ((e.key === "Enter" || e.key === "F2") && edits) edit(`ligne=${n + 1}`, columnOf(td))
  else if (!e.altKey && !e.ctrlKey && !e.metaKey && beside(td, e.key)) go(beside(td, e.key))
  else return
  e.preventDefault()
})

// In the editor: Enter or Ctrl+Enter saves, Escape gives up.
document.addEventListener("keydown", (e) => {
  const writing = e.target.closest?.(".writing")
  if (!writing) return
  const shown = e.target.matches("select:open")
  if (e.key === "Enter" && !shown && (e.ctrlKey || e.target.matches("select, input"))) {
    e.preventDefault()
    writing.querySelector("button.main").click()
  } else if (e.key === "Escape" && !shown) {
    e.preventDefault()
    writing.querySelector("[data-leave]").click()
  }
})

// after is the cell that the keyboard goes to when a row was written.
function after(writing) {
  const added = writing.querySelector("[name=apres]")
  const n = Number((added ?? writing.querySelector("[name=ligne]")).value)
  const at = document.activeElement?.closest("td")?.querySelector("select")?.name
  return `c-${added ? n : n - 1}-${at ? at.slice(1) : 0}`
}

document.addEventListener("submit", (e) => {
  const writing = e.target.id === "rules-form" && e.target.querySelector(".writing")
  if (writing) wanted = after(writing)
}, { capture: true })

document.addEventListener("click", (e) => {
  const link = e.target.closest?.("a[data-edit], a[data-leave]")
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return
  e.preventDefault()
  if (link.matches("[data-edit]")) edit(new URL(link.href).search)
  else {
    const writing = link.closest(".writing"), added = writing.querySelector("[name=apres]")
    wanted = added ? `c-${Math.max(0, added.value - 1)}-0` : after(writing)
    bring(here(), "rules")
  }
})

document.addEventListener("dblclick", (e) => {
  const td = e.target.closest?.("table.decision td[id]")
  if (td && grid().dataset.edits) edit(`ligne=${indexOf(td) + 1}`, columnOf(td))
})

document.addEventListener("focusin", (e) => { if (e.target.matches?.("table.decision td[id]")) go(e.target) })
document.addEventListener("mousedown", (e) => {
  const td = e.target.closest?.("table.decision td[id]")
  if (td) go(td)
})

// ---- trying a case: the row lights up without leaving the page

async function attempt(form) {
  const q = new URLSearchParams([...new FormData(form)].map(([k, v]) => [k, String(v)]))
  const focused = document.activeElement?.id
  const url = location.pathname + "?" + q
  if (!await bring(url, "essai", "rules")) return
  history.replaceState(null, "", url)
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  light()
}

// light brings the row that decides into sight.
function light() {
  const lit = document.querySelector(".rule.lit"), sheet = document.querySelector("[data-sheet]")
  if (lit) sheet.scrollTop += lit.getBoundingClientRect().top - sheet.getBoundingClientRect().top - sheet.clientHeight / 3
}

document.addEventListener("submit", (e) => {
  if (!e.target.matches("[data-try]")) return
  e.preventDefault()
  attempt(e.target)
})
document.addEventListener("change", (e) => { if (e.target.closest("[data-try]") && document.querySelector(".decided")) attempt(e.target.form) })

// ---- whether sentences are shown is kept on this browser

const sentences = document.getElementById("sentences")
try {
  sentences.checked = localStorage.getItem("phrases") !== "non"
  sentences.addEventListener("change", () => localStorage.setItem("phrases", sentences.checked ? "oui" : "non"))
} catch { /* nothing is kept here */ }

// ---- what the proof finds later is shown in the grid, too, unless a row is being written

let pending = false
new MutationObserver(() => {
  if (!grid()) return
  if (!grid().hasAttribute("role")) dress()
  const now = document.querySelector("#draft [data-pending]") !== null
  if (pending && !now && !document.querySelector(".writing") && document.querySelector("#rules .pending")) {
    wanted = document.activeElement?.closest?.("table.decision td[id]")?.id
    bring(here(), "rules")
  }
  pending = now
}).observe(document.body, { childList: true, subtree: true })

if (document.querySelector(".writing")) wanted = ".writing select"
if (new URLSearchParams(location.search).has("ligne") || new URLSearchParams(location.search).has("apres")) history.replaceState(null, "", here())
pending = document.querySelector("#draft [data-pending]") !== null
dress()
light()
