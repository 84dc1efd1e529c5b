// The forms of records: what stands beside a form is drawn again while somebody writes in it.

let waiting

document.addEventListener("input", (e) => {
  const form = e.target.closest("form[data-try]")
  if (!form) return
  clearTimeout(waiting)
  waiting = setTimeout(() => look(form), 350)
})

// look asks what the text would be on each channel, or the calendar, of what is written and not saved.
function look(form) {
  const request = new XMLHttpRequest()
  request.open("POST", form.dataset.try)
  request.responseType = "document"
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded")
  request.onload = () => {
    const fresh = request.status === 200 && request.response?.getElementById("beside")
    if (fresh) document.getElementById("beside")?.replaceWith(document.importNode(fresh, true))
  }
  request.send(new URLSearchParams([...new FormData(form)].map(([k, v]) => [k, String(v)])).toString())
}
