const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const exactLocal = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** Below a day `3 min ago` or `in 3 min`, otherwise the date and time in the viewer's zone. Times are in ms. */
export function describeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance >= DAY_MS) return dateTime.format(at);
  const text = describeDuration(distance);
  if (text === null) return at > now ? 'in a moment' : 'just now';
  return at > now ? `in ${text}` : `${text} ago`;
}

/** `45 s`, `3 min` or `5 h`; null below five seconds. */
function describeDuration(ms: number): string | null {
  if (ms < 5_000) return null;
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  return `${Math.floor(ms / HOUR_MS)} h`;
}

/** A time by one of the formats; the text itself if it is no time. */
export function formatTime(format: Intl.DateTimeFormat, iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : format.format(at);
}

/** The time in the viewer's zone, and in UTC as the API writes it. */
export function exactTime(iso: string): string {
  return `${formatTime(exactLocal, iso)} · ${iso}`;
}
