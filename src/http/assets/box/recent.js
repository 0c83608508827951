// The latest searches, kept in the browser only. Storage may be blocked or full: then nothing is kept.

const MAX_RECENT = 5;

/** Returns the list of the latest searches at an endpoint. */
export function recentSearches(endpoint, isEnabled) {
  const name = `bloghound:recent:${endpoint}`;

  /** Returns the list, changed by a function that gets the list without a query. */
  function update(query, change) {
    try {
      const list = JSON.parse(isEnabled() && localStorage.getItem(name)) || [];
      const changed = change(list.filter((other) => other.trim() && other !== query)).slice(0, MAX_RECENT);
      if (query && isEnabled()) localStorage.setItem(name, JSON.stringify(changed));
      return changed;
    } catch {
      return [];
    }
  }

  return {
    read: () => update("", (list) => list),
    add: (query) => update(query.trim(), (list) => [query.trim(), ...list]),
    remove: (query) => update(query, (list) => list),
  };
}
