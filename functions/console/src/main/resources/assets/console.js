// Times in the viewer's zone, and buttons that copy. Pages work without either.
(() => {
  const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const improve = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.valueOf())) {
        time.title = zone.format(at);
        if (time.classList.contains("clock")) time.textContent = zone.format(at);
      }
    }
    for (const button of root.querySelectorAll("button.copy[hidden]")) {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent.trim());
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
      });
    }
  };
  improve(document);
  document.addEventListener("htmx:afterSwap", (event) => improve(event.target.parentElement ?? document));
})();
