// Copies the text that a button names, and says so. Without this script the buttons stay hidden, and the text is there
// to be selected.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const said = button.nextElementSibling;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    const text = from.value ?? from.textContent;
    try {
      // Not there on pages that came over plain HTTP.
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
    } catch {
      const folded = from.closest("details");
      if (folded) folded.open = true;
      getSelection().selectAllChildren(from);
      if (from.select) from.select();
      said.textContent = document.execCommand("copy") ? "Copied" : "Selected: copy it with your keyboard";
    }
    setTimeout(() => { said.textContent = ""; }, 4000);
  });
}
