import type { Doc } from './bson-values.js';
import { keyOf } from './key-string.js';
import { splitPath, visitPath } from './paths.js';

/** The different values at a path; the elements of arrays count one by one. */
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

  /** In MongoDB's order. */
  inOrder(): unknown[] {
    return [...this.found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  }
}
