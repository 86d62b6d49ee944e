import { Skeleton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type ColumnDef, tableFeatures, useTable } from '@tanstack/react-table';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useFreshIds } from './use-fresh-ids.js';
import classes from './list.module.css';

const features = tableFeatures({});

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly align?: 'right';
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row extends { readonly id: string }> {
  /** What the table lists, for those who can't see it. */
  readonly label: string;
  /** The first one is what people look for: it leads to the page of the row. */
  readonly columns: readonly Column<Row>[];
  /** Undefined while they are read. */
  readonly rows: readonly Row[] | undefined;
  readonly hrefOf?: (row: Row) => string;
}

const SKELETON_ROWS = 8;
const NO_ROWS: never[] = [];

/** A table whose rows open pages, by click, and by `j`, `k` and Enter; cards on a phone. */
export function DataTable<Row extends { readonly id: string }>(props: DataTableProps<Row>) {
  const { label, columns, rows, hrefOf } = props;
  const [current, setCurrent] = useState(-1);
  const [, navigate] = useLocation();
  const fresh = useFreshIds(rows);
  const body = useRef<HTMLTableSectionElement>(null);
  const table = useTable({ features, columns: useDefinitions(columns), data: rows ?? NO_ROWS });

  const go = (step: number): void => {
    setCurrent((index) => Math.max(0, Math.min((rows?.length ?? 0) - 1, index + step)));
  };
  const open = (): void => {
    const row = rows?.[current];
    // Enter on a button or a link is for that one.
    if (row && hrefOf && document.activeElement?.closest('a, button, input') == null) navigate(hrefOf(row));
  };
  useHotkeys([
    [
      'j',
      () => {
        go(1);
      },
    ],
    [
      'k',
      () => {
        go(-1);
      },
    ],
    ['Enter', open, { preventDefault: false }],
  ]);
  useEffect(() => {
    body.current?.rows[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  return (
    <div className={classes.frame} tabIndex={hrefOf ? undefined : 0} role="group" aria-label={label}>
      <table className={classes.table} aria-label={label} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map(({ id, header, align }) => (
              <th key={id} scope="col" data-align={align}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows === undefined
            ? Array.from({ length: SKELETON_ROWS }, (_, index) => <SkeletonRow key={index} columns={columns} />)
            : table.getRowModel().rows.map((row) => {
                const { original, index } = row;
                return (
                  <tr
                    key={row.id}
                    className={classes.row}
                    data-link={hrefOf !== undefined || undefined}
                    data-current={index === current || undefined}
                    data-fresh={fresh.has(original.id) || undefined}
                    onClick={(click) => {
                      // A text that is being selected, and what is a button itself, open nothing.
                      const isPlain = (click.target as Element).closest('a, button, input') === null;
                      if (hrefOf && isPlain && getSelection()?.isCollapsed !== false) navigate(hrefOf(original));
                    }}
                  >
                    {row.getAllCells().map((cell, position) => (
                      <td key={cell.id} data-align={columns[position]?.align}>
                        <span className={classes.label}>{columns[position]?.header}</span>
                        {position === 0 && hrefOf ? (
                          <Link href={hrefOf(original)} className={classes.rowLink}>
                            <table.FlexRender cell={cell} />
                          </Link>
                        ) : (
                          <table.FlexRender cell={cell} />
                        )}
                      </td>
                    ))}
                  </tr>
                );
              })}
        </tbody>
      </table>
    </div>
  );
}

function useDefinitions<Row extends { readonly id: string }>(
  columns: readonly Column<Row>[],
): ColumnDef<typeof features, Row>[] {
  return columns.map(({ id, header, cell }) => ({ id, header, cell: ({ row }) => cell(row.original) }));
}

function SkeletonRow({ columns }: { readonly columns: readonly { readonly id: string }[] }) {
  return (
    <tr className={classes.row}>
      {columns.map(({ id }) => (
        <td key={id}>
          <Skeleton height={12} width="70%" />
        </td>
      ))}
    </tr>
  );
}
