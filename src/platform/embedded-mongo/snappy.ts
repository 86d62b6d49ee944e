/** Decompresses Snappy data. Returns undefined if it is invalid. */
export function expandSnappy(bytes: Buffer): Buffer | undefined {
  const header = readVarint(bytes, 0);
  if (!header || header.value > MAX_BYTES) return undefined;
  const result = Buffer.alloc(header.value);
  let written = 0;
  for (let at = header.end; at < bytes.length;) {
    const part = readPart(bytes, at);
    if (written + part.length > result.length) return undefined;
    if (part.distance === 0) {
      if (part.end + part.length > bytes.length) return undefined;
      bytes.copy(result, written, part.end, part.end + part.length);
      at = part.end + part.length;
    } else {
      if (part.distance > written) return undefined;
      // The source of a copy may overlap the bytes that the copy itself writes.
      for (let i = 0; i < part.length; i++) result[written + i] = result[written + i - part.distance] ?? 0;
      at = part.end;
    }
    written += part.length;
  }
  return written === result.length ? result : undefined;
}

/** Larger than any block of a table. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A literal, with distance 0 and its bytes at `end`, or a copy of the bytes `distance` bytes before. */
interface Part {
  readonly length: number;
  readonly distance: number;
  readonly end: number;
}

function readPart(bytes: Buffer, at: number): Part {
  const tag = bytes[at] ?? 0;
  const little = (from: number, count: number): number => {
    let value = 0;
    for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[from + i] ?? 0);
    return value;
  };
  switch (tag & 3) {
    case 0: {
      const short = tag >>> 2;
      const extra = short < 60 ? 0 : short - 59;
      return { length: (extra === 0 ? short : little(at + 1, extra)) + 1, distance: 0, end: at + 1 + extra };
    }
    case 1:
      return {
        length: ((tag >>> 2) & 7) + 4,
        distance: Math.max(1, ((tag >>> 5) << 8) | (bytes[at + 1] ?? 0)),
        end: at + 2,
      };
    case 2:
      return { length: (tag >>> 2) + 1, distance: Math.max(1, little(at + 1, 2)), end: at + 3 };
    default:
      return { length: (tag >>> 2) + 1, distance: Math.max(1, little(at + 1, 4)), end: at + 5 };
  }
}

/** Reads a number of variable length, seven bits per byte. */
export function readVarint(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length && at < start + 8; at++, factor *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}
