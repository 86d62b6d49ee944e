// What `mock-payment-gateway` exports: the client and the fixtures.
export * from '../client/index.js';
export * from './index.js';
