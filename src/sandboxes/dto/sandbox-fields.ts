import { canBeShown } from '../clock-limits.js';
import { isIsoTime } from '../../platform/validation/date-field.js';
import { Field } from '../../platform/validation/fields.js';

function isClock(value: unknown): boolean {
  if (value === 'real') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { kind = 'virtual', now, ...rest } = value as Record<string, unknown>;
  if (kind !== 'virtual' || !isIsoTime(now) || Object.keys(rest).length > 0) return false;
  return canBeShown(new Date(now));
}

/** The clock of a new sandbox. */
export const ClockField = (): PropertyDecorator =>
  Field(
    {
      description:
        '`real`, or `{ "now": "2026-01-31T09:00:00Z" }`: a clock that stands still until `POST /clock/advance`. `real` if not given.',
      example: { now: '2026-01-31T09:00:00Z' },
      optional: true,
    },
    {
      oneOf: [
        { type: 'string', enum: ['real'] },
        { type: 'object', properties: { now: { type: 'string', format: 'date-time' } }, required: ['now'] },
      ],
    },
    [
      {
        type: 'clock_type',
        msg: "Input should be 'real', or an object with `now`: a time in ISO 8601 from 2000 to 2099",
        ctx: { expected: "'real' or { now }" },
        test: isClock,
      },
    ],
  );

/** Where a clock begins; null for the real time. */
export function startOf(clock: unknown): Date | null {
  return typeof clock === 'object' && clock !== null ? new Date((clock as { now: string }).now) : null;
}

/** What a new sandbox begins with. */
export const SnapshotField = (): PropertyDecorator =>
  Field(
    {
      description:
        'What it begins with: the id of a snapshot of a sandbox that was created from the same address, or an export (up to 32 MiB; in production up to 100 KiB).',
      example: null,
      optional: true,
    },
    {
      oneOf: [
        { type: 'string', pattern: '^snap_[0-9a-f]{24}$' },
        { type: 'object', additionalProperties: true },
      ],
    },
    [
      {
        type: 'snapshot_type',
        msg: 'Input should be the id of a snapshot (snap_…), or the JSON document of an export',
        test: (value) =>
          typeof value === 'string'
            ? /^snap_[0-9a-f]{24}$/.test(value)
            : typeof value === 'object' && value !== null && !Array.isArray(value),
      },
    ],
  );
