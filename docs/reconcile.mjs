// Compares the orders of a shop with the gateway's payments and refunds, and exits with 1 if they differ.
//
//   API=http://127.0.0.1:3000/api/v1 API_KEY=… SINCE=2026-01-01T00:00:00Z node reconcile.mjs orders.json
//
// orders.json: [{ "reference": "order-1", "paid": 19.99, "refunded": 0, "currency": "USD" }]
import { readFile } from 'node:fs/promises';

const { API, API_KEY, SINCE } = process.env;

/** Reads every page of a list. */
async function* all(path, query) {
  for (let startingAfter; ;) {
    const search = new URLSearchParams({ ...query, limit: '100', ...(startingAfter && { startingAfter }) });
    const answer = await fetch(`${API}${path}?${search}`, { headers: { 'X-API-Key': API_KEY } });
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    const { data, hasMore } = await answer.json();
    yield* data;
    if (!hasMore) return;
    startingAfter = data.at(-1).id;
  }
}

const orders = new Map(JSON.parse(await readFile(process.argv[2], 'utf8')).map((order) => [order.reference, order]));
const found = new Map();
const differences = [];

// `updatedAfter`, because an older payment may have been refunded since.
for await (const payment of all('/payments', { updatedAfter: SINCE })) {
  const reference = payment.orderReference;
  if (payment.amountCaptured === 0) continue;
  if (reference === null || !orders.has(reference)) differences.push(`${payment.id}: no order ${reference ?? ''}`.trim());
  else if (found.has(reference)) differences.push(`${reference}: charged twice, ${found.get(reference).id} and ${payment.id}`);
  else found.set(reference, payment);
}

for (const [reference, { paid, refunded, currency }] of orders) {
  const payment = found.get(reference);
  if (!payment) {
    if (paid > 0) differences.push(`${reference}: paid ${paid} ${currency}, but the gateway has no captured payment`);
    continue;
  }
  if (payment.currency !== currency) differences.push(`${reference}: ${currency}, but ${payment.id} is in ${payment.currency}`);
  if (payment.amountCaptured !== paid) differences.push(`${reference}: paid ${paid}, but ${payment.id} captured ${payment.amountCaptured}`);
  if (payment.amountRefunded !== refunded)
    differences.push(`${reference}: refunded ${refunded}, but ${payment.id} says ${payment.amountRefunded}`);
}

// A refund that failed after it was answered has given its amount back to the merchant.
for await (const refund of all('/refunds', { createdAfter: SINCE, status: 'failed' }))
  differences.push(`${refund.orderReference ?? refund.paymentId}: refund ${refund.id} of ${refund.amount} ${refund.currency} failed (${refund.failure.code})`);

for (const difference of differences) console.log(difference);
console.log(`${orders.size} orders, ${found.size} payments, ${differences.length} differences`);
process.exitCode = differences.length === 0 ? 0 : 1;
