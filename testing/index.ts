// What `mock-payment-gateway/testing` exports.
export { type GatewayOptions, startGateway, TestGateway } from './start-gateway.js';
export { type EventOptions, type SandboxOptions, TestSandbox } from './test-sandbox.js';
export { type ReceivedWebhook, type RejectedWebhook, WebhookReceiver } from './webhook-receiver.js';
