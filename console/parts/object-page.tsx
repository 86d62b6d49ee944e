import { Skeleton } from '@mantine/core';
import { useQuery, type UseQueryOptions } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isNotFound } from '../gateway/queries.js';
import { ErrorNotice } from './error-notice.js';
import { NotFound } from './not-found.js';
import { Page } from './page.js';

interface ObjectPageProps<Item> {
  /** What the object is, as the title of the page until it is there. */
  readonly title: string;
  readonly query: UseQueryOptions<Item>;
  /** The page of the object. */
  readonly children: (item: Item) => ReactNode;
}

/** The page of one object: loading, failed, not there, or the object. */
export function ObjectPage<Item>({ title, query, children }: ObjectPageProps<Item>) {
  const { data, error, refetch } = useQuery(query);
  if (isNotFound(error)) return <NotFound />;
  if (data !== undefined) return children(data);
  return (
    <Page title={title}>
      {error ? (
        <ErrorNotice
          error={error}
          what={`The ${title.toLowerCase()} could not be read`}
          onRetry={() => void refetch()}
        />
      ) : (
        <Skeleton height={320} />
      )}
    </Page>
  );
}
