/**
 * The keys of the store are strings; one character is one byte. A key begins with its space: all documents of a
 * collection, or all entries of an index.
 */
export const SPACES = {
  /** One key for each of the last commits. */
  commits: 'c',
  /** The documents of each collection, by record id. */
  documents: 'd',
  /** The entries of each index. */
  entries: 'i',
  /** One key: the catalog. */
  catalog: 'm',
  /** The counters of each collection. */
  counters: 'n',
} as const;

const byte = (value: number, shift: number): number => (value >>> shift) & 0xff;

/** Four bytes, big-endian. */
export const uint32 = (value: number): string =>
  String.fromCharCode(byte(value, 24), byte(value, 16), byte(value, 8), byte(value, 0));

export const documentSpace = (collectionId: number): string => SPACES.documents + uint32(collectionId);
export const indexSpace = (collectionId: number, indexId: number): string =>
  SPACES.entries + uint32(collectionId) + uint32(indexId);

/** The length of a record id, or of a commit number, in bytes. */
export const ID_BYTES = 6;

/** Six bytes, big-endian, so that records are in the order of insertion. */
export function idKey(id: number): string {
  const high = Math.floor(id / 2 ** 32);
  return String.fromCharCode(byte(high, 8), byte(high, 0)) + uint32(id);
}

/** Reads the id at the end of a key. */
export function idAtEnd(key: string): number {
  let id = 0;
  for (let i = Math.max(0, key.length - ID_BYTES); i < key.length; i++) id = id * 256 + key.charCodeAt(i);
  return id;
}

/** Reads the number at offset `at` of a key. */
export function uint32At(key: string, at: number): number {
  return (
    ((key.charCodeAt(at) << 24) |
      (key.charCodeAt(at + 1) << 16) |
      (key.charCodeAt(at + 2) << 8) |
      key.charCodeAt(at + 3)) >>>
    0
  );
}

export const toBuffer = (key: string): Buffer => Buffer.from(key, 'latin1');
