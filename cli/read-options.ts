import { InvalidArgumentError } from 'commander';

/** Reads the value of an option: an amount in major units. */
export function readAmount(text: string): number {
  if (!/^\d{1,15}(?:\.\d{1,4})?$/.test(text)) throw new InvalidArgumentError('Expected an amount such as 19.99.');
  return Number(text);
}

/** Reads the value of an option: a whole number. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** Adds `key=value` to those of the same option that came before. */
export function collectPair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
