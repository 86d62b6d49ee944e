import { Field } from './fields.js';

// A date, or a date and time with a time zone, in ISO 8601.
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Whether a value is a date and time in ISO 8601, or a date. */
export function isIsoTime(value: unknown): value is string {
  return typeof value === 'string' && ISO_8601.test(value) && !Number.isNaN(Date.parse(value));
}

/** A date and time in ISO 8601, or a date in UTC; read it with `new Date(…)`. */
export function DateField(options: {
  readonly description: string;
  readonly example?: string | null;
  readonly optional?: boolean;
}): PropertyDecorator {
  return Field(options, { type: 'string', format: 'date-time' }, [
    {
      type: 'datetime_parsing',
      msg: 'Input should be a date and time in ISO 8601 with a time zone',
      test: isIsoTime,
    },
  ]);
}
