import { hash, randomInt } from 'node:crypto';

/*
 * Keys in the style of Stripe: `sk_test_…` is secret, `pk_test_…` is publishable. The gateway makes pairs of both. In
 * development anybody can also choose one: its account comes with its first use (sandboxes/first-use-accounts.service.ts).
 */
const SECRET = 'sk_test_';
const PUBLISHABLE = 'pk_test_';

/** What stands after the prefix. */
const REST = /^[A-Za-z0-9_]{1,100}$/;

const LIVE_KEY = /^[spr]k_live_/;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const RANDOM_CHARACTERS = 18;
const CHECK_CHARACTERS = 6;

export interface KeyPair {
  readonly secretKey: string;
  readonly publishableKey: string;
}

/** Whether a text looks like a key for real money of a real payment service. */
export function isLiveKey(key: string): boolean {
  return LIVE_KEY.test(key);
}

export function isPublishableKey(key: string): boolean {
  return key.startsWith(PUBLISHABLE);
}

/** Whether a text is a well-formed test key. */
export function isTestKey(key: string): boolean {
  return restOf(key) !== null;
}

/**
 * The pair of keys that somebody chose, told by one of them; null if the text is no test key, or if a gateway made it:
 * an unknown one of those was deleted, and its next use must not open an empty account.
 */
export function chosenPair(key: string): KeyPair | null {
  const rest = restOf(key);
  if (rest === null || isMade(rest)) return null;
  return { secretKey: `${SECRET}${rest}`, publishableKey: `${PUBLISHABLE}${rest}` };
}

/** Makes a pair of keys with 107 random bits each. Neither tells the other. */
export function newKeyPair(): KeyPair {
  return { secretKey: `${SECRET}${newRest()}`, publishableKey: `${PUBLISHABLE}${newRest()}` };
}

function restOf(key: string): string | null {
  if (!key.startsWith(SECRET) && !key.startsWith(PUBLISHABLE)) return null;
  const rest = key.slice(SECRET.length);
  return REST.test(rest) ? rest : null;
}

function newRest(): string {
  const random = Array.from({ length: RANDOM_CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `${random}${checkOf(random)}`;
}

/** Whether the last characters follow from those before, as in all keys that a gateway made. */
function isMade(rest: string): boolean {
  const random = rest.slice(0, RANDOM_CHARACTERS);
  return rest.length === RANDOM_CHARACTERS + CHECK_CHARACTERS && rest === `${random}${checkOf(random)}`;
}

function checkOf(random: string): string {
  const digest = hash('sha256', `check ${random}`, 'buffer');
  return Array.from(digest.subarray(0, CHECK_CHARACTERS), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}
