import {
  answered,
  type Connection,
  type QueryOf,
  type RequestOptions,
  type Schemas,
  sent,
  type WriteOptions,
} from './connection.js';
import { PagedList } from './pages.js';

export type Payout = Schemas['PayoutDto'];
export type PayoutSchedule = Schemas['PayoutScheduleDto'];

export class Payouts {
  constructor(private readonly connection: Connection) {}

  /** Pays a part of the available balance out. */
  create(body: Schemas['CreatePayoutDto'], options?: WriteOptions): Promise<Payout> {
    return answered(this.connection.api.POST('/api/v1/payouts', { body, ...sent(options) }));
  }

  get(id: string, options?: RequestOptions): Promise<Payout> {
    return answered(
      this.connection.api.GET('/api/v1/payouts/{payout_id}', {
        params: { path: { payout_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/payouts'> = {}, options?: RequestOptions): PagedList<Payout> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/payouts', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
      ),
    );
  }

  /** Cancels a payout that is still pending. */
  cancel(id: string, options?: WriteOptions): Promise<Payout> {
    return answered(
      this.connection.api.POST('/api/v1/payouts/{payout_id}/cancel', {
        params: { path: { payout_id: id } },
        ...sent(options),
      }),
    );
  }

  /** When the gateway pays out by itself, by currency. Currencies that are not there are paid out by hand. */
  async schedule(options?: RequestOptions): Promise<readonly PayoutSchedule[]> {
    return (await answered(this.connection.api.GET('/api/v1/payouts/schedule', sent(options)))).data;
  }

  /** Changes when the gateway pays out a currency by itself; `manual` for never. */
  setSchedule(body: Schemas['SetPayoutScheduleDto'], options?: RequestOptions): Promise<PayoutSchedule> {
    return answered(this.connection.api.PATCH('/api/v1/payouts/schedule', { body, ...sent(options) }));
  }
}
