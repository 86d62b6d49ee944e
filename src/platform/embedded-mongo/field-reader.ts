import { ObjectId } from 'bson';
import type { Doc } from './bson-values.js';
import { decode } from './document.js';

/** The position of a top-level field in an encoded document: its type, its zero-terminated name, and its value. */
export interface Element {
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Returns the positions of the top-level fields of a valid document. */
export function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 4; ;) {
    const type = bytes[at] ?? 0;
    if (type === 0) return elements;
    const valueStart = nameEnd(bytes, at + 1) + 1;
    const end = valueEnd(bytes, type, valueStart);
    elements.push({ start: at, valueStart, end });
    at = end;
  }
}

/** Returns the end of a field name. Names are short, so a loop is faster than `indexOf`. */
function nameEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] !== 0 && at < bytes.length) at++;
  return at;
}

interface WantedField {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Reads only some top-level fields of encoded documents, which is several times faster than decoding whole documents.
 * The documents must be valid.
 */
export class FieldReader {
  /** The wanted fields, by the length of their names. */
  private readonly wanted: (readonly WantedField[] | undefined)[] = [];
  private readonly count: number;

  constructor(names: Iterable<string>) {
    const fields = [...new Set(names)].map((name) => ({ name, bytes: Buffer.from(name) }));
    this.count = fields.length;
    for (const field of fields) this.wanted[field.bytes.length] = [...(this.wanted[field.bytes.length] ?? []), field];
  }

  read(bytes: Buffer): Doc {
    const doc: Doc = {};
    let missing = this.count;
    let at = 4;
    while (missing > 0) {
      const start = at;
      const type = bytes[at] ?? 0;
      if (type === 0) break;
      const end = nameEnd(bytes, at + 1);
      at = valueEnd(bytes, type, end + 1);
      const fields = this.wanted[end - start - 1];
      if (!fields) continue;
      for (const { name, bytes: wanted } of fields) {
        if (!isAt(bytes, start + 1, wanted)) continue;
        doc[name] = readValue(bytes, type, start, end + 1, at);
        missing--;
        break;
      }
    }
    return doc;
  }
}

function isAt(bytes: Buffer, start: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}

const int32 = (bytes: Buffer, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

function valueEnd(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x02: // string
      return at + 4 + int32(bytes, at);
    case 0x03: // document
    case 0x04: // array
      return at + int32(bytes, at);
    case 0x05: // binary
      return at + 5 + int32(bytes, at);
    case 0x07: // ObjectId
      return at + 12;
    case 0x08: // boolean
      return at + 1;
    case 0x0a: // null
      return at;
    case 0x10: // int32
      return at + 4;
    default: // double, date, int64
      return at + 8;
  }
}

function readValue(bytes: Buffer, type: number, start: number, at: number, end: number): unknown {
  switch (type) {
    case 0x01:
      return bytes.readDoubleLE(at);
    case 0x02:
      return bytes.toString('utf8', at + 4, end - 1);
    case 0x07:
      return new ObjectId(bytes.subarray(at, end));
    case 0x08:
      return bytes[at] === 1;
    case 0x09:
      return new Date(bytes.readInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at));
    case 0x0a:
      return null;
    case 0x10:
      return int32(bytes, at);
    default: {
      // Decodes a document that contains only this element.
      const alone = Buffer.allocUnsafe(4 + end - start + 1);
      alone.writeInt32LE(alone.length, 0);
      bytes.copy(alone, 4, start, end);
      alone[alone.length - 1] = 0;
      const [value] = Object.values(decode(alone));
      return value;
    }
  }
}
