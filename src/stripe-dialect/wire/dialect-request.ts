import type { RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SeededRequest } from '../../idempotency/idempotent.decorator.js';
import type { Principal } from '../../platform/access/principal.js';
import { DialectError, invalidRequest } from './dialect-error.js';
import { type FormObject, parseForm } from './form.js';
import { readMultipart, type Upload } from './multipart.js';
import { isVersion, NEWEST_VERSION } from './versions.js';

/** All routes of the dialect begin with this. */
export const DIALECT_PATH = '/v1';

/** What is noted of the answer while a request runs. */
export interface DialectAnswer {
  /** The request whose answer is repeated; not set if it is none. */
  original?: string;
}

export type DialectRequest = RawBodyRequest<FastifyRequest> &
  SeededRequest & { readonly user: Principal; dialectAnswer?: DialectAnswer; upload?: Upload };

export function isDialectPath(url: string): boolean {
  return /^\/v[12](?:[/?]|$)/.test(url);
}

/** A body that could not be read as a form; thrown when its parameters are asked for, after the guards. */
export class UnreadableForm {
  constructor(readonly error: DialectError) {}
}

/** Reads the body of a request. Never throws: guards run first. */
export function readFormBody(bytes: Buffer): FormObject | UnreadableForm {
  try {
    return parseForm(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return new UnreadableForm(error instanceof TypeError ? notUtf8() : (error as DialectError));
  }
}

/** The path that takes files. */
const FILES = /^\/v1\/files(?:\?|$)/;

/** The same for a body of several parts; its file is noted in the request. */
export async function readMultipartBody(request: FastifyRequest, bytes: Buffer): Promise<FormObject | UnreadableForm> {
  try {
    if (!FILES.test(request.url)) throw invalidRequest('Only /v1/files takes multipart/form-data.');
    const { form, upload } = await readMultipart(String(request.headers['content-type']), bytes);
    if (upload) (request as DialectRequest).upload = upload;
    return form;
  } catch (error) {
    if (error instanceof DialectError) return new UnreadableForm(error);
    throw error;
  }
}

function notUtf8(): DialectError {
  return invalidRequest('The body is not UTF-8.', { code: 'parameter_invalid_format' });
}

/** The parameters of a request: the query of a read, the body of a write. Throws a DialectError (400). */
export function formOf({ method, url, body }: FastifyRequest): FormObject {
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (method !== 'POST') return parseForm(query);
  if (body instanceof UnreadableForm) throw body.error;
  if (body === undefined || body === null) return parseForm(query);
  if (Object.getPrototypeOf(body) !== null)
    throw invalidRequest('The body has to be a form: application/x-www-form-urlencoded.');
  return body as FormObject;
}

/** The version that a request asks for, or the newest. Throws a DialectError (400). */
export function versionOf({ headers }: FastifyRequest): string {
  const asked = headers['stripe-version'];
  if (asked === undefined) return NEWEST_VERSION;
  const version = String(asked);
  if (!isVersion(version)) throw invalidRequest(`Invalid Stripe API version: ${version.slice(0, 40)}`);
  return version;
}

const MAX_KEY = 255;

/** Null if there is no key. Throws a DialectError (400). */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined || header === '') return null;
  const key = String(header);
  if (key.length > MAX_KEY)
    throw invalidRequest(`Keys for idempotent requests have at most ${MAX_KEY} characters.`, {
      code: 'idempotency_key_too_long',
    });
  return key;
}
