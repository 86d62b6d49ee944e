import { charging, load, register, withKeys } from '../load.js';
import { ratio, row } from '../print.js';
import { startGateway } from '../servers.js';

const TURNS = 3;
const KEY = 'sk_test_bench';

/**
 * Compares payment intents of the Stripe-compatible dialect with charges of our own API, in turns on one gateway: of the
 * same account, which is a sandbox, and of an ordinary one, which waits for less.
 */
export async function dialect(env = {}) {
  const gateway = await startGateway(env);
  const { apiKey } = await register(gateway.url);
  const ordinary = withKeys(charging(gateway.url, apiKey));
  const same = withKeys(charging(gateway.url, KEY));
  const intents = withKeys({
    url: `${new URL(gateway.url).origin}/v1/payment_intents`,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Bearer ${KEY}`,
      'stripe-version': '2026-10-28.endive',
    },
    body: 'amount=1999&currency=usd&payment_method=pm_card_visa&confirm=true&off_session=true',
  });
  const kinds = { intents, same, ordinary };
  const figures = { intents: [], same: [], ordinary: [] };
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const [kind, options] of Object.entries(kinds))
      figures[kind].push(await load(kind, { ...options, warmUp: turn === 0 ? 3 : 0 }));
  const intent = best(figures.intents);
  row('payment intent, created and confirmed in one call under a key', intent);
  for (const [kind, name] of [
    ['same', 'charge with an Idempotency-Key of the same account'],
    ['ordinary', 'charge with an Idempotency-Key of an ordinary account'],
  ]) {
    const charge = best(figures[kind]);
    row(name, charge);
    ratio(`payment intent to ${name}`, intent.perSecond, charge.perSecond, '0.8 or better');
  }
  await gateway.stop();
}

/** The turn that the machine disturbed least. */
const best = (turns) => turns.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));
