// Asks how far an import is, and shows it. Without this the page asks again by itself; the address says that a script
// does it, so that the page does not.
const section = document.querySelector('[data-progress]');
const here = location.pathname;

if (section && !new URLSearchParams(location.search).has('live')) {
  location.replace(`${here}?live=1`);
} else if (section) {
  const bar = section.querySelector('progress');
  const stands = section.querySelector('h2');
  const told = section.querySelector('[data-told]');
  const ask = async () => {
    try {
      const answer = await fetch(section.dataset.progress, { headers: { accept: 'application/json' } });
      if (answer.redirected || answer.status === 404) return location.replace(here);
      if (!answer.ok) return setTimeout(ask, 10_000);
      const progress = await answer.json();
      if (progress.over) return location.replace(here);
      bar.value = progress.percent;
      stands.textContent = progress.stands;
      told.textContent = progress.told;
    } catch { /* The service may be starting again: ask once more. */ }
    return setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
}
