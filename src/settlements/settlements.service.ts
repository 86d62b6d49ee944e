import { Injectable } from '@nestjs/common';
import { SettlementNotFoundError } from './settlement-errors.js';
import type { SettlementReport } from './settlement-report.js';

@Injectable()
export class SettlementsService {
  /** Throws SettlementNotFoundError. */
  report(_accountId: string, id: string): Promise<SettlementReport> {
    // Reports are made from the balance transactions of the ledger.
    return Promise.reject(new SettlementNotFoundError(id));
  }
}
