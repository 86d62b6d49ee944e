/**
 * Whether a path matches a pattern in which `*` is one or more characters. The time is that of searching each part of
 * the pattern once.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return path === pattern;
  if (!path.startsWith(first)) return false;
  const last = parts.pop() ?? '';
  let at = first.length;
  for (const part of parts) {
    // The leftmost place is the best one: it leaves most for the rest.
    const found = path.indexOf(part, at + 1);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.endsWith(last) && path.length - last.length > at;
}
