import { createHash } from 'node:crypto';

/**
 * A short key to find payments with a pair of metadata, however long its texts are. A name may contain any separator,
 * so the pair is written as JSON.
 */
export function metadataKey(name: string, value: string): string {
  return createHash('sha256')
    .update(JSON.stringify([name, value]))
    .digest('base64url')
    .slice(0, 22);
}

/** The keys of all pairs, sorted. */
export function metadataKeys(metadata: Readonly<Record<string, string>>): string[] {
  return Object.entries(metadata)
    .map(([name, value]) => metadataKey(name, value))
    .sort();
}
