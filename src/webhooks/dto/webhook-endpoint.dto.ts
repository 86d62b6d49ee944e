import { ApiProperty } from '@nestjs/swagger';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Page } from '../../platform/database/page.js';
import { PageQuery } from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { choiceRule, FlagField, ListField, TextField, UrlField } from '../../platform/validation/fields.js';
import { IntegerField } from '../../platform/validation/number-field.js';
import { ValidationFailedError } from '../../platform/errors/validation-failed.error.js';
import { isKnownPattern } from '../../events/event-types.js';
import {
  SIGNATURE_VERSIONS,
  type SignatureVersion,
  type SigningKey,
  type WebhookEndpoint,
} from '../webhook-endpoint.schema.js';
import type { Redelivered } from '../deliveries.service.js';
import type { EndpointChange, EndpointWithSecret, NewEndpoint } from '../webhook-endpoints.service.js';

const url = (optional: boolean) =>
  UrlField({ description: 'Where to send the events.', example: 'https://merchant.invalid/webhooks', optional });
const description = () =>
  TextField({ description: 'What it is for.', example: 'Order service', maxLength: 200, optional: true });
/** @param example false for a new endpoint, so that the gateway calls no address that an example names */
const enabled = (example: boolean) =>
  FlagField({
    description: 'Whether events are sent to it; `true` re-enables one that was disabled.',
    example,
    optional: true,
  });
const events = () =>
  ListField(
    {
      description: 'Which events: `*` for all, `payment.*` for a group, or single types.',
      example: ['payment.*'],
      optional: true,
      minItems: 1,
      maxItems: 50,
      items: { type: 'string' },
    },
    [
      {
        type: 'unknown_event_type',
        msg: 'Each item should be *, a type of event, or a group such as payment.*',
        test: (item) => typeof item === 'string' && isKnownPattern(item),
      },
    ],
  );

export class CreateWebhookEndpointDto {
  @url(false)
  readonly url!: string;

  @description()
  readonly description?: string | null;

  @events()
  readonly events?: string[] | null;

  @enabled(false)
  readonly enabled?: boolean | null;

  @ListField(
    {
      description:
        'How deliveries are signed: `v1` with a shared secret, `v1a` with an ed25519 key whose public half anybody may know; `["v1"]` if not given.',
      example: ['v1'],
      optional: true,
      minItems: 1,
      maxItems: SIGNATURE_VERSIONS.length,
      items: { $ref: '#/components/schemas/SignatureVersion' },
    },
    [choiceRule(SIGNATURE_VERSIONS)],
  )
  readonly signatures?: SignatureVersion[] | null;

  toEndpoint(): NewEndpoint {
    return {
      url: this.url,
      description: this.description ?? null,
      events: this.events ?? ['*'],
      enabled: this.enabled ?? true,
      signatures: this.signatures ?? ['v1'],
    };
  }
}

export class ChangeWebhookEndpointDto {
  @url(true)
  readonly url?: string | null;

  @description()
  readonly description?: string | null;

  @events()
  readonly events?: string[] | null;

  @enabled(true)
  readonly enabled?: boolean | null;

  /** Throws ValidationFailedError if nothing was sent. */
  toChange(): EndpointChange {
    if (Object.values(this).every((value) => value === undefined))
      throw ValidationFailedError.at(['body'], 'missing', 'At least one field is required', null);
    return {
      ...(this.url && { url: this.url }),
      ...(this.description !== undefined && { description: this.description }),
      ...(this.events && { events: this.events }),
      ...(typeof this.enabled === 'boolean' && { enabled: this.enabled }),
    };
  }
}

export class ListWebhookEndpointsDto extends PageQuery('we') {}

function currentKeys({ signingKeys }: WebhookEndpoint): SigningKey[] {
  return signingKeys.filter(({ expiresAt }) => expiresAt === null);
}

function currentPublicKey(endpoint: WebhookEndpoint): string | null {
  return currentKeys(endpoint).find(({ publicKey }) => publicKey !== null)?.publicKey ?? null;
}

export class WebhookEndpointDto {
  @ApiProperty({ example: 'we_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ format: 'uri', example: 'https://merchant.invalid/webhooks' })
  readonly url!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Order service' })
  readonly description!: string | null;

  @ApiProperty({ type: [String], example: ['payment.*'] })
  readonly events!: string[];

  @ApiProperty({ example: true })
  readonly enabled!: boolean;

  @ApiProperty({
    enum: ['failing', 'gone'],
    enumName: 'DisabledReason',
    nullable: true,
    example: null,
    description: 'Why the gateway disabled it: it only failed for days, or it answered 410.',
  })
  readonly disabledReason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly disabledAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since when every attempt has failed.',
  })
  readonly failingSince!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description:
      'Nothing is sent before, since the receiver answered 429, 502, 504 or `Retry-After`; null if it is not paused.',
  })
  readonly pausedUntil!: Date | null;

  @ApiProperty({ enum: SIGNATURE_VERSIONS, enumName: 'SignatureVersion', isArray: true, example: ['v1'] })
  readonly signatures!: SignatureVersion[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The `whpk_…` key that verifies `v1a` signatures.',
  })
  readonly publicKey!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2025-11-06T11:13:58.910Z' })
  readonly createdAt!: Date;

  /** @param now by the account's clock */
  static from(endpoint: WebhookEndpoint, now: Date): WebhookEndpointDto {
    return {
      id: publicId(endpoint._id),
      url: endpoint.url,
      description: endpoint.description,
      events: endpoint.events,
      enabled: endpoint.enabled,
      disabledReason: endpoint.disabledReason,
      disabledAt: endpoint.disabledAt,
      failingSince: endpoint.failingSince,
      pausedUntil: endpoint.pausedUntil !== null && endpoint.pausedUntil > now ? endpoint.pausedUntil : null,
      signatures: currentKeys(endpoint).map(({ version }) => version),
      publicKey: currentPublicKey(endpoint),
      createdAt: endpoint.createdAt,
    };
  }
}

export class CreatedWebhookEndpointDto extends WebhookEndpointDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'whsec_…',
    description: 'Verifies `v1` signatures. Shown here once; null where only `v1a` is used.',
  })
  readonly secret!: string | null;

  static of({ endpoint, secret }: EndpointWithSecret): CreatedWebhookEndpointDto {
    return Object.assign(WebhookEndpointDto.from(endpoint, endpoint.createdAt), { secret });
  }
}

export class WebhookEndpointPageDto {
  @ApiProperty({ type: [WebhookEndpointDto] })
  readonly data!: WebhookEndpointDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  static from({ data, hasMore }: Page<WebhookEndpoint>, now: Date): WebhookEndpointPageDto {
    return { data: data.map((endpoint) => WebhookEndpointDto.from(endpoint, now)), hasMore };
  }
}

export const DEFAULT_OVERLAP_HOURS = 24;

export class RotateSecretDto {
  @IntegerField({
    description: 'How long the keys of now go on signing as well; 24 if not given.',
    example: 24,
    min: 0,
    max: 168,
    optional: true,
  })
  readonly overlapHours?: number | null;
}

export class RotatedSecretDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'whsec_…',
    description: 'Shown here once; null where only `v1a` is used.',
  })
  readonly secret!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The new `whpk_…` key, where `v1a` is used.',
  })
  readonly publicKey!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2025-11-07T11:13:58.910Z',
    description: 'Until then the keys before sign as well.',
  })
  readonly previousValidUntil!: Date;

  static from({
    endpoint,
    secret,
    previousValidUntil,
  }: EndpointWithSecret & { previousValidUntil: Date }): RotatedSecretDto {
    return { secret, publicKey: currentPublicKey(endpoint), previousValidUntil };
  }
}

export class RedeliverSinceDto {
  @DateField({
    description: 'Everything not received that was created from this moment on.',
    example: '2025-11-06T00:00:00Z',
  })
  readonly since!: string;
}

export class RedeliveringDto {
  @ApiProperty({ type: 'integer', example: 7, description: 'How many deliveries are sent again.' })
  readonly redelivering!: number;

  @ApiProperty({ type: 'integer', example: 5, description: 'Of these, how many were waiting for a retry.' })
  readonly pending!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'Of these, how many had used up their retries.' })
  readonly failed!: number;

  static from({ pending, failed }: Redelivered): RedeliveringDto {
    return { redelivering: pending + failed, pending, failed };
  }
}
