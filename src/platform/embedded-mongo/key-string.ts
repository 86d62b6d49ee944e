import type { Binary, ObjectId } from 'bson';
import { TYPE_ORDER, typeOf, type Doc } from './bson-values.js';

/**
 * Writes key strings. Every value has one key string, and key strings compare (with `<`) as MongoDB compares the
 * values. One character is one byte, so that V8 stores them compactly. They serve as index keys, sort keys, and as the
 * identity of a value in sets and groups.
 */
class KeyWriter {
  private buffer = Buffer.allocUnsafe(4096);
  private length = 0;

  /** Writes a value. Inverts every byte for a descending field. */
  value(value: unknown, descending = false): this {
    const start = this.length;
    this.encode(value);
    if (descending) this.invertFrom(start);
    return this;
  }

  /** Writes the common beginning of the keys of all strings that start with `prefix`. */
  stringPrefix(prefix: string, descending: boolean): this {
    const start = this.length;
    this.byte(TYPE_ORDER.string);
    this.text(prefix);
    if (descending) this.invertFrom(start);
    return this;
  }

  take(): string {
    const key = this.buffer.toString('latin1', 0, this.length);
    this.length = 0;
    return key;
  }

  private encode(value: unknown): void {
    const type = typeOf(value);
    this.byte(TYPE_ORDER[type]);
    switch (type) {
      case 'undefined':
      case 'null':
        return;
      case 'number':
        this.number(value as number);
        return;
      case 'date':
        this.number((value as Date).getTime());
        return;
      case 'string':
        this.terminated(value as string);
        return;
      case 'boolean':
        this.byte(value === true ? 1 : 0);
        return;
      case 'objectId':
        this.bytes((value as ObjectId).id);
        return;
      case 'binary':
        this.binary(value as Binary);
        return;
      case 'array':
        for (const element of value as unknown[]) this.encode(element ?? null);
        this.byte(0);
        return;
      case 'object':
        this.object(value as Doc);
    }
  }

  private object(doc: Doc): void {
    for (const name of Object.keys(doc)) {
      const value = doc[name] ?? null;
      // MongoDB compares the types of the fields first, then their names, then their values.
      this.byte(TYPE_ORDER[typeOf(value)]);
      this.terminated(name);
      this.encode(value);
    }
    this.byte(0);
  }

  private number(value: number): void {
    this.reserve(8);
    const at = this.length;
    // `+ 0` makes -0 and 0 one key; NaN sorts below every number.
    this.buffer.writeDoubleBE(Number.isNaN(value) ? 0 : value + 0, at);
    if (Number.isNaN(value)) this.buffer.fill(0, at, at + 8);
    else if (value < 0) for (let i = at; i < at + 8; i++) this.buffer[i] = ~(this.buffer[i] ?? 0);
    else this.buffer[at] = (this.buffer[at] ?? 0) | 0x80;
    this.length += 8;
  }

  private binary(value: Binary): void {
    this.reserve(5);
    this.length = this.buffer.writeUInt32BE(value.position, this.length);
    this.byte(value.sub_type);
    this.bytes(value.value());
  }

  private terminated(text: string): void {
    this.text(text);
    this.byte(0);
  }

  private text(text: string): void {
    // A zero byte ends a string, so zeros inside it are escaped, and no key is the beginning of another.
    const escaped =
      text.includes('\0') || text.includes('\u0001')
        ? text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\0', '\u0001\u0001')
        : text;
    this.reserve(escaped.length * 3);
    this.length += this.buffer.write(escaped, this.length, 'utf8');
  }

  private bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  private byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  private invertFrom(start: number): void {
    for (let i = start; i < this.length; i++) this.buffer[i] = ~(this.buffer[i] ?? 0);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + size));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

const writer = new KeyWriter();

/** Runs `write` on the empty writer, and empties it again if `write` throws. */
function writeKey(write: (writer: KeyWriter) => void): string {
  try {
    write(writer);
    return writer.take();
  } catch (error) {
    writer.take();
    throw error;
  }
}

/** Returns the key string of a value. */
export function keyOf(value: unknown, descending = false): string {
  return writeKey((key) => key.value(value, descending));
}

/** Returns the key string of several values, each ascending or descending. */
export function compoundKey(values: readonly unknown[], descending: readonly boolean[]): string {
  return writeKey((key) => {
    values.forEach((value, i) => key.value(value, descending[i]));
  });
}

/** Returns the common beginning of the keys of all strings that start with `prefix`. */
export function stringPrefixKey(prefix: string, descending: boolean): string {
  return writeKey((key) => key.stringPrefix(prefix, descending));
}

const AFTER_TYPE: ReadonlyMap<number, number> = new Map([
  [TYPE_ORDER.undefined, 0],
  [TYPE_ORDER.null, 0],
  [TYPE_ORDER.number, 8],
  [TYPE_ORDER.date, 8],
  [TYPE_ORDER.boolean, 1],
  [TYPE_ORDER.objectId, 12],
]);

/** Returns where the value ends that begins at `at` in a compound key. */
export function endOfValue(key: string, at: number, descending: boolean): number {
  const mask = descending ? 0xff : 0;
  const zero = String.fromCharCode(mask);
  const type = key.charCodeAt(at) ^ mask;
  const begin = at + 1;
  const size = AFTER_TYPE.get(type);
  if (size !== undefined) return begin + size;
  if (type === TYPE_ORDER.string) return key.indexOf(zero, begin) + 1;
  if (type === TYPE_ORDER.binary) {
    const length = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (key.charCodeAt(begin + i) ^ mask), 0);
    return begin + 5 + length;
  }
  let end = begin;
  while (key[end] !== zero) {
    // In an object, the type and the name of a field come before its value.
    if (type === TYPE_ORDER.object) end = key.indexOf(zero, end + 1) + 1;
    end = endOfValue(key, end, descending);
  }
  return end + 1;
}

/** Whether two values are equal to MongoDB. Documents whose fields have another order are not equal. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' && typeof b !== 'object') return a === b;
  return typeOf(a) === typeOf(b) && keyOf(a) === keyOf(b);
}

/** Compares two values as MongoDB does: by type, then by value. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b || Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  const left = keyOf(a);
  const right = keyOf(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
