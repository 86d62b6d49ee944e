import { ApiProperty } from '@nestjs/swagger';
import type { SandboxChange } from '../../accounts/sandbox-accounts.service.js';
import { AMOUNT_CONVENTIONS, type AmountConvention } from '../../platform/config/amount-conventions.js';
import { ValidationFailedError } from '../../platform/errors/validation-failed.error.js';
import { DEFAULT_PAGE_SIZE } from '../../platform/http/page-query.dto.js';
import { Field, TextField } from '../../platform/validation/fields.js';
import { IntegerField, QueryIntegerField } from '../../platform/validation/number-field.js';
import { TIMESTAMP_CLOCKS, type WorldSettings } from '../../platform/worlds/world.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type {
  CreatedSandbox,
  NewSandbox,
  SandboxPage,
  SandboxPageRequest,
  ShownSandbox,
} from '../sandboxes.service.js';
import { problemsOf, SETTING_RULES } from '../settings-rules.js';
import { ClockField, SnapshotField, startOf } from './sandbox-fields.js';

const DEFAULT_LIFE_SECONDS = 3_600;
const LONGEST_LIFE_SECONDS = 604_800;

const settingsField = () =>
  Field(
    {
      description: 'How payments and webhooks behave; what is not sent is as the environment says, or as it was.',
      example: { processingDelayMs: 0 },
      optional: true,
    },
    {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(SETTING_RULES).map(([name, { description, schema }]) => [name, { description, ...schema }]),
      ),
    },
    [
      {
        type: 'object_type',
        msg: 'Input should be an object with settings',
        test: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      },
    ],
  );

const nameField = () =>
  TextField({ description: 'What it is for.', example: 'Cart tests', maxLength: 100, optional: true });

/** Throws ValidationFailedError with all settings that are wrong. */
function checkedSettings(settings: Readonly<Record<string, unknown>> | null | undefined): Partial<WorldSettings> {
  const problems = problemsOf(settings ?? {});
  if (problems.length > 0)
    throw new ValidationFailedError(
      problems.map(({ name, type, msg, input, ctx }) => ({
        loc: ['body', 'settings', name],
        type,
        msg,
        input: input ?? null,
        ctx,
      })),
    );
  return settings ?? {};
}

export class CreateSandboxDto {
  @nameField()
  readonly name?: string | null;

  @TextField({
    description:
      'Two sandboxes with the same seed give the same ids, answers and events to the same requests; a new one if not given.',
    example: 'cart-17',
    minLength: 1,
    maxLength: 64,
    optional: true,
  })
  readonly seed?: string | null;

  @ClockField()
  readonly clock?: unknown;

  @settingsField()
  readonly settings?: Readonly<Record<string, unknown>> | null;

  @IntegerField({
    description: `After how many seconds it is deleted; ${DEFAULT_LIFE_SECONDS} if not given.`,
    example: 3600,
    min: 1,
    max: LONGEST_LIFE_SECONDS,
    optional: true,
  })
  readonly expiresInSeconds?: number | null;

  @SnapshotField()
  readonly snapshot?: unknown;

  /** Throws ValidationFailedError if a setting is wrong, or a clock is sent that the snapshot has already. */
  toSandbox(): NewSandbox {
    if (this.clock != null && this.snapshot != null)
      throw ValidationFailedError.at(
        ['body', 'clock'],
        'clock_of_snapshot',
        'A sandbox with a snapshot has the clock of the snapshot',
        this.clock,
      );
    return {
      name: this.name ?? null,
      seed: this.seed ?? null,
      start: startOf(this.clock),
      settings: checkedSettings(this.settings),
      lifeSeconds: this.expiresInSeconds ?? DEFAULT_LIFE_SECONDS,
      snapshot: this.snapshot ?? null,
    };
  }
}

export class ChangeSandboxDto {
  @nameField()
  readonly name?: string | null;

  @settingsField()
  readonly settings?: Readonly<Record<string, unknown>> | null;

  /** Throws ValidationFailedError if nothing was sent, or a setting is wrong. */
  toChange(): SandboxChange {
    if (this.name === undefined && this.settings === undefined)
      throw ValidationFailedError.at(['body'], 'missing', 'At least one field is required', null);
    return { ...(this.name !== undefined && { name: this.name }), settings: checkedSettings(this.settings) };
  }
}

export class SandboxClockDto {
  @ApiProperty({ enum: ['real', 'virtual'], enumName: 'ClockKind', example: 'virtual' })
  readonly kind!: 'real' | 'virtual';

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  readonly now!: Date;
}

export class SandboxSettingsDto implements WorldSettings {
  @ApiProperty({ type: 'integer', example: 0 })
  readonly processingDelayMs!: number;

  @ApiProperty({ enum: AMOUNT_CONVENTIONS, enumName: 'AmountConvention', example: 'off' })
  readonly testAmounts!: AmountConvention;

  @ApiProperty({ type: 'integer', example: 604800 })
  readonly authorizationExpiresAfterSeconds!: number;

  @ApiProperty({ type: 'integer', example: 1800 })
  readonly authenticationTimeoutSeconds!: number;

  @ApiProperty({ type: 'integer', example: 2000 })
  readonly refundDelayMs!: number;

  @ApiProperty({ example: '2.9% + 30' })
  readonly fees!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  readonly settlementDelayDays!: number;

  @ApiProperty({ type: 'integer', example: 5000 })
  readonly disputeDelayMs!: number;

  @ApiProperty({ type: 'integer', example: 5000 })
  readonly disputeReviewMs!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  readonly balanceTransactionDelayMs!: number;

  @ApiProperty({ type: 'array', items: { type: 'integer' }, example: [0, 5, 300] })
  readonly webhookRetrySchedule!: number[];

  @ApiProperty({ type: 'integer', example: 15000 })
  readonly webhookTimeoutMs!: number;

  @ApiProperty({ type: 'integer', example: 432000 })
  readonly webhookDisableAfterSeconds!: number;

  @ApiProperty({ enum: TIMESTAMP_CLOCKS, enumName: 'TimestampClock', example: 'real' })
  readonly webhookTimestamp!: WorldSettings['webhookTimestamp'];
}

export class SandboxDto {
  @ApiProperty({ example: 'sbx_0193a5e2c7f11b2c3d4e5f60' })
  readonly id!: string;

  @ApiProperty({ example: 'user_0193a5e2c7f11b2c3d4e5f60' })
  readonly accountId!: string;

  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/console/login?to=/console/sandbox#link=eyJhbGciOiJIUzI1NiIs…',
    description:
      'A link that signs a browser in to the console, once, within 24 hours. In production, and for administrators, the address of the page.',
  })
  readonly consoleUrl!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Cart tests' })
  readonly name!: string | null;

  @ApiProperty({ example: 'cart-17', description: 'Send it with a new sandbox to get the same ids again.' })
  readonly seed!: string;

  @ApiProperty({ type: SandboxClockDto })
  readonly clock!: SandboxClockDto;

  @ApiProperty({ type: SandboxSettingsDto })
  readonly settings!: SandboxSettingsDto;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-02-01T10:00:00.000Z',
    description: 'When it is deleted, by the real time.',
  })
  readonly expiresAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-01-31T09:00:00.000Z',
    description: 'By its own clock.',
  })
  readonly createdAt!: Date;

  static from({ account: { _id, sandbox }, settings, consoleUrl }: ShownSandbox): SandboxDto {
    const { now, startedAt } = sandbox.clock;
    return {
      id: sandbox.id,
      accountId: publicId(_id),
      consoleUrl,
      name: sandbox.name,
      seed: sandbox.seed,
      clock: { kind: now === null ? 'real' : 'virtual', now: now ?? new Date() },
      settings: { ...settings, webhookRetrySchedule: [...settings.webhookRetrySchedule] },
      expiresAt: sandbox.expiresAt,
      createdAt: startedAt ?? sandbox.createdAt,
    };
  }
}

export class NewSecretDto {
  @ApiProperty({ example: 'we_0193a5e2c7f11b2c3d4e5f60' })
  readonly endpointId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'whsec_…', description: 'Null where only `v1a` is used.' })
  readonly secret!: string | null;
}

export class CreatedSandboxDto extends SandboxDto {
  @ApiProperty({ example: 'PK_LIVE_3f9c…', description: 'Opens its routes. Shown here once.' })
  readonly apiKey!: string;

  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiIs…', description: 'A bearer token that lives as long as the sandbox.' })
  readonly accessToken!: string;

  @ApiProperty({ example: 'SK_8a71…', description: "Signs webhooks to payments' own webhookUrls. Shown here once." })
  readonly webhookSecret!: string;

  @ApiProperty({
    type: [NewSecretDto],
    example: [],
    description: 'The webhook endpoints of the snapshot that got new secrets, since theirs cannot be read here.',
  })
  readonly newSecrets!: NewSecretDto[];

  static of(created: CreatedSandbox): CreatedSandboxDto {
    const { apiKey, accessToken, webhookSecret, newSecrets } = created;
    return Object.assign(SandboxDto.from(created), {
      apiKey,
      accessToken,
      webhookSecret,
      newSecrets: newSecrets.map(({ endpointId, secret }) => ({ endpointId, secret })),
    });
  }
}

export class DeletedSandboxDto {
  @ApiProperty({ example: "Sandbox 'sbx_0193a5e2c7f11b2c3d4e5f60' deleted successfully." })
  readonly message!: string;
}

export class ListSandboxesDto {
  @QueryIntegerField({ description: 'How many; 10 if not given.', min: 1, max: 100, optional: true })
  readonly limit?: string;

  @TextField({
    description: 'After which sandbox the page starts: `nextCursor` of the page before, or the id of its last one.',
    pattern: /^sbx_[0-9a-f]{24}(?:~[0-9a-f]{1,16})?$/,
    optional: true,
  })
  readonly startingAfter?: string;

  toPage(): SandboxPageRequest {
    return {
      limit: Number(this.limit ?? DEFAULT_PAGE_SIZE),
      ...(this.startingAfter && { startingAfter: this.startingAfter }),
    };
  }
}

/** A sandbox as administrators see it. */
export class ListedSandboxDto extends SandboxDto {
  @ApiProperty({ example: '127.0.0.1', description: 'The address that created it.' })
  readonly address!: string;

  @ApiProperty({ type: 'integer', example: 12, description: 'How many writes it carried out.' })
  readonly writes!: number;

  static listed(shown: ShownSandbox): ListedSandboxDto {
    // A sandbox that is deleted while the list is read has none.
    const { address = '', writes } = shown.account.sandbox;
    return Object.assign(SandboxDto.from(shown), { address, writes });
  }
}

export class SandboxPageDto {
  @ApiProperty({ type: [ListedSandboxDto] })
  readonly data!: ListedSandboxDto[];

  @ApiProperty({ example: false, description: 'Whether there are more beyond this page.' })
  readonly hasMore!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Where the next page starts, also if sandboxes of one seed have the same id; null without one.',
  })
  readonly nextCursor!: string | null;

  static from({ data, hasMore, nextCursor }: SandboxPage): SandboxPageDto {
    return { data: data.map((sandbox) => ListedSandboxDto.listed(sandbox)), hasMore, nextCursor };
  }
}
