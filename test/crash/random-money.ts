import type { Answer } from '../support/http.js';
import type { Sandbox } from '../support/sandbox.js';

const CARDS = [
  'pm_card_visa',
  'pm_card_bypassPending',
  'pm_card_chargeDeclined',
  'pm_card_createDispute',
  'pm_card_createDisputeInquiry',
  'pm_card_createMultipleDisputes',
  'pm_card_createIssuerFraudRecord',
  'pm_card_pendingRefund',
  'pm_card_refundFail',
] as const;
const EVIDENCE = ['winning_evidence', 'losing_evidence', 'escalate_inquiry_evidence', 'Receipt 4711'] as const;
const BANK_ACCOUNTS = ['ba_success', 'ba_account_closed', 'ba_no_account'] as const;
const CURRENCIES = ['USD', 'JPY', 'KWD'] as const;
const ADVANCES = ['1s', '6s', '1h', '1d', '3d', '8d'] as const;
const FAULTS = ['before; status=500', 'after; status=502', 'after; reset'] as const;
const LATEST = 8;

interface Listed {
  readonly data: readonly { readonly id: string; readonly currency: string }[];
}

/** Does at random what moves money, also what is refused. What a killed process does not answer is left. */
export class RandomMoney {
  /** Those that the gateway answered with an error of its own, without a fault that was asked for. */
  readonly errors: string[] = [];
  private readonly payments: string[] = [];
  private readonly steps: readonly (readonly [weight: number, step: () => Promise<Answer>])[];

  constructor(
    private readonly sandbox: Sandbox,
    private readonly next: () => number,
  ) {
    const ofPayment = (path: string, json?: object) => (): Promise<Answer> =>
      this.post(`/payments/${this.payment()}/${path}`, json);
    const amount = (): number => 1 + Math.floor(this.next() * 40);
    this.steps = [
      [30, () => this.charge()],
      [6, ofPayment('capture')],
      [3, () => this.post(`/payments/${this.payment()}/capture`, { amount: amount() })],
      [4, ofPayment('void')],
      [3, ofPayment('cancel')],
      [8, ofPayment('refunds')],
      [10, () => this.post(`/payments/${this.payment()}/refunds`, { amount: amount() })],
      [3, () => this.ofNewest('/refunds?status=pending', (id) => `/refunds/${id}/cancel`)],
      [6, () => this.post(`/payments/${this.payment()}/disputes`, { reason: 'general', amount: amount() })],
      [5, () => this.ofNewest('/disputes?status=needs_response', (id) => `/disputes/${id}/evidence`, this.evidence())],
      [5, () => this.ofNewest('/disputes?status=needs_response', (id) => `/disputes/${id}/submit`)],
      [3, () => this.ofNewest('/disputes?status=needs_response', (id) => `/disputes/${id}/accept`)],
      [8, () => this.payOut()],
      [3, () => this.ofNewest('/payouts?status=pending', (id) => `/payouts/${id}/cancel`)],
      [2, () => this.schedule()],
      [12, () => this.asks('POST', '/clock/advance', { by: this.one(ADVANCES) })],
      [3, () => this.asks('DELETE', `/transactions/${this.payment()}`, undefined, this.sandbox.withToken)],
    ];
  }

  async step(): Promise<void> {
    const total = this.steps.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.next() * total;
    const [, step] = this.steps.find(([weight]) => (left -= weight) < 0) ?? this.steps[0] ?? [];
    if (step) await step();
  }

  private one<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)] as T;
  }

  private payment(): string {
    return this.payments[Math.floor(this.next() * this.payments.length)] ?? 'txn_000000000000000000000000';
  }

  private evidence(): object {
    return { uncategorizedText: this.one(EVIDENCE) };
  }

  private async charge(): Promise<Answer> {
    const currency = this.one(CURRENCIES);
    const answer = await this.post('/payments/charge', {
      customerName: 'Random',
      paymentAmount: 1 + Math.floor(this.next() * 60),
      currency,
      paymentMethod: this.one(CARDS),
      capture: this.next() < 0.25 ? 'manual' : 'automatic',
    });
    if (answer.status === 201) this.payments.push((answer.body as { id: string }).id);
    if (this.payments.length > LATEST) this.payments.shift();
    return answer;
  }

  private payOut(): Promise<Answer> {
    const currency = this.one(CURRENCIES);
    const amount = 1 + Math.floor(this.next() * 120);
    return this.post('/payouts', { amount, currency, bankAccount: this.one(BANK_ACCOUNTS) });
  }

  private schedule(): Promise<Answer> {
    const interval = this.one(['manual', 'daily', 'weekly', 'monthly']);
    return this.asks('PATCH', '/payouts/schedule', { interval, currency: this.one(CURRENCIES) });
  }

  private async ofNewest(list: string, path: (id: string) => string, json?: object): Promise<Answer> {
    const { body } = await this.asks('GET', list);
    const newest = (body as Listed | null)?.data[0]?.id;
    return this.post(path(newest ?? 'dsp_000000000000000000000000'), json);
  }

  private post(path: string, json: object = {}): Promise<Answer> {
    return this.asks('POST', path, json, this.next() < 0.05 ? { 'x-fault': this.one(FAULTS) } : {});
  }

  private async asks(
    method: string,
    path: string,
    json?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    try {
      const answer = await this.sandbox.asks(method, path, { ...(json && { json }), headers });
      if (answer.status >= 500 && !('x-fault' in headers)) this.errors.push(`${method} ${path}: ${answer.text}`);
      return answer;
    } catch {
      // A fault, or the process was killed just now.
      return { status: 0, headers: new Headers(), body: null, text: '', url: path };
    }
  }
}
