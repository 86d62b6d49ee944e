import { idPattern, type IdPrefix } from '../common/ids.js';
import type { PageRequest } from '../database/page.js';
import { TextField } from '../validation/fields.js';
import { QueryIntegerField } from '../validation/number-field.js';

export const DEFAULT_PAGE_SIZE = 10;
export const MAX_PAGE_SIZE = 100;

/** The parameters of a page, as a query string has them. */
interface PageParameters {
  readonly limit?: string;
  readonly startingAfter?: string;
  readonly endingBefore?: string;
}

export const LimitField = (): PropertyDecorator =>
  QueryIntegerField({
    description: `How many; ${DEFAULT_PAGE_SIZE} if not given.`,
    min: 1,
    max: MAX_PAGE_SIZE,
    optional: true,
  });

/** A cursor is the id of an object of the list; the object may be gone. */
const CursorField = (prefix: IdPrefix, description: string): PropertyDecorator =>
  TextField({ description, pattern: idPattern(prefix), optional: true });

export const StartingAfterField = (prefix: IdPrefix): PropertyDecorator =>
  CursorField(prefix, 'The id after which the page starts: the last one of the page before.');

export const EndingBeforeField = (prefix: IdPrefix): PropertyDecorator =>
  CursorField(prefix, 'The id before which the page ends: the first one of the page after.');

export function pageOf({ limit, startingAfter, endingBefore }: PageParameters): PageRequest {
  return {
    limit: Number(limit ?? DEFAULT_PAGE_SIZE),
    ...(startingAfter && { startingAfter }),
    ...(endingBefore && { endingBefore }),
  };
}

/** What a list by cursor takes, of objects whose ids have this prefix. Lists extend it with their filters. */
export function PageQuery(prefix: IdPrefix) {
  class PageQueryDto implements PageParameters {
    @LimitField()
    readonly limit?: string;

    @StartingAfterField(prefix)
    readonly startingAfter?: string;

    @EndingBeforeField(prefix)
    readonly endingBefore?: string;

    toPage(): PageRequest {
      return pageOf(this);
    }
  }
  return PageQueryDto;
}
