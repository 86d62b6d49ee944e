import type { Schemas } from '../../client/connection.js';

export interface Snippets {
  readonly curl: string;
  readonly typescript: string;
  readonly python: string;
}

/** The programs that send a charge. The key is a variable: the console does not know it. */
export function chargeSnippets(url: string, charge: Schemas['ChargeDto'], simulate?: string): Snippets {
  const json = JSON.stringify(charge, null, 2);
  const simulated = simulate === undefined ? '' : ` \\\n  -H 'X-Simulate: ${simulate}'`;
  return {
    curl: `curl ${url}/api/v1/payments/charge \\
  -H "X-API-Key: $MPG_API_KEY" \\
  -H 'Content-Type: application/json'${simulated} \\
  -d '${json.replaceAll("'", `'\\''`)}'`,
    typescript: `import { createClient } from 'mock-payment-gateway/client';

const client = createClient({ url: '${url}', apiKey: process.env.MPG_API_KEY });
const payment = await client.payments.charge(${json}${simulate === undefined ? '' : `, { simulate: '${simulate}' }`});`,
    python: `import json, os, urllib.request

request = urllib.request.Request(
    "${url}/api/v1/payments/charge",
    data=json.dumps(${pythonOf(charge)}).encode(),
    headers={
        "X-API-Key": os.environ["MPG_API_KEY"],
        "Content-Type": "application/json",${simulate === undefined ? '' : `\n        "X-Simulate": "${simulate}",`}
    },
)
payment = json.load(urllib.request.urlopen(request))`,
  };
}

/** A value of JSON as Python writes it. */
function pythonOf(value: unknown, indent = '    '): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, item]) => `${indent}    ${JSON.stringify(name)}: ${pythonOf(item, `${indent}    `)},`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join('\n')}\n${indent}}`;
}
