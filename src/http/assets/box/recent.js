// The latest searches, kept in the browser only. Storage may be blocked or full: then nothing is kept.

const MAX_RECENT = 5;

/** Returns the list of the latest searches at an endpoint. */
export function recentSearches(endpoint, isEnabled) {
  const name = `bloghound:recent:${endpoint}`;

  function read() {
    try {
      const list = isEnabled() ? JSON.parse(localStorage.getItem(name)) : [];
      return Array.isArray(list) ? list.filter((query) => typeof query === "string").slice(0, MAX_RECENT) : [];
    } catch {
      return [];
    }
  }

  function write(list) {
    try {
      if (!isEnabled()) return;
      if (list.length) localStorage.setItem(name, JSON.stringify(list.slice(0, MAX_RECENT)));
      else localStorage.removeItem(name);
    } catch {
      // The list stays as it is.
    }
  }

  const remove = (query) => write(read().filter((other) => other !== query));
  const add = (query) => {
    if (query.trim()) write([query.trim(), ...read().filter((other) => other !== query.trim())]);
  };
  return { read, add, remove };
}
