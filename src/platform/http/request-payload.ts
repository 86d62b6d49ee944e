import type { RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { MalformedJson } from '../validation/malformed-json.js';
import { compactJson } from './json-body.js';

/** What makes two requests to one route the same: the body, without white space between its tokens, and `X-Simulate`. */
export function requestPayload({ headers, body, rawBody }: RawBodyRequest<FastifyRequest>): string {
  const text = rawBody?.toString('utf8') ?? '';
  return `${String(headers['x-simulate'] ?? '')}\n${body instanceof MalformedJson ? text : compactJson(text)}`;
}
