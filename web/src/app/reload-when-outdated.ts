const STORAGE_KEY = 'tokengrip.reloaded';
/** Failing again so soon after loading the page anew is no matter of its age. */
const ONCE_IN_MS = 30_000;

/**
 * A page that was open during an upgrade asks for parts that are gone, because their names contain their hashes. Loading
 * it anew brings the ones that fit; its state is in the address.
 */
export function reloadWhenOutdated() {
  window.addEventListener('vite:preloadError', (event) => {
    const before = Number(sessionStorage.getItem(STORAGE_KEY) ?? 0);
    if (Date.now() - before < ONCE_IN_MS) return;
    event.preventDefault();
    sessionStorage.setItem(STORAGE_KEY, String(Date.now()));
    window.location.reload();
  });
}
