import { ApiProperty } from '@nestjs/swagger';
import { createdBetween, type Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import { QueryIntegerField } from '../../platform/validation/number-field.js';
import type { RequestLogFilter } from '../request-log-batches.js';
import type { RequestLog } from '../request-log.schema.js';

export const REQUEST_METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

export class ListRequestLogsDto extends PageQuery('log') {
  @ChoiceField(REQUEST_METHODS, {
    enumName: 'RequestMethod',
    description: 'Only requests with this method.',
    optional: true,
  })
  readonly method?: string;

  @TextField({
    description: 'Only requests to this path.',
    example: '/api/v1/payments/charge',
    maxLength: 2048,
    optional: true,
  })
  readonly path?: string;

  @QueryIntegerField({
    description: 'Only requests that were answered with this status.',
    example: 422,
    min: 100,
    max: 599,
    optional: true,
  })
  readonly status?: string;

  @TextField({
    description: 'Only the request with this X-Request-Id.',
    example: 'req_0193a5e2c7f11b2c3d4e5f60',
    maxLength: 128,
    optional: true,
  })
  readonly requestId?: string;

  @DateField({ description: 'Only requests from this moment on.', example: '2025-11-06T00:00:00Z', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only requests before this moment.', example: '2025-11-07T00:00:00Z', optional: true })
  readonly createdBefore?: string;

  toFilter(): RequestLogFilter {
    return {
      ...(this.method && { method: this.method }),
      ...(this.path && { path: this.path }),
      ...(this.status && { status: Number(this.status) }),
      ...(this.requestId && { requestId: this.requestId }),
      ...createdBetween(this.createdAfter, this.createdBefore),
    };
  }
}

export class RequestLogDto {
  @ApiProperty({ example: 'log_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'req_0193a5e2c7f11b2c3d4e5f60' })
  readonly requestId!: string;

  @ApiProperty({ example: 'POST' })
  readonly method!: string;

  @ApiProperty({ example: '/api/v1/payments/charge' })
  readonly path!: string;

  @ApiProperty({ type: 'integer', example: 201 })
  readonly status!: number;

  @ApiProperty({ example: 3.2, description: 'How long the answer took.' })
  readonly ms!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  readonly idempotencyKey!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'The `code` of the error, if it was one.' })
  readonly errorCode!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '{"customerName":"Acme Corporation","paymentAmount":10,"currency":"USD"}',
    description: 'As JSON text, without secrets; null where there was none or it was over 8 kB.',
  })
  readonly requestBody!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '{"id":"txn_0193a5e2c7f11b2c3d4e5f60","status":"pending"}' })
  readonly responseBody!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  static from(log: RequestLog): RequestLogDto {
    const { id, requestId, method, path, status, ms, idempotencyKey, errorCode, requestBody, responseBody, createdAt } =
      log;
    return { id, requestId, method, path, status, ms, idempotencyKey, errorCode, requestBody, responseBody, createdAt };
  }
}

export class RequestLogPageDto {
  @ApiProperty({ type: [RequestLogDto] })
  readonly data!: RequestLogDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<RequestLog>): RequestLogPageDto {
    return { data: data.map((log) => RequestLogDto.from(log)), hasMore };
  }
}
