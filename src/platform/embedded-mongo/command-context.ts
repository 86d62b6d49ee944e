import type { Catalog } from './catalog.js';
import type { Cursors } from './cursors.js';

/** What a command works on. */
export interface CommandContext {
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly connectionId: number;
  readonly startedAt: number;
}
