import { distance } from 'fastest-levenshtein';

/** Shorter names, such as PORT, are too close to names that others use. */
const SHORTEST = 8;

/** How many letters may be wrong, missing or too many. */
const MAX_DISTANCE = 2;

/** A sentence for each name of the environment that is nearly, but not quite, the name of a setting. */
export function misspelledSettings(names: readonly string[], settings: readonly string[]): string[] {
  return names.flatMap((name) => {
    if (settings.includes(name)) return [];
    const meant = settings.find((setting) => setting.length >= SHORTEST && isNearly(name, setting));
    return meant === undefined ? [] : [`${name} is not a setting; ${meant} is`];
  });
}

function isNearly(name: string, setting: string): boolean {
  return (
    Math.abs(name.length - setting.length) <= MAX_DISTANCE && distance(name.toUpperCase(), setting) <= MAX_DISTANCE
  );
}
