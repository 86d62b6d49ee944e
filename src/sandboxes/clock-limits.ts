/** The latest time that a clock can show. */
export const LATEST_TIME = new Date('2100-01-01T00:00:00.000Z');
