/** A key of LevelDB with its value. */
export type StoredEntry = readonly [key: Buffer, value: Buffer];

const HEADER_BYTES = 8;

/** Encodes entries, each as the length of its key, the length of its value (both big-endian), key and value. */
export function encodeChunk(entries: readonly StoredEntry[]): Buffer {
  const bytes = entries.reduce((sum, [key, value]) => sum + HEADER_BYTES + key.length + value.length, 0);
  const chunk = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const [key, value] of entries) {
    at = chunk.writeUInt32BE(key.length, at);
    at = chunk.writeUInt32BE(value.length, at);
    at += key.copy(chunk, at);
    at += value.copy(chunk, at);
  }
  return chunk;
}

/** Reads the entries of a chunk. Throws RangeError if it does not end with an entry. */
export function* decodeChunk(chunk: Buffer): Generator<StoredEntry, undefined> {
  for (let at = 0; at < chunk.length;) {
    const keyStart = at + HEADER_BYTES;
    if (keyStart > chunk.length) throw cut();
    const valueStart = keyStart + chunk.readUInt32BE(at);
    const end = valueStart + chunk.readUInt32BE(at + 4);
    if (end > chunk.length) throw cut();
    yield [chunk.subarray(keyStart, valueStart), chunk.subarray(valueStart, end)];
    at = end;
  }
}

const cut = (): RangeError => new RangeError('An entry is longer than its chunk');
