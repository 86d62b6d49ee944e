import { writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { ERROR_CATALOGUE, ERROR_CODES } from './platform/errors/error-catalogue.js';
import type { CatalogueEntry } from './platform/errors/catalogue-entry.js';
import { byStatus } from './platform/errors/error-responses.js';

const FILE = new URL('../docs/errors.md', import.meta.url);

const introduction = `# Errors

<!-- Written by \`npm run errors\` from src/platform/errors/error-catalogue.ts; do not edit. -->

Every error has the same body, with a stable \`code\` that this page explains:

\`\`\`json
{
  "detail": "Transaction 'txn_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  "status": 404,
  "code": "payment_not_found",
  "title": "Not Found",
  "requestId": "req_0193a5e2c7f11b2c3d4e5f60",
  "docUrl": "http://127.0.0.1:3000/docs/errors#payment_not_found"
}
\`\`\`

Let programs branch on \`code\`: it is stable, \`detail\` is for a person. With status 422 \`detail\` is a list: each item says where (\`loc\`), which rule
(\`type\`, with its values in \`ctx\`) and what was sent (\`input\`). \`requestId\` is the \`X-Request-Id\` header; \`GET /request-logs?requestId=…\` finds the request.
\`docUrl\` links to the code on this page, which the gateway serves at \`/docs/errors\`.
New codes can be added: treat one that you do not know by its status.

A decline is not an error: the charge is answered with 201, and the payment ends \`failed\` with \`failure\` ([test-values.md](test-values.md)).
`;

const sections = [...byStatus(ERROR_CODES)].map(([status, codes]) => {
  const rows = codes.map((code) => {
    const { cause, action, retryAfter }: CatalogueEntry = ERROR_CATALOGUE[code];
    return `| \`${code}\` | ${cause} | ${action} | ${retryAfter ? 'yes' : ''} |`;
  });
  return [
    `## ${status} ${STATUS_CODES[status] ?? ''}`,
    '',
    '| Code | Cause | What to do | `Retry-After` |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
});

writeFileSync(FILE, `${introduction}\n${sections.join('\n')}`);
