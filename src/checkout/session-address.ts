import { isHttpUrl } from '../platform/validation/http-url.js';
import { publicId } from '../platform/worlds/world-ids.js';

/** Stands for the id of the session in a merchant's URL; clients that build URLs may have encoded the braces. */
const PLACEHOLDER = /\{CHECKOUT_SESSION_ID\}|%7BCHECKOUT_SESSION_ID%7D/gi;

const EXAMPLE_ID = 'cs_0193a5e2c7f11b2c3d4e5f60';

/** Whether this is an http or https URL once the id of the session is filled in. */
export function isSessionAddress(value: unknown): boolean {
  return typeof value === 'string' && isHttpUrl(value.replaceAll(PLACEHOLDER, EXAMPLE_ID));
}

/** A merchant's URL with the id of the session, fit for a header. */
export function sessionAddress(url: string, sessionId: string): string {
  return new URL(url.replaceAll(PLACEHOLDER, publicId(sessionId))).href;
}
