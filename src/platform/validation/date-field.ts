import { Field } from './fields.js';

// ISO 8601 with a time zone, as every time of the API is written.
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A moment in ISO 8601, or a day in UTC; read it by `new Date(…)`. */
export function DateField(options: {
  readonly description: string;
  readonly example?: string;
  readonly optional?: boolean;
}): PropertyDecorator {
  return Field(options, { type: 'string', format: 'date-time' }, [
    {
      type: 'datetime_parsing',
      msg: 'Input should be a date and time in ISO 8601 with a time zone',
      test: (value) => typeof value === 'string' && ISO_8601.test(value) && !Number.isNaN(Date.parse(value)),
    },
  ]);
}
