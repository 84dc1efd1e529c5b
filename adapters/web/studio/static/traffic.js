// The page of figures: its tables are sorted by their heads, and their last rows come on demand. Without it
// all rows are there, in the order of the service.

const language = new Intl.Collator("fr", { numeric: true })

function dressTables() {
  for (const table of document.querySelectorAll("table[data-sort]:not(.sortable)")) {
    table.classList.add("sortable")
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = head.textContent
      head.replaceChildren(button)
    }
  }
}

document.addEventListener("click", (e) => {
  const button = e.target.closest("table.sortable th button")
  if (button) sort(button.closest("th"))
  if (e.target.closest("[data-print]")) print()
  const more = e.target.closest("[data-unfold]")
  if (more) {
    document.getElementById(more.dataset.unfold).classList.add("whole")
    more.remove()
  }
})

function sort(head) {
  const table = head.closest("table")
  const column = head.cellIndex
  const number = head.classList.contains("number")
  const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : number
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort")
  head.setAttribute("aria-sort", down ? "descending" : "ascending")
  const key = (row) => (number ? Number(row.cells[column].dataset.key ?? 0) : row.cells[column].textContent)
  const rows = [...table.tBodies[0].rows]
  rows.sort((a, b) => (number ? key(a) - key(b) : language.compare(key(a), key(b))) * (down ? -1 : 1))
  rows.forEach((row, i) => row.classList.toggle("late", i >= 15))
  table.tBodies[0].append(...rows)
}

// A day that is chosen asks for the period between two days.
document.addEventListener("change", (e) => {
  if (e.target.matches(".filters input[type=date]")) document.getElementById("periode").value = "libre"
})

new MutationObserver(dressTables).observe(document.getElementById("main"), { childList: true, subtree: true })
dressTables()
