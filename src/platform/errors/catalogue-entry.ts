/** What the catalogue says of an error code. */
export interface CatalogueEntry {
  /** The HTTP status. */
  readonly status: number;
  readonly cause: string;
  /** What the caller can do about it. */
  readonly action: string;
  /** A `detail` as a response has it: a text, or the list of a failed validation. */
  readonly detail: string | readonly object[];
  /** Whether responses with this code can have `Retry-After`. */
  readonly retryAfter?: boolean;
}
