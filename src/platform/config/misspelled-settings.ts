import { distance } from 'fastest-levenshtein';

/** Shorter names, such as PORT, are too close to names that others use. */
const SHORTEST = 8;

/** From this length on, two letters may be wrong, missing or too many; one in shorter names. */
const LONG = 12;

/** A sentence for each name of the environment that is nearly, but not quite, the name of a setting. */
export function misspelledSettings(names: readonly string[], settings: readonly string[]): string[] {
  return names.flatMap((name) => {
    if (settings.includes(name)) return [];
    const meant = settings.find((setting) => setting.length >= SHORTEST && isNearly(name, setting));
    return meant === undefined ? [] : [`${name} is not a setting; ${meant} is`];
  });
}

function isNearly(name: string, setting: string): boolean {
  const limit = setting.length < LONG ? 1 : 2;
  return Math.abs(name.length - setting.length) <= limit && distance(name.toUpperCase(), setting) <= limit;
}
