import { styleText } from 'node:util';
import type { Command } from 'commander';
import { createClient, type GatewayClient, GatewayError } from '../../client/index.js';
import { findKey, outputOf, urlOf } from '../connection.js';
import { plain } from '../output.js';

interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do about it; null if it is well. */
  readonly advice: string | null;
}

/** Signatures of webhooks are refused if the clocks are this far apart, in ms. */
const MAX_SKEW_MS = 60_000;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look for what is wrong with the set-up; exit code 1 if something is')
    .addHelpText('after', '\nExample: mpg doctor')
    .action(async (_flags: unknown, command: Command) => {
      const url = urlOf(command);
      const findings = [checkNode(), ...(await checkGateway(url))];
      outputOf(command).result(findings, show);
      if (findings.some(({ result }) => result === 'failed')) process.exitCode = 1;
    });
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isGood = major >= 24 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19);
  return isGood
    ? well('Node.js', process.version)
    : bad('Node.js', process.version, 'Use Node.js 20.19, 22.13, or 24 and newer.');
}

async function checkGateway(url: string): Promise<Finding[]> {
  let response: Response;
  const asked = Date.now();
  try {
    response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5000) });
  } catch {
    const advice = 'Start it with `npx mock-payment-gateway`, or name its address with --url or MPG_URL.';
    return [bad('Gateway', `nothing answers at ${url}`, advice)];
  }
  const body = (await response.json().catch(() => null)) as { status?: string } | null;
  if (body?.status === undefined) {
    const advice = 'Another program listens there. Check --url and MPG_URL, or start the gateway with another --port.';
    return [bad('Gateway', `${url} is not a Mock Payment Gateway`, advice)];
  }
  const gateway = response.ok
    ? well('Gateway', `ready at ${url}`)
    : bad('Gateway', `not ready: ${body.status}`, 'Look at its log; it cannot reach its database.');
  return [gateway, checkClock(response, asked), ...(await checkAccount(url))];
}

function checkClock(response: Response, asked: number): Finding {
  const skew = Math.abs(new Date(response.headers.get('date') ?? asked).getTime() - asked);
  return skew <= MAX_SKEW_MS
    ? well('Clock', 'the same on both machines')
    : bad('Clock', `${Math.round(skew / 1000)} s apart`, 'Set the clock: webhooks are refused as too old or too new.');
}

async function checkAccount(url: string): Promise<Finding[]> {
  const found = findKey(url);
  if (!found) {
    const advice = 'Set MPG_API_KEY, or store a key with `mpg login`.';
    return [bad('API key', 'there is none for this gateway', advice)];
  }
  const client = createClient({ url, apiKey: found.apiKey });
  try {
    const { userId, role } = await client.accounts.me();
    return [
      well('API key', `from ${found.source}: ${userId} (${role})`),
      ...(await checkEndpoints(client)),
      await checkDeliveries(client),
      await checkDoubleCharges(client),
    ];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const advice = 'Set MPG_API_KEY to a key of this gateway, or store one with `mpg login`.';
    return [bad('API key', `from ${found.source}: ${error.message}`, advice)];
  }
}

async function checkEndpoints(client: GatewayClient): Promise<Finding[]> {
  const { data } = await client.webhookEndpoints.list({ limit: 100 });
  const disabled = data.filter(({ enabled }) => !enabled);
  if (data.length === 0)
    return [worth('Webhooks', 'no endpoint', 'Create one with POST /webhooks/endpoints, or use `mpg listen`.')];
  if (disabled.length === 0) return [well('Webhooks', `${data.length} enabled`)];
  return disabled.map(({ id, url }) =>
    bad('Webhooks', `${id} is disabled: ${url}`, 'Correct the handler, then enable it with PATCH {"enabled": true}.'),
  );
}

async function checkDeliveries(client: GatewayClient): Promise<Finding> {
  const { data } = await client.webhookDeliveries.list({ limit: 20 });
  const failing = data.find(({ status }) => status !== 'succeeded');
  if (!failing) return well('Deliveries', data.length === 0 ? 'none yet' : 'the latest ones arrived');
  const attempt = failing.attempts.at(-1);
  const reason = attempt ? (attempt.error ?? `it answered ${String(attempt.status)}`) : 'not sent yet';
  return worth('Deliveries', `${failing.id} to ${failing.url}: ${reason}`, 'Look at the handler, then `mpg certify`.');
}

async function checkDoubleCharges(client: GatewayClient): Promise<Finding> {
  const found = await client.doubleCharges.list();
  return found.length === 0
    ? well('Double charges', 'none')
    : worth(
        'Double charges',
        found[0]?.explanation ?? '',
        'Send an Idempotency-Key with each write: docs/idempotency.md.',
      );
}

const well = (check: string, found: string): Finding => ({ check, result: 'ok', found, advice: null });
const worth = (check: string, found: string, advice: string): Finding => ({ check, result: 'warning', found, advice });
const bad = (check: string, found: string, advice: string): Finding => ({ check, result: 'failed', found, advice });

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], failed: ['red', '✗'] } as const;

function show(findings: readonly Finding[]): string {
  return findings
    .map(({ check, result, found, advice }) => {
      const [color, mark] = MARKS[result];
      return `${styleText(color, mark)} ${check}: ${plain(found)}${advice === null ? '' : `\n    ${advice}`}`;
    })
    .join('\n');
}
