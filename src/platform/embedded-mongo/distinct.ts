import type { Doc } from './bson-values.js';
import { keyOf } from './key-string.js';
import { splitPath, visitPath } from './paths.js';

/** The distinct values at a path. Elements of arrays count as single values. */
export class DistinctValues {
  private readonly parts: readonly string[];
  private readonly found = new Map<string, unknown>();

  constructor(path: string) {
    this.parts = splitPath(path);
  }

  add(doc: Doc): void {
    visitPath(doc, this.parts, (value) => {
      if (Array.isArray(value)) for (const element of value) this.addValue(element);
      else this.addValue(value);
      return false;
    });
  }

  private addValue(value: unknown): void {
    if (value === undefined) return;
    const key = keyOf(value);
    if (!this.found.has(key)) this.found.set(key, value);
  }

  /** Returns the values in MongoDB's order. */
  inOrder(): unknown[] {
    return [...this.found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  }
}
