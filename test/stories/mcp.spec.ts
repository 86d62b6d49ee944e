import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { CommandLine, PROGRAM } from '../support/command-line.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf } from '../support/merchant.js';
import { Sandbox, STANDING } from '../support/sandbox.js';
import { WebhookHandler } from '../support/webhook-handler.js';

let gateway: Gateway;
let sandbox: Sandbox;
let mpg: CommandLine;
let client: Client;
beforeAll(async () => {
  gateway = await startGateway();
  sandbox = await Sandbox.create(gateway, STANDING);
  mpg = await CommandLine.open();
  client = new Client({ name: 'a test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [PROGRAM, 'mcp'],
      env: { PATH: process.env.PATH ?? '', HOME: mpg.home, MPG_URL: gateway.url, MPG_API_KEY: sandbox.created.apiKey },
    }),
  );
});
afterAll(async () => {
  await client.close();
  await mpg.close();
  await gateway.stop();
});

async function call(name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: args })) as CallToolResult;
}

function textOf({ content: [first] }: CallToolResult): string {
  return first?.type === 'text' ? first.text : '';
}

async function result<Result = Record<string, unknown>>(name: string, args: Record<string, unknown>): Promise<Result> {
  const answer = await call(name, args);
  if (answer.isError) throw new Error(textOf(answer));
  return JSON.parse(textOf(answer)) as Result;
}

it('The MCP server has the tools that the design names, each with a description and a schema', async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    'add_fault',
    'advance_clock',
    'capture',
    'certify',
    'charge',
    'get_payment',
    'list_events',
    'list_payments',
    'read_docs',
    'refund',
    'timeline',
  ]);
  for (const { description, inputSchema } of tools) {
    expect(description).toBeTruthy();
    expect(inputSchema.type).toBe('object');
  }
});

it('An assistant authorizes, captures, refunds and reads what happened', async () => {
  const charge = {
    customerName: 'Ada',
    paymentAmount: 20,
    currency: 'USD',
    capture: 'manual',
    orderReference: 'order-9',
  };
  const { id } = await result<{ id: string }>('charge', charge);
  expect(await result('get_payment', { id })).toMatchObject({ status: 'authorized', amount: 20 });
  expect(await result('capture', { id, amount: 15 })).toMatchObject({ amountCaptured: 15 });
  expect(await result('refund', { id, amount: 5, reason: 'Returned' })).toMatchObject({ paymentId: id, amount: 5 });
  expect(await result('list_payments', { orderReference: 'order-9' })).toMatchObject({ data: [{ id }] });
  expect(await result('list_events', { objectId: id, type: 'payment.completed' })).toMatchObject({
    data: [{ data: { id } }],
  });
  expect(await result('timeline', { id })).toMatchObject({ data: expect.arrayContaining([expect.anything()]) });
});

it('An assistant moves the clock, adds a fault and certifies a handler', async () => {
  const { id } = await result<{ id: string }>('charge', {
    customerName: 'Ada',
    paymentAmount: 20,
    currency: 'USD',
    capture: 'manual',
  });
  expect(await result('advance_clock', { how: '8d' })).toMatchObject({
    ran: expect.arrayContaining([expect.objectContaining({ id })]),
  });
  expect(await result('get_payment', { id })).toMatchObject({ status: 'voided' });
  const fault = { match: { operation: 'charge' }, when: 'before', effect: { type: 'status', status: 418 }, times: 1 };
  await result('add_fault', fault);
  const refused = await call('charge', { customerName: 'Ada', paymentAmount: 1, currency: 'USD' });
  expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('418')]);
  const handler = await WebhookHandler.start('standard', sandbox.created.webhookSecret);
  try {
    expect(await result('certify', { url: handler.url })).toMatchObject({ status: 'passed', score: 100 });
  } finally {
    await handler.stop();
  }
}, 60_000);

it('Errors of the gateway are results that say what to do, and wrong input is refused', async () => {
  const unknown = await call('get_payment', { id: 'txn_0193a5e2c7f11b2c3d4e5f60' });
  expect([unknown.isError, textOf(unknown)]).toEqual([true, expect.stringContaining('payment_not_found')]);
  expect(textOf(unknown)).toContain('/docs/errors#payment_not_found');
  expect((await call('charge', { customerName: 'Ada', paymentAmount: -1, currency: 'USD' })).isError).toBe(true);
});

it('An assistant reads the guides and the test values', async () => {
  expect(textOf(await call('read_docs', { page: 'faults' }))).toContain('# ');
  expect((await call('read_docs', { page: '../package.json' })).isError).toBe(true);
  const { resources } = await client.listResources();
  const [resource] = resources;
  const { contents } = await client.readResource({ uri: resource?.uri ?? '' });
  const [first] = contents;
  const values = JSON.parse(first && 'text' in first ? first.text : '') as unknown[];
  expect(values.length).toBe(
    bodyOf(await gateway.request<{ data: unknown[] }>('GET', '/test-values'), 200).data.length,
  );
});

it('The server ends with its input', async () => {
  const other = mpg.with({ MPG_URL: gateway.url, MPG_API_KEY: sandbox.created.apiKey });
  expect(await other.run(['mcp'], '')).toMatchObject({ code: 0, stdout: '' });
});
