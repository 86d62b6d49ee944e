import { useEffect, useRef, useState } from 'react';

/** How long a row that changed is tinted, in ms. */
const TINT_MS = 2_000;

/** The ids of the rows that changed in place just now. */
export function useFreshIds(rows: readonly { readonly id: string }[] | undefined): ReadonlySet<string> {
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const before = useRef(new Map<string, string>());
  useEffect(() => {
    if (!rows) return undefined;
    const now = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    const changed = [...now].filter(([id, row]) => (before.current.get(id) ?? row) !== row).map(([id]) => id);
    before.current = now;
    if (changed.length === 0) return undefined;
    setFresh(new Set(changed));
    const timer = setTimeout(() => {
      setFresh(new Set());
    }, TINT_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [rows]);
  return fresh;
}
