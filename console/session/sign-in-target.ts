/** Where to go after signing in, of what the address says: a page of the console, and nothing else. */
export function signInTarget(search: string, location: string): string {
  const to = new URLSearchParams(search).get('to');
  if (to !== null) {
    const path = to.replace(/^\/console(?=\/|$)/, '');
    return /^\/(?![/\\])[\w\-./?=&%]*$/.test(path) ? path : '/';
  }
  return location === '/login' ? '/' : location;
}

/** The token of a one-time link, from the part of the address that browsers send to nobody. */
export function linkToken(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('link');
}
