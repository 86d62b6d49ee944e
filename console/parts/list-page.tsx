import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { queries } from '../gateway/queries.js';
import { type Column, DataTable } from './data-table.js';
import { EmptyState } from './empty-state.js';
import { ErrorNotice } from './error-notice.js';
import { type Filter, FilterBar } from './filter-bar.js';
import { hasFilters, neighbours, newerThan, olderThan, type Query, withoutCursor } from './filters.js';
import { Page } from './page.js';
import { useListQuery } from './use-list-query.js';
import { useNewCount } from './use-new-count.js';
import classes from './list.module.css';

interface Rows<Row> {
  readonly data: readonly Row[];
  readonly hasMore: boolean;
}

export interface ListProps<Row extends { readonly id: string }> {
  /** What the rows are, in plural: `payments`. */
  readonly what: string;
  readonly filters: readonly Filter[];
  readonly columns: readonly Column<Row>[];
  /** The subject of what is kept. */
  readonly subject: readonly string[];
  readonly list: (query: Query, signal: AbortSignal) => PromiseLike<Rows<Row>>;
  readonly hrefOf?: (row: Row) => string;
  /** Whether an event is about a new row of this list, as it is filtered. */
  readonly isNew?: (event: { readonly type: string; readonly data: unknown }, query: Query) => boolean;
  /** Parameters of the URL that stay when a filter changes, and are no filters. */
  readonly keep?: readonly string[];
  readonly empty: { readonly sentence: string; readonly action?: ReactNode; readonly curl?: string };
}

/** Rows in a page. */
const LIMIT = '50';

const namesOf = new WeakMap<readonly Filter[], readonly string[]>();

/** The same array for the same filters. */
function filterNames(filters: readonly Filter[]): readonly string[] {
  const names = namesOf.get(filters) ?? filters.map(({ name }) => name);
  namesOf.set(filters, names);
  return names;
}

/** A list with filters in the URL: loading, empty, failed, or rows with `newer` and `older`. */
export function List<Row extends { readonly id: string }>(props: ListProps<Row>) {
  const { what, filters, columns, subject, list, hrefOf, isNew, keep, empty } = props;
  const [query, change] = useListQuery(filterNames(filters), keep);
  const listKey = [...subject, 'list', query];
  const { data, error, refetch } = useQuery({
    queryKey: listKey,
    queryFn: async ({ signal }) => list({ ...query, limit: LIMIT }, signal),
    placeholderData: keepPreviousData,
  });
  const news = useNewCount(listKey, query, isNew);
  const rows = data?.data;
  const isEmpty = rows?.length === 0;
  useEffect(() => {
    // Nobody reads an empty list: the first row comes by itself.
    if (isEmpty && news > 0) void refetch();
  }, [isEmpty, news, refetch]);
  return (
    <div className={classes.list}>
      {filters.length > 0 ? <FilterBar filters={filters} query={query} onChange={change} /> : null}
      {news > 0 && !isEmpty ? (
        <Button
          className={classes.news}
          size="compact-sm"
          variant="light"
          onClick={() => {
            change(withoutCursor(query));
            void queries.invalidateQueries({ queryKey: subject });
          }}
        >
          {news} new {news === 1 ? what.replace(/s$/, '') : what}
        </Button>
      ) : null}
      {error ? (
        <ErrorNotice error={error} what={`The ${what} could not be read`} onRetry={() => void refetch()} />
      ) : isEmpty && hasFilters(query) ? (
        <EmptyState sentence={`No ${what} match these filters.`} />
      ) : isEmpty ? (
        <EmptyState {...empty} />
      ) : (
        <>
          <DataTable label={what} columns={columns} rows={rows} {...(hrefOf && { hrefOf })} />
          <Pager query={query} rows={rows} hasMore={data?.hasMore ?? false} onChange={change} />
        </>
      )}
    </div>
  );
}

interface PagerProps {
  readonly query: Query;
  readonly rows: readonly { readonly id: string }[] | undefined;
  readonly hasMore: boolean;
  readonly onChange: (query: Query) => void;
}

function Pager({ query, rows, hasMore, onChange }: PagerProps) {
  const { newer, older } = neighbours(query, hasMore);
  const [first, last] = [rows?.[0], rows?.at(-1)];
  if (!first || !last || (!newer && !older)) return null;
  return (
    <nav className={classes.pager} aria-label="Pages">
      <Button
        variant="default"
        size="compact-sm"
        disabled={!newer}
        onClick={() => {
          onChange(newerThan(query, first.id));
        }}
      >
        Newer
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        disabled={!older}
        onClick={() => {
          onChange(olderThan(query, last.id));
        }}
      >
        Older
      </Button>
    </nav>
  );
}

interface ListPageProps<Row extends { readonly id: string }> extends ListProps<Row> {
  readonly title: string;
  readonly lead: string;
  readonly actions?: ReactNode;
}

/** A page that is a list. */
export function ListPage<Row extends { readonly id: string }>({ title, lead, actions, ...list }: ListPageProps<Row>) {
  return (
    <Page title={title} lead={lead} actions={actions}>
      <List {...list} />
    </Page>
  );
}
