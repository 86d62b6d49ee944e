import { answered, type QueryOf, type RequestOptions, type Schemas, sent } from '../../client/connection.js';
import { PagedList } from '../../client/pages.js';
import { gateway } from './gateway.js';

export type Balance = Schemas['BalanceDto'];
export type BalanceTransaction = Schemas['BalanceTransactionDto'];
export type Payout = Schemas['PayoutDto'];
export type PayoutSchedule = Schemas['PayoutScheduleDto'];
export type Settlement = Schemas['SettlementDto'];
export type SettlementSummary = Schemas['SettlementSummaryDto'];
export type SettlementRow = Schemas['SettlementRowDto'];
export type Exercise = Schemas['ExerciseDto'];
export type ExerciseResult = Schemas['ExerciseResultDto'];
export type ExerciseError = Schemas['ExerciseError'];
export type Finding = Schemas['FindingDto'];
export type Audit = Schemas['AuditDto'];
export type TAccount = Schemas['TAccountDto'];

const api = gateway.raw;

/** What is asked of the gateway about money, by subject. */
export const money = {
  balance: {
    get: (options?: RequestOptions): Promise<Balance> => answered(api.GET('/api/v1/balance', sent(options))),
    transactions: (
      query: QueryOf<'/api/v1/balance/transactions'> = {},
      options?: RequestOptions,
    ): PagedList<BalanceTransaction> =>
      new PagedList((cursor) =>
        answered(
          api.GET('/api/v1/balance/transactions', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
        ),
      ),
  },
  ledger: {
    audit: (options?: RequestOptions): Promise<Audit> => answered(api.GET('/api/v1/ledger/audit', sent(options))),
  },
  payments: {
    tAccounts: (id: string, options?: RequestOptions): Promise<Schemas['TAccountsDto']> =>
      answered(
        api.GET('/api/v1/payments/{transaction_id}/t-accounts', {
          params: { path: { transaction_id: id } },
          ...sent(options),
        }),
      ),
  },
  payouts: {
    create: (body: Schemas['CreatePayoutDto'], options?: RequestOptions): Promise<Payout> =>
      answered(api.POST('/api/v1/payouts', { body, ...sent(options) })),
    list: (query: QueryOf<'/api/v1/payouts'> = {}, options?: RequestOptions): PagedList<Payout> =>
      new PagedList((cursor) =>
        answered(api.GET('/api/v1/payouts', { params: { query: { ...query, ...cursor } }, ...sent(options) })),
      ),
    get: (id: string, options?: RequestOptions): Promise<Payout> =>
      answered(api.GET('/api/v1/payouts/{payout_id}', { params: { path: { payout_id: id } }, ...sent(options) })),
    cancel: (id: string, options?: RequestOptions): Promise<Payout> =>
      answered(
        api.POST('/api/v1/payouts/{payout_id}/cancel', { params: { path: { payout_id: id } }, ...sent(options) }),
      ),
    schedule: (options?: RequestOptions): Promise<Schemas['PayoutScheduleListDto']> =>
      answered(api.GET('/api/v1/payouts/schedule', sent(options))),
    setSchedule: (body: Schemas['SetPayoutScheduleDto'], options?: RequestOptions): Promise<PayoutSchedule> =>
      answered(api.PATCH('/api/v1/payouts/schedule', { body, ...sent(options) })),
  },
  settlements: {
    list: (query: QueryOf<'/api/v1/settlements'> = {}, options?: RequestOptions): PagedList<SettlementSummary> =>
      new PagedList((cursor) =>
        answered(api.GET('/api/v1/settlements', { params: { query: { ...query, ...cursor } }, ...sent(options) })),
      ),
    get: (id: string, options?: RequestOptions): Promise<Settlement> =>
      answered(
        api.GET('/api/v1/settlements/{settlement_id}', { params: { path: { settlement_id: id } }, ...sent(options) }),
      ),
    csv: (id: string, options?: RequestOptions): Promise<string> =>
      answered(
        api.GET('/api/v1/settlements/{settlement_id}.csv', {
          params: { path: { settlement_id: id } },
          parseAs: 'text',
          ...sent(options),
        }),
      ),
  },
  exercises: {
    create: (settlementId: string, body: Schemas['CreateExerciseDto'], options?: RequestOptions): Promise<Exercise> =>
      answered(
        api.POST('/api/v1/settlements/{settlement_id}/exercises', {
          params: { path: { settlement_id: settlementId } },
          body,
          ...sent(options),
        }),
      ),
    get: (id: string, options?: RequestOptions): Promise<Exercise> =>
      answered(api.GET('/api/v1/exercises/{exercise_id}', { params: { path: { exercise_id: id } }, ...sent(options) })),
    answer: (id: string, findings: readonly Finding[], options?: RequestOptions): Promise<ExerciseResult> =>
      answered(
        api.POST('/api/v1/exercises/{exercise_id}/answer', {
          params: { path: { exercise_id: id } },
          body: { findings: [...findings] },
          ...sent(options),
        }),
      ),
  },
};
