/** What a merchant stores with an object. */
export type Metadata = Readonly<Record<string, string>>;

/** Changes of metadata: a null removes its key; null in place of all removes every key. */
export type MetadataChanges = Readonly<Record<string, string | null>> | null;

/** Returns the metadata after the changes; keys that the changes do not name stay as they are. */
export function mergedMetadata(current: Metadata, changes: MetadataChanges): Metadata {
  if (changes === null) return {};
  // Keys may be any text, `__proto__` too: a Map keeps them apart from an object's own properties.
  const merged = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** Whether a stored value is metadata. */
export function isMetadata(value: unknown): value is Metadata {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
