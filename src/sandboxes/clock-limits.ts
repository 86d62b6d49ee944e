const EARLIEST_TIME = new Date('2000-01-01T00:00:00.000Z');

/** The latest time that a clock can show. */
export const LATEST_TIME = new Date('2100-01-01T00:00:00.000Z');

/** Whether a virtual clock can begin at this time. */
export function canBeShown(time: Date): boolean {
  return time >= EARLIEST_TIME && time <= LATEST_TIME;
}
