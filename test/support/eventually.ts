import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

const POLL_MS = 15;
const PATIENCE_MS = 10_000;

/** Asks again and again until the answer is accepted. Throws with the last answer when the time is up. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  accepted: (answer: Awaited<T>) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<Awaited<T>> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (accepted(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`Waited ${patienceMs} ms in vain for ${what}; last seen: ${inspect(answer).slice(0, 2000)}`);
    await delay(POLL_MS);
  }
}

/** Resolves when `promise` does, or throws after a while. */
export async function within<T>(what: string, patienceMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Waited ${patienceMs} ms in vain for ${what}.`));
    }, patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
