/**
 * Whether this browser has logged in. The session's cookie cannot be read by scripts; without this note every visit to
 * the log-in page would begin with a refused request.
 */
const STORAGE_KEY = 'tokengrip.session';

export function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === '1';
  } catch {
    return true;
  }
}

export function noteSession(present: boolean) {
  try {
    if (present) localStorage.setItem(STORAGE_KEY, '1');
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Without storage the first request tells.
  }
}
