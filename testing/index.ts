// What `mock-payment-gateway/testing` exports.
export { type GatewayOptions, startGateway, TestGateway } from './start-gateway.js';
export {
  type DisputeOptions,
  type EventOptions,
  type FundOptions,
  type SandboxOptions,
  TestSandbox,
} from './test-sandbox.js';
export { type ReceivedWebhook, type RejectedWebhook, WebhookReceiver } from './webhook-receiver.js';
