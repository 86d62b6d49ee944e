import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { ChoiceField, Field, textRules, UrlField } from '../../platform/validation/fields.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Certification } from '../certification.schema.js';
import type { CertificationOrder } from '../certifications.service.js';
import {
  CERTIFICATION_STATUSES,
  CERTIFICATION_STYLES,
  type CertificationStatus,
  type CertificationStyle,
  CHECK_NAMES,
  type CheckName,
  type CheckResult,
} from '../checks.js';

const WHSEC = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** `whsec_` and at least one byte in base64, or any other text. */
function isSecret(value: unknown): boolean {
  return typeof value === 'string' && (!value.startsWith('whsec_') || (value.length > 7 && WHSEC.test(value)));
}

export class BeginCertificationDto {
  @UrlField({ description: 'Your webhook handler.', example: 'https://merchant.invalid/webhooks' })
  readonly url!: string;

  @Field(
    {
      description:
        'What your handler verifies signatures with: `whsec_…` (the bytes behind the prefix, in base64, sign) or any other text, such as the `SK_…` of the account (the text signs). The current secret of the account if not given. Never shown.',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      optional: true,
      hidden: true,
    },
    { type: 'string', minLength: 1, maxLength: 500 },
    [
      ...textRules({ minLength: 1, maxLength: 500 }),
      {
        type: 'secret_parsing',
        msg: 'Input should be whsec_ and base64, or a text that does not begin with whsec_',
        ctx: { expected: 'whsec_ and base64, or a text that does not begin with whsec_' },
        test: isSecret,
      },
    ],
  )
  readonly secret?: string | null;

  @UrlField({
    description:
      'Where your handler shows, for tests, what it knows of a payment: `GET stateUrl?id=txn_…` answers a JSON object. Without it, checks of the state are skipped.',
    example: 'https://merchant.invalid/webhook-state',
    optional: true,
  })
  readonly stateUrl?: string | null;

  @ChoiceField(CERTIFICATION_STYLES, {
    enumName: 'CertificationStyle',
    description:
      "`standard`: as to a webhook endpoint; `v1`: as to a payment's own `webhookUrl`. `standard` if not given.",
    example: 'standard',
    optional: true,
  })
  readonly style?: CertificationStyle | null;

  toOrder(): CertificationOrder {
    return {
      url: this.url,
      secret: this.secret ?? null,
      stateUrl: this.stateUrl ?? null,
      style: this.style ?? 'standard',
    };
  }
}

export class ListCertificationsDto extends PageQuery('cert') {}

export class CheckDto implements CheckResult {
  @ApiProperty({ enum: CHECK_NAMES, enumName: 'CheckName', example: 'stale_timestamp' })
  readonly name!: CheckName;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'Null if it could not be checked; it does not count then.',
  })
  readonly passed!: boolean | null;

  @ApiProperty({
    example:
      'Sent payment.completed evt_0193a5e2c7f11b2c3d4e5f60 (690 bytes) rightly signed, with a webhook-timestamp 10 minutes in the past: answered 200 in 4 ms. Expected 400 to 499.',
    description: 'What was sent and what came back.',
  })
  readonly evidence!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Answer 400 or 401 if webhook-timestamp is more than 5 minutes away from your clock.',
    description: 'What to do; null if there is nothing to do.',
  })
  readonly advice!: string | null;
}

export class CertificationDto {
  @ApiProperty({ example: 'cert_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ enum: CERTIFICATION_STATUSES, enumName: 'CertificationStatus', example: 'running' })
  readonly status!: CertificationStatus;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: 100,
    example: 0,
    description: 'The share of passed checks among those that count, in percent; 0 while it runs.',
  })
  readonly score!: number;

  @ApiProperty({ type: [CheckDto], description: 'Empty while it runs.' })
  readonly checks!: CheckDto[];

  @ApiProperty({ format: 'uri', example: 'https://merchant.invalid/webhooks' })
  readonly url!: string;

  @ApiProperty({ type: String, format: 'uri', nullable: true, example: null })
  readonly stateUrl!: string | null;

  @ApiProperty({ enum: CERTIFICATION_STYLES, enumName: 'CertificationStyle', example: 'standard' })
  readonly style!: CertificationStyle;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly finishedAt!: Date | null;

  static from(certification: Certification): CertificationDto {
    return {
      id: publicId(certification._id),
      status: certification.status,
      score: certification.score,
      checks: certification.checks.map(({ name, passed, evidence, advice }) => ({ name, passed, evidence, advice })),
      url: certification.url,
      stateUrl: certification.stateUrl,
      style: certification.style,
      createdAt: certification.createdAt,
      finishedAt: certification.finishedAt,
    };
  }
}

export class CertificationPageDto {
  @ApiProperty({ type: [CertificationDto] })
  readonly data!: CertificationDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<Certification>): CertificationPageDto {
    return { data: data.map((certification) => CertificationDto.from(certification)), hasMore };
  }
}
