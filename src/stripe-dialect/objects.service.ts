import { Injectable } from '@nestjs/common';
import type { Call } from './wire/call.js';
import { expanded, type Shown } from './wire/expand.js';

/** Reads an object as the dialect shows it; null if there is none. */
export type ReadShown = (call: Call, id: string) => Promise<Shown | null>;

/** Finds objects of any kind, for those that are expanded in others. */
@Injectable()
export class ShownObjects {
  private readonly readers = new Map<string, ReadShown>();

  /** @param kind as in `EXPANDABLE` (wire/expand.ts) */
  register(kind: string, read: ReadShown): void {
    this.readers.set(kind, read);
  }

  /** Expands what the call asks for. Throws a DialectError (400) for a name that cannot be expanded. */
  expanded(call: Call, shown: Shown): Promise<Shown> {
    if (call.expand.length === 0) return Promise.resolve(shown);
    return expanded(shown, call.expand, (kind, id) => this.read(call, kind, id));
  }

  read(call: Call, kind: string, id: string): Promise<Shown | null> {
    return this.readers.get(kind)?.(call, id) ?? Promise.resolve(null);
  }
}
