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

export type Dispute = Schemas['DisputeDto'];

export class Disputes {
  constructor(private readonly connection: Connection) {}

  /** With its evidence and history. */
  get(id: string, options?: RequestOptions): Promise<Dispute> {
    return answered(
      this.connection.api.GET('/api/v1/disputes/{dispute_id}', {
        params: { path: { dispute_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/disputes'> = {}, options?: RequestOptions): PagedList<Dispute> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/disputes', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
      ),
    );
  }

  /** Adds texts to the evidence; null removes one. */
  saveEvidence(id: string, body: Schemas['EvidenceDto'], options?: WriteOptions): Promise<Dispute> {
    return answered(
      this.connection.api.POST('/api/v1/disputes/{dispute_id}/evidence', {
        params: { path: { dispute_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** Submits the saved evidence. It is final. */
  submit(id: string, options?: WriteOptions): Promise<Dispute> {
    return answered(
      this.connection.api.POST('/api/v1/disputes/{dispute_id}/submit', {
        params: { path: { dispute_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Gives the money to the customer. */
  accept(id: string, options?: WriteOptions): Promise<Dispute> {
    return answered(
      this.connection.api.POST('/api/v1/disputes/{dispute_id}/accept', {
        params: { path: { dispute_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Which evidence wins for each reason. */
  rules(options?: RequestOptions): Promise<Schemas['DisputeRulesDto']> {
    return answered(this.connection.api.GET('/api/v1/dispute-rules', sent(options)));
  }
}
