// Runs before the first paint, so that a page never flashes in the wrong colours. Kept in step with src/lib/theme.ts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('tokengrip.theme');
  } catch {
    // Storage may be forbidden; the system's theme is a good answer then.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
