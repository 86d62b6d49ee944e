/** Some rows of a list, as the gateway answers them. */
interface Rows {
  readonly data: readonly { readonly id: string }[];
}

function isRows(value: unknown): value is Rows {
  return typeof value === 'object' && value !== null && Array.isArray((value as { data?: unknown }).data);
}

/** The page with this row in place of the one with its id; the same page if it has none. */
export function replaceRow<Page>(page: Page, row: { readonly id: string }): Page {
  if (!isRows(page) || !page.data.some(({ id }) => id === row.id)) return page;
  return { ...page, data: page.data.map((other) => (other.id === row.id ? { ...other, ...row } : other)) };
}
