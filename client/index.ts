// What `mock-payment-gateway/client` exports.
export type { components, paths } from './api.js';
export type { BalanceSums, BalanceTransaction, LedgerAccountSum, LedgerAudit, LedgerEntry } from './balance.js';
export type { CheckoutSession } from './checkout.js';
export type { ClientOptions, OutcomeOptions, RequestOptions, Schemas, WriteOptions } from './connection.js';
export { createClient, GatewayClient } from './create-client.js';
export type { Dispute } from './disputes.js';
export { type ErrorCode, ForeignAnswerError, GatewayConnectionError, GatewayError, type Violation } from './errors.js';
export type {
  EventStreamOptions,
  EventType,
  GatewayEvent,
  OfType,
  RequestLog,
  RequestLogStreamOptions,
} from './events.js';
export { type Page, PagedList, type PageParameters } from './pages.js';
export type { ChargedPayment, ChargeOptions, Payment, PaymentMethod, Refund, TAccounts } from './payments.js';
export type { Payout, PayoutSchedule } from './payouts.js';
export type { Advance, Certification, CreatedSandbox, Fault, Sandbox, SandboxSettings } from './sandboxes.js';
export type {
  Exercise,
  ExerciseFinding,
  ExerciseResult,
  Settlement,
  SettlementRow,
  SettlementSummary,
} from './settlements.js';
export {
  verifyWebhook,
  type VerifyOptions,
  type WebhookEvent,
  type WebhookHeaders,
  WebhookVerificationError,
} from './verify-webhook.js';
export type { WebhookDelivery, WebhookEndpoint } from './webhooks.js';
