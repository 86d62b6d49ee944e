import { writeFileSync } from 'node:fs';
import { effectEntry, type EffectType, REQUEST_EFFECTS, WEBHOOK_EFFECTS } from './faults/effects.js';

const FILE = new URL('../docs/faults.md', import.meta.url);

function row(type: EffectType): string {
  const { description, fields } = effectEntry(type);
  const texts = Object.entries(fields).map(([name, { description: text, bounds, required }]) => {
    const limits = bounds ? `${bounds[0]}–${bounds[1]}` : 'any JSON';
    return `\`${name}\` (${limits}${required ? ', required' : ''}): ${text}`;
  });
  return `| \`${type}\` | ${description} | ${texts.join('<br>')} |`;
}

const table = (types: readonly EffectType[]): string =>
  ['| Effect | What happens | Fields |', '| --- | --- | --- |', ...types.map(row)].join('\n');

const document = `# Faults on demand

<!-- Written by \`npm run faults\` from src/faults/effects.ts and src/export-faults.ts; do not edit. -->

A fault lets requests of your account, or webhooks to it, go wrong on purpose: a status, a lost answer, a reset connection, a webhook twice or out of
order. A payment provider that always answers teaches nothing about the day when it does not. Other accounts notice nothing, and the gateway's own data
stays right: \`GET /api/v1/faults/{id}\` says of each hit what really happened.

Faults are off in production unless \`FAULTS=on\`: the routes answer 403 \`faults_off\`, and the header is ignored.

## Charged, but the answer was lost

\`\`\`http
POST /api/v1/faults
{ "match": { "operation": "charge" }, "when": "after", "effect": { "type": "reset" } }
\`\`\`

The next charge is made and is on the disk, and then the connection is reset. What does your program do? It should send the same request again with the
same \`Idempotency-Key\`, and gets the answer of the first one. The fault tells what happened:

\`\`\`json
{
  "id": "flt_0193a5e2c7f11b2c3d4e5f60",
  "match": { "operation": "charge" },
  "when": "after",
  "effect": { "type": "reset" },
  "times": 1,
  "remaining": 0,
  "hits": [
    {
      "at": "2026-01-31T09:00:00.000Z",
      "requestId": "req_0193a5e2c7f21b2c3d4e5f60",
      "operation": "charge",
      "idempotencyKey": "order-17",
      "effect": { "type": "reset" },
      "when": "after",
      "objectId": "txn_0193a5e2c7f31b2c3d4e5f60",
      "moneyMoved": true,
      "repeatedWith": "same_key"
    }
  ]
}
\`\`\`

- \`objectId\` is what the request really made or changed, \`moneyMoved\` whether a payment, a capture or a refund was accepted. After a crash, both are
  found again for requests that made or changed a payment; for others \`objectId\` is null if the process ended before it was noted.
- \`repeatedWith\` says how the request was sent again: \`same_key\`, \`other_key\`, \`no_key\`, or null if it was not.
- Without the key it is charged twice. \`GET /api/v1/double-charges\` finds that: \`retry_without_key\`, \`same_order\` (one \`orderReference\` paid twice) and
  \`key_reused\` (a key with other parameters), each with payments, requests and the amount at stake.

## For one request

The header \`X-Fault\` asks for a fault of its own request; \`type=value\` is the most important field of an effect, others follow.

\`\`\`
X-Fault: after; reset
X-Fault: before; status=503; retryAfter=2
X-Fault: before; latency=200
\`\`\`

It also appears in \`GET /api/v1/faults\`, with \`"source": "header"\`.

## Which requests

- \`match\` may be empty, which means all requests of the account. \`operation\` is an operationId of the OpenAPI document, or \`capture\`, \`void\`, \`cancel\`,
  \`refund\`, \`authenticate\`; \`path\` is below \`/api/v1\`, and \`*\` in it is one or more characters; \`metadata\` are pairs that the body has.
- Requests to \`/faults\`, \`/clock\`, \`/sandboxes\`, \`/snapshots\` and \`/certifications\` are never hit.
- \`when\`: \`before\` (the default) nothing was done, and nothing is kept under an \`Idempotency-Key\`; \`after\` all is done, on the disk and kept under the key.
- \`times\` (default 1, null for any number), \`skip\` and \`probability\` say how often. Random choices follow from the sandbox's seed.
- \`sequence\` in place of \`effect\` takes one effect a hit, then ends; null leaves a request alone: \`[{ "type": "reset" }, { "type": "status", "status": 503 }, null]\`.
- Of several faults that match, the oldest that can still hit decides. An account has at most 100.
- \`latency\`, \`timeout\` and \`drip\` hold at most 50 requests of an account at once, and 2,000 of the gateway. Beyond that they end at once: the connection is
  closed, or the request goes on.

${table(REQUEST_EFFECTS)}

## Webhooks

With these effects, \`match\` has \`event\` (a type, a group such as \`payment.*\`, or \`*\`) and \`metadata\`, and there is no \`when\`. Each attempt that a fault changed
names it in \`fault\`: see \`GET /api/v1/webhooks/deliveries\`. In its hits, \`objectId\` is the delivery.

${table(WEBHOOK_EFFECTS)}
`;

writeFileSync(FILE, document);
