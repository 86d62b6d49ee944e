/** An id shortened in the middle: `txn_0193…5e60`. Short ones stay as they are. */
export function shortenId(id: string): string {
  const mark = id.indexOf('_');
  const head = id.slice(0, mark + 5);
  return id.length <= head.length + 6 ? id : `${head}…${id.slice(-4)}`;
}
