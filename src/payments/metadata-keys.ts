import { createHash } from 'node:crypto';

/** What a pair of metadata is found by: short, however long its texts are. */
export function metadataKey(name: string, value: string): string {
  return createHash('sha256').update(`${name}=${value}`).digest('base64url').slice(0, 22);
}

/** Those of all pairs, sorted. */
export function metadataKeys(metadata: Readonly<Record<string, string>>): string[] {
  return Object.entries(metadata)
    .map(([name, value]) => metadataKey(name, value))
    .sort();
}
