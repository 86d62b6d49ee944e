import { ID_PATTERN } from '../common/ids.js';
import type { PageRequest } from '../database/page.js';
import { TextField } from '../validation/fields.js';
import { QueryIntegerField } from '../validation/number-field.js';

export const DEFAULT_PAGE_SIZE = 10;
export const MAX_PAGE_SIZE = 100;

const cursor = (description: string) =>
  TextField({ description, example: 'evt_0193a5e2c7f11b2c3d4e5f60', pattern: ID_PATTERN, optional: true });

/** The query of every list with cursors; each list adds its filters. */
export class PageQueryDto {
  @QueryIntegerField({
    description: 'How many; 10 if not given.',
    example: 10,
    min: 1,
    max: MAX_PAGE_SIZE,
    optional: true,
  })
  readonly limit?: string;

  @cursor('The id after which the page starts: the last one of the page before.')
  readonly startingAfter?: string;

  @cursor('The id before which the page ends: the first one of the page after.')
  readonly endingBefore?: string;

  toPage(): PageRequest {
    return {
      limit: Number(this.limit ?? DEFAULT_PAGE_SIZE),
      ...(this.startingAfter && { startingAfter: this.startingAfter }),
      ...(this.endingBefore && { endingBefore: this.endingBefore }),
    };
  }
}
