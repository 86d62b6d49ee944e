import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const { GATEWAY_URL = 'http://127.0.0.1:3000', GATEWAY_KEY = '' } = process.env;

interface Payment {
  id: string;
  amount: number;
  status: string;
}

/** Charges once, however often it has to ask: the key makes a repetition safe. */
async function charge(order: string, amount: number, currency: string): Promise<Payment> {
  for (let attempt = 0; ; attempt++) {
    const wait = 200 * 2 ** attempt;
    try {
      const response = await fetch(`${GATEWAY_URL}/api/v1/payments/charge`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-API-Key': GATEWAY_KEY,
          'Idempotency-Key': order,
          Prefer: 'wait=10',
        },
        body: JSON.stringify({ customerName: 'Ada Lovelace', paymentAmount: amount, currency, orderReference: order }),
        signal: AbortSignal.timeout(30_000),
      });
      const answer = (await response.json()) as Payment & { code: string };
      if (response.ok) return answer;
      const passes = response.status === 429 || response.status >= 500 || answer.code === 'idempotency_conflict';
      if (!passes || attempt === 5) throw new Error(`Refused: ${answer.code}`, { cause: answer });
    } catch (error) {
      // No answer: nobody knows whether it was carried out.
      if (attempt === 5 || (error instanceof Error && error.message.startsWith('Refused'))) throw error;
    }
    await sleep(wait);
  }
}

const { id, amount, status } = await charge(process.env.ORDER ?? 'order-1', 19.99, 'EUR');
console.log(id, amount, status);
