/** Longest wait that a client can ask for, in seconds. */
export const MAX_WAIT_SECONDS = 30;

/**
 * The seconds of the first preference `wait` in a header Prefer (RFC 7240), at most 30; null if there is none. As
 * the RFC says, what is not understood is ignored.
 */
export function preferredWait(header: string | readonly string[] | undefined): number | null {
  const preferences = [header ?? []].flat().flatMap((value) => value.split(','));
  for (const preference of preferences) {
    const [name = '', value = ''] = (preference.split(';', 1)[0] ?? '').split('=', 2);
    if (name.trim().toLowerCase() !== 'wait') continue;
    const digits = value.trim().replace(/^"(.*)"$/, '$1');
    return /^\d{1,9}$/.test(digits) ? Math.min(Number(digits), MAX_WAIT_SECONDS) : null;
  }
  return null;
}
