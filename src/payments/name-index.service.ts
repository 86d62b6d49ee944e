import { Injectable } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import { beginsWith } from '../platform/common/search-text.js';
import { CUSTOMER_NAME_INDEX, type Payment, SEARCH_INDEX } from './payment.schema.js';
import { searchPrefix } from './search-keys.js';
import { SearchKeysBackfill } from './search-keys.worker.js';

/** Which index finds payments by the name of their customer: another one until all payments have their search keys. */
@Injectable()
export class NameIndex {
  constructor(private readonly backfill: SearchKeysBackfill) {}

  get hasSearchKeys(): boolean {
    return this.backfill.isReady;
  }

  /** The hint for `beginningWith`. */
  get index(): Record<string, 1 | -1> {
    return this.hasSearchKeys ? SEARCH_INDEX : CUSTOMER_NAME_INDEX;
  }

  /** Conditions for names that begin so, letter by letter. */
  beginningWith(prefix: string): QueryFilter<Payment>[] {
    const exact: QueryFilter<Payment> = { customerName: beginsWith(prefix) };
    return this.hasSearchKeys ? [{ searchKeys: beginsWith(searchPrefix(prefix)) }, exact] : [exact];
  }
}
