import { STATUS_CODES } from 'node:http';
import { getSchemaPath } from '@nestjs/swagger';
import { ErrorBodyDto, ValidationErrorBodyDto } from './error-body.dto.js';
import { ERROR_CATALOGUE, ERROR_CODES, type ErrorCode, statusOf } from './error-catalogue.js';
import type { CatalogueEntry } from './catalogue-entry.js';

const entryOf = (code: ErrorCode): CatalogueEntry => ERROR_CATALOGUE[code];

/** Describes one response that can have any of these codes, with a reference to the example of each. */
export function errorResponse(codes: readonly ErrorCode[]) {
  const lists = codes.some((code) => typeof entryOf(code).detail !== 'string');
  const [only, ...more] = codes;
  const list = codes.map((code) => `- \`${code}\`: ${entryOf(code).cause}`);
  return {
    description: only !== undefined && more.length === 0 ? entryOf(only).cause : list.join('\n'),
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(lists ? ValidationErrorBodyDto : ErrorBodyDto) },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** The examples that `errorResponse` refers to: a body for each code. */
export function errorExamples() {
  return Object.fromEntries(
    ERROR_CODES.map((code) => {
      const { cause, status, detail } = entryOf(code);
      const requestId = 'req_0193a5e2c7f11b2c3d4e5f60';
      const docUrl = `http://127.0.0.1:3000/docs/errors#${code}`;
      const value = { detail, status, code, title: STATUS_CODES[status] ?? 'Error', requestId, docUrl };
      return [code, { summary: cause, value }];
    }),
  );
}

/** Groups codes by status, in the order of the catalogue. */
export function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of ERROR_CODES.filter((known) => codes.includes(known)))
    groups.set(statusOf(code), [...(groups.get(statusOf(code)) ?? []), code]);
  return groups;
}
