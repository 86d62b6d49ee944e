import { writeFileSync } from 'node:fs';
import { EVIDENCE_FIELD_NAMES, EVIDENCE_FIELDS, MAGIC_TEXTS, WINNING_EVIDENCE } from './payments/dispute-evidence.js';
import { MAX_DISPUTES, MAX_EVIDENCE_CHANGES } from './payments/dispute-rules.js';
import { DISPUTE_REASONS } from './payments/payment-state.js';

const FILE = new URL('../docs/disputes.md', import.meta.url);

const setOf = (set: readonly string[]): string => set.map((field) => `\`${field}\``).join(' and ');
const table = (head: string, rows: readonly string[]): string =>
  [head, head.replaceAll(/[^|]+/g, ' --- '), ...rows].join('\n');

const rules = table(
  '| Reason | Any one of these wins |',
  DISPUTE_REASONS.map((reason) => `| \`${reason}\` | ${WINNING_EVIDENCE[reason].map(setOf).join('<br>')} |`),
);
const magic = table(
  '| Text | Outcome |',
  Object.values(MAGIC_TEXTS).map(({ text, outcome }) => `| \`${text}\` | ${outcome} |`),
);
const fields = table(
  '| Field | What it is for |',
  EVIDENCE_FIELD_NAMES.map((field) => `| \`${field}\` | ${EVIDENCE_FIELDS[field]} |`),
);

const document = `# Disputes

<!-- Written by \`npm run disputes\` from src/payments/dispute-evidence.ts and src/export-disputes.ts; do not edit. -->

A customer asks the bank for the money of a payment back: you answer with evidence, accept it, or lose by the deadline. [Test cards](test-values.md) are disputed after \`DISPUTE_DELAY_MS\`
(5 s), and the outcome comes \`DISPUTE_REVIEW_MS\` (5 s) after you submit. In a sandbox, both are settings, and a virtual clock brings deadlines at once.

## From the payment to the outcome

\`\`\`sh
curl -s $API/payments/charge -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
  -d '{ "customerName": "Jenny Rosen", "paymentAmount": 20, "currency": "USD", "paymentMethod": "pm_card_createDispute" }'
curl -s "$API/disputes?status=needs_response" -H "X-API-Key: $KEY"
curl -s $API/disputes/$DISPUTE/evidence -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\
  -d '{ "receipt": "Receipt 4711", "customerCommunication": "Thank you, it works." }'
curl -s -X POST $API/disputes/$DISPUTE/submit -H "X-API-Key: $KEY"
curl -s $API/disputes/$DISPUTE -H "X-API-Key: $KEY"
\`\`\`

| Card | What happens |
| --- | --- |
| \`pm_card_createDispute\` | a chargeback, \`fraudulent\` |
| \`pm_card_createDisputeProductNotReceived\` | a chargeback, \`product_not_received\` |
| \`pm_card_createDisputeInquiry\` | an inquiry, \`general\` |
| \`pm_card_createMultipleDisputes\` | two chargebacks, each of a half |
| \`pm_card_createIssuerFraudRecord\` | the event \`fraud_warning.created\`, and nothing else |

Only what was not refunded yet is disputed; if that is nothing, no dispute comes. \`POST /payments/{id}/disputes { "reason", "amount", "stage" }\` disputes any completed payment at once; in
production only sandboxes can (403 \`disputes_off\`).

## Stages and statuses

- \`inquiry\`: the bank only asks, and no money moves. If the evidence does not answer the reason, it becomes a \`chargeback\` with a new deadline. An inquiry that is accepted, that expires, or that
  the text \`${MAGIC_TEXTS.lose.text}\` loses is closed without one: refund the payment then.
- \`chargeback\`: amount and fee are withdrawn (\`dispute.funds_withdrawn\`). If you win, both are returned (\`dispute.funds_reinstated\`).
- \`pre_arbitration\`: the bank goes on; amount and fee stay withdrawn, and there is no second fee.
- \`needs_response\` until you submit or accept, for 7 days (\`evidenceDueBy\`); then it is \`expired\`, and evidence that was only saved is lost with it. \`under_review\` until the outcome. Then \`won\`,
  \`lost\` or \`accepted\`.

A disputed part cannot be refunded while the dispute is open, also as an inquiry, nor after it was lost; and what was refunded cannot be disputed. What was won can be both again. A payment can have
${MAX_DISPUTES} disputes. The status of the payment stays as it is.

## Evidence

\`POST /disputes/{id}/evidence\` adds texts of up to 20,000 characters each; what is not given stays, and null or an empty text removes a field. All fields together can have 200,000 characters, and the
evidence of a dispute can be changed ${MAX_EVIDENCE_CHANGES} times. A request can have 100 kB, so send long texts in several requests. After the submission the evidence is final.

${fields}

## Which evidence wins

${rules}

These texts decide before the table, as the whole text of any field; of several, the first one:

${magic}

\`GET /dispute-rules\` gives the same as JSON. The \`history\` of \`GET /disputes/{id}\` says why each outcome came: its \`why\` names the fields that answered the reason, or those that would have.

## Events

\`dispute.created\`, \`dispute.funds_withdrawn\`, \`dispute.updated\` (evidence saved, submitted, or the next stage), \`dispute.closed\` and \`dispute.funds_reinstated\`, in this order. \`data\` is the dispute
as it was then, without \`evidence\` and \`history\`. \`fraud_warning.created\` has \`{ id, paymentId, amount, currency, fraudType, actionable, createdAt }\`: \`actionable\` says whether something is left to
refund. All are for endpoints and \`GET /events\`; a payment's own \`webhookUrl\` gets none of them, because v1 does not know them.

## When a payment is deleted

Its open disputes are accepted first. Evidence and history are deleted with it; amounts, stages and statuses remain.
`;

writeFileSync(FILE, document);
