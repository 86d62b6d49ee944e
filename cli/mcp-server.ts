import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { GatewayError, type GatewayClient, type Schemas } from '../client/index.js';
import { EVENT_TYPES } from '../src/events/event-types.js';
import { packageRoot } from '../testing/package-root.js';

const DOCS = join(packageRoot(), 'docs');
const TEST_VALUES_URI = 'mock-payment-gateway://test-values';

const WAIT_SECONDS = 10;

const amount = z.number().positive().describe('In major units, as the customer sees it: 19.99');
const paymentId = z.string().describe('txn_…');
const limit = z.number().int().min(1).max(100).default(20);

/** Serves the account of `client` on standard input and output, until the input ends. */
export async function serveMcp(client: GatewayClient): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  const server = new McpServer({ name: 'mock-payment-gateway', version });
  addPaymentTools(server, client);
  addTestingTools(server, client);
  addDocs(server);
  server.registerResource(
    'test-values',
    TEST_VALUES_URI,
    {
      title: 'Test values',
      description: 'Cards, tokens, amounts and names that choose an outcome.',
      mimeType: 'application/json',
    },
    async () => ({
      contents: [
        { uri: TEST_VALUES_URI, mimeType: 'application/json', text: JSON.stringify(await client.testValues()) },
      ],
    }),
  );
  await server.connect(new StdioServerTransport());
  await once(process.stdin, 'end');
}

function addPaymentTools(server: McpServer, client: GatewayClient): void {
  server.registerTool(
    'charge',
    {
      description: 'Charges a customer, or only authorizes (capture: manual), and waits for the outcome.',
      inputSchema: {
        customerName: z.string(),
        paymentAmount: amount,
        currency: z.string().describe('ISO 4217, such as USD'),
        capture: z.enum(['automatic', 'manual']).optional(),
        paymentMethod: z.string().optional().describe('A test token, such as pm_card_chargeDeclined'),
        orderReference: z.string().optional(),
        details: z.string().optional(),
        idempotencyKey: z.string().optional().describe('Makes a repetition safe'),
      },
    },
    ({ idempotencyKey, ...body }) =>
      answer(async () => {
        const options = { wait: WAIT_SECONDS, ...(idempotencyKey !== undefined && { idempotencyKey }) };
        const { id } = await client.payments.charge(defined(body), options);
        return client.payments.get(id);
      }),
  );
  server.registerTool(
    'get_payment',
    { description: 'Shows a payment.', inputSchema: { id: paymentId }, annotations: { readOnlyHint: true } },
    ({ id }) => answer(() => client.payments.get(id)),
  );
  server.registerTool(
    'list_payments',
    {
      description: 'Lists payments, newest first.',
      inputSchema: { status: z.string().optional(), orderReference: z.string().optional(), limit },
      annotations: { readOnlyHint: true },
    },
    (query) => answer(async () => client.payments.list(defined(query) as Parameters<typeof client.payments.list>[0])),
  );
  server.registerTool(
    'refund',
    {
      description: 'Refunds a payment, or part of it.',
      inputSchema: { id: paymentId, amount: amount.optional(), reason: z.string().optional() },
    },
    ({ id, ...body }) => answer(() => client.payments.refund(id, defined(body), { wait: WAIT_SECONDS })),
  );
  server.registerTool(
    'capture',
    {
      description: 'Captures an authorized payment, or part of it.',
      inputSchema: { id: paymentId, amount: amount.optional() },
    },
    ({ id, ...body }) => answer(() => client.payments.capture(id, defined(body), { wait: WAIT_SECONDS })),
  );
  server.registerTool(
    'list_events',
    {
      description: 'Lists what happened, newest first.',
      inputSchema: { type: z.enum(EVENT_TYPES).optional(), objectId: z.string().optional(), limit },
      annotations: { readOnlyHint: true },
    },
    (query) => answer(async () => client.events.list(defined(query))),
  );
  server.registerTool(
    'timeline',
    {
      description: 'Tells what happened to a payment, in order, with its causes.',
      inputSchema: { id: paymentId },
      annotations: { readOnlyHint: true },
    },
    ({ id }) => answer(() => client.payments.timeline(id)),
  );
}

function addTestingTools(server: McpServer, client: GatewayClient): void {
  server.registerTool(
    'advance_clock',
    {
      description: 'Advances the virtual clock of a sandbox; all that is due in between happens.',
      inputSchema: { how: z.string().describe('A duration (3d, PT36H), a time (ISO 8601), or next') },
    },
    ({ how }) => answer(() => client.clock.advance(how)),
  );
  server.registerTool(
    'add_fault',
    {
      description: 'Breaks requests or webhooks on purpose. read_docs has all effects, on the page faults.',
      inputSchema: {
        match: z.record(z.string(), z.unknown()).default({}).describe('For example { "operation": "charge" }'),
        when: z.enum(['before', 'after']).optional(),
        effect: z.looseObject({ type: z.string() }).describe('For example { "type": "status", "status": 503 }'),
        times: z.number().int().positive().optional(),
      },
    },
    (body) => answer(() => client.faults.add(defined(body) as Schemas['CreateFaultDto'])),
  );
  server.registerTool(
    'certify',
    {
      description: 'Judges a webhook handler and waits for the verdict, for up to half a minute.',
      inputSchema: { url: z.string(), stateUrl: z.string().optional() },
    },
    (body) => answer(() => client.certifications.run(defined(body))),
  );
}

function addDocs(server: McpServer): void {
  const pages = readdirSync(DOCS).flatMap((name) => (name.endsWith('.md') ? name.slice(0, -'.md'.length) : []));
  server.registerTool(
    'read_docs',
    {
      description: 'Reads a guide of the gateway.',
      inputSchema: { page: z.enum(pages as [string, ...string[]]) },
      annotations: { readOnlyHint: true },
    },
    ({ page }) => ({ content: [{ type: 'text', text: readFileSync(join(DOCS, `${page}.md`), 'utf8') }] }),
  );
}

/** What the gateway answers as text; its errors are results too, so that the assistant can read them. */
async function answer(call: () => PromiseLike<unknown>): Promise<CallToolResult> {
  try {
    return { content: [{ type: 'text', text: JSON.stringify(await call(), null, 2) }] };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const more = error instanceof GatewayError ? ` (${error.status} ${error.code}) ${error.docUrl ?? ''}` : '';
    return { isError: true, content: [{ type: 'text', text: `${error.message}${more}` }] };
  }
}

type Defined<Values> = { [Name in keyof Values]: Exclude<Values[Name], undefined> };

/** Without the fields that were not given. */
function defined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<Values>;
}
