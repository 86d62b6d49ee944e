import { decode, encode } from './document.js';
import { elementsOf, type Element } from './field-reader.js';

/** Returns the top-level fields whose bytes differ between two versions of a document. */
export function changedFields(before: Buffer, after: Buffer): Set<string> {
  const changed = new Set<string>();
  const old = byName(before);
  for (const element of elementsOf(after)) {
    const name = nameOf(after, element);
    const other = old.get(name);
    if (!other || !hasSameBytes(before, other, after, element)) changed.add(name);
    old.delete(name);
  }
  for (const name of old.keys()) changed.add(name);
  return changed;
}

/** Compares both the type and the value. */
function hasSameBytes(before: Buffer, a: Element, after: Buffer, b: Element): boolean {
  if (a.end - a.start !== b.end - b.start) return false;
  return before.compare(after, b.start, b.end, a.start, a.end) === 0;
}

function byName(bytes: Buffer): Map<string, Element> {
  const elements = new Map<string, Element>();
  for (const element of elementsOf(bytes)) elements.set(nameOf(bytes, element), element);
  return elements;
}

const nameOf = (bytes: Buffer, { start, valueStart }: Element): string =>
  bytes.toString('utf8', start + 1, valueStart - 1);

/**
 * Whether two encoded documents are equal to MongoDB, although their bytes may differ: a number can be stored as an
 * integer or as a double.
 */
export function isSameDocument(before: Buffer, after: Buffer): boolean {
  const [old, current] = [elementsOf(before), elementsOf(after)];
  if (old.length !== current.length) return false;
  const isSameField = (element: Element, i: number): boolean => {
    const other = old[i];
    if (!other || nameOf(before, other) !== nameOf(after, element)) return false;
    return (
      hasSameBytes(before, other, after, element) ||
      canonicalBytes(before, other).equals(canonicalBytes(after, element))
    );
  };
  return current.every(isSameField);
}

/** Encodes a document with this one field as this server writes it. */
function canonicalBytes(bytes: Buffer, { start, end }: Element): Buffer {
  const alone = Buffer.allocUnsafe(4 + end - start + 1);
  alone.writeInt32LE(alone.length, 0);
  bytes.copy(alone, 4, start, end);
  alone[alone.length - 1] = 0;
  return encode(decode(alone));
}
