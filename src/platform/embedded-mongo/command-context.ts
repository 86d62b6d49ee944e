import type { Catalog } from './catalog.js';
import type { Cursors } from './cursors.js';

/** What a command needs besides its request. */
export interface CommandContext {
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly connectionId: number;
  readonly startedAt: number;
}
