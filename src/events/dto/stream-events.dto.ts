import { ID_PATTERN, idPattern } from '../../platform/common/ids.js';
import { Field, TextField, textRules } from '../../platform/validation/fields.js';
import { EVENT_TYPES, isKnownPattern, matches } from '../event-types.js';
import type { StreamedEvents } from '../event-tail.service.js';

const MAX_TYPE_LENGTH = 500;

export class StreamEventsDto {
  @Field(
    {
      description: 'Only events of these types: `*` for all, `payment.*` for a group, or single types, with commas.',
      optional: true,
    },
    { type: 'string', maxLength: MAX_TYPE_LENGTH },
    [
      ...textRules({ maxLength: MAX_TYPE_LENGTH }),
      {
        type: 'unknown_event_type',
        msg: 'Each item should be *, a type of event, or a group such as payment.*',
        test: (value) => patternsOf(String(value)).every(isKnownPattern),
      },
    ],
  )
  readonly type?: string;

  @TextField({
    description: "Only events about this object; a payment's id gives the events of its refunds too.",
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly objectId?: string;

  @TextField({
    description: 'The id of an event: the same as the header `Last-Event-ID`, which counts if both are sent.',
    pattern: idPattern('evt'),
    optional: true,
  })
  readonly after?: string;

  toSelection(): StreamedEvents {
    const patterns = patternsOf(this.type ?? '*');
    const types = EVENT_TYPES.filter((type) => patterns.some((pattern) => matches(pattern, type)));
    return { types: types.length === EVENT_TYPES.length ? null : types, objectId: this.objectId ?? null };
  }
}

function patternsOf(list: string): string[] {
  return list.split(',').map((pattern) => pattern.trim());
}
