import type { Principal } from './principal.js';

/**
 * Whether the console asks only in order to show something. Such requests are not those of a merchant's programs: they
 * are not in the request log, and no fault hits them or is used up by them.
 */
export function isConsoleRead({ consoleSession }: Principal, method: string): boolean {
  return consoleSession !== null && method === 'GET';
}
