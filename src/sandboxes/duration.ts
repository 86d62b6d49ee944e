const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const SIMPLE = /^(\d{1,9})([smhd])$/;

// The part of ISO 8601 without years and months, which have no fixed length.
const ISO_8601 = /^P(?:(\d{1,9})W|(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?)$/;

/** A duration such as `90s`, `3d` or `PT36H`, in ms; null if the text is none. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = SIMPLE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (UNITS[unit] ?? 0);
  const match = ISO_8601.exec(text);
  if (!match || text === 'P') return null;
  const [weeks, days, hours, minutes, seconds] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const ofDays = ((weeks ?? 0) * 7 + (days ?? 0)) * 86_400_000;
  return ofDays + (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + (seconds ?? 0) * 1_000;
}
