/** What the pages of objects begin with, by the prefix of their ids. */
const PATHS: Readonly<Partial<Record<string, string>>> = {
  txn: '/payments/',
  ref: '/refunds/',
  dsp: '/disputes/',
  po: '/balance/payouts/',
};

/** The page of what moved money; null if it has none. */
export function sourcePath(id: string): string | null {
  const path = PATHS[id.split('_', 1)[0] ?? ''];
  return path === undefined ? null : path + encodeURIComponent(id);
}
