/** Whether a value is an absolute http or https URL. */
export function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
}

/** Throws if one of these fields of a document is neither null nor such a URL. */
export function assertHttpUrls(document: Readonly<Record<string, unknown>>, fields: readonly string[]): void {
  const wrong = fields.find((field) => document[field] != null && !isHttpUrl(document[field]));
  if (wrong !== undefined) throw new Error(`${wrong} is no URL with scheme http or https`);
}
