const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long is left until a deadline, in the two largest units: `6 d 23 h left`. Times are in ms. */
export function describeDeadline(due: number, now: number): string {
  const left = due - now;
  if (left <= 0) return 'passed';
  if (left < MINUTE_MS) return 'less than a minute left';
  if (left < HOUR_MS) return `${Math.floor(left / MINUTE_MS)} min left`;
  if (left < DAY_MS) return `${Math.floor(left / HOUR_MS)} h ${Math.floor((left % HOUR_MS) / MINUTE_MS)} min left`;
  return `${Math.floor(left / DAY_MS)} d ${Math.floor((left % DAY_MS) / HOUR_MS)} h left`;
}
