const DAY_MS = 86_400_000;
const SATURDAY = 6;
const SUNDAY = 0;

/** The beginning of the day in UTC. */
export function dayOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS);
}

/**
 * When captured funds become available: at 00:00 UTC, that many business days later; weekends do not count. With 0 at
 * once.
 */
export function availableOn(capturedAt: Date, businessDays: number): Date {
  if (businessDays === 0) return capturedAt;
  let day = dayOf(capturedAt).getTime();
  for (let left = businessDays; left > 0;) {
    day += DAY_MS;
    const weekday = new Date(day).getUTCDay();
    if (weekday !== SATURDAY && weekday !== SUNDAY) left -= 1;
  }
  return new Date(day);
}
