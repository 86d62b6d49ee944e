import { charging, load, register, withKeys } from '../load.js';
import { ratio, row } from '../print.js';
import { startGateway } from '../servers.js';

const TURNS = 3;

/** Compares payment intents of the Stripe-compatible dialect with charges of our own API, in turns on one gateway. */
export async function dialect(env = {}) {
  const gateway = await startGateway(env);
  const { apiKey } = await register(gateway.url);
  const own = withKeys(charging(gateway.url, apiKey));
  const intents = withKeys({
    url: `${new URL(gateway.url).origin}/v1/payment_intents`,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Bearer sk_test_bench',
      'stripe-version': '2026-10-28.endive',
    },
    body: 'amount=1999&currency=usd&payment_method=pm_card_visa&confirm=true&off_session=true',
  });
  const figures = { own: [], intents: [] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    figures.own.push(await load('charge with a key', { ...own, warmUp: turn === 0 ? 3 : 0 }));
    figures.intents.push(await load('payment intent', { ...intents, warmUp: turn === 0 ? 3 : 0 }));
  }
  const [charge, intent] = [best(figures.own), best(figures.intents)];
  row('charge with an Idempotency-Key', charge);
  row('payment intent, created and confirmed in one call under a key', intent);
  ratio('payment intent to charge', intent.perSecond, charge.perSecond, '0.8 or better');
  await gateway.stop();
}

/** The turn that the machine disturbed least. */
const best = (turns) => turns.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));
