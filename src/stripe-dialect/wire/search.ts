import type { Page, PageRequest } from '../../platform/database/page.js';
import type { Call } from './call.js';
import { invalidRequest } from './dialect-error.js';
import type { Shown } from './expand.js';
import { integer, type ParamsOf, required, text } from './params.js';

export const SEARCH = { limit: integer(1, 100), page: text(500), query: required(text(4_000)) } as const;

const OPERATORS = [':', '~', '>=', '<=', '>', '<'] as const;
type Operator = (typeof OPERATORS)[number];

/** A condition of a query, for example `-metadata['order']:'17'`. */
export interface Clause {
  readonly negated: boolean;
  /** `metadata['order']` as `metadata.order`. */
  readonly path: readonly string[];
  readonly operator: Operator;
  /** Null: the field is not set. */
  readonly value: string | number | null;
}

export interface SearchQuery {
  readonly clauses: readonly Clause[];
  /** How they are joined. */
  readonly join: 'AND' | 'OR';
}

const MAX_CLAUSES = 10;
const USUAL_PAGE = 10;
const READ_AT_ONCE = 100;
/** Objects that one request looks at: among more, the next page goes on. */
const MOST_READ = 5_000;

const refuse = (message: string) => invalidRequest(message, { param: 'query' });

/** Reads a text from its beginning, in time linear to its length. */
class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  get isDone(): boolean {
    return this.at >= this.source.length;
  }

  skipSpaces(): void {
    while (this.source[this.at] === ' ') this.at += 1;
  }

  /** Whether the text goes on with this; then it is read. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** The characters up to one that does not belong. */
  word(belongs: (character: string) => boolean): string {
    const begin = this.at;
    while (!this.isDone && belongs(this.source.charAt(this.at))) this.at += 1;
    return this.source.slice(begin, this.at);
  }

  /** A text in quotes, in which a backslash escapes; null if there is none. */
  quoted(): string | null {
    const quote = this.source[this.at];
    if (quote !== "'" && quote !== '"') return null;
    this.at += 1;
    let text = '';
    while (!this.isDone) {
      const character = this.source.charAt(this.at);
      this.at += 1;
      if (character === quote) return text;
      if (character === '\\') {
        text += this.source.charAt(this.at);
        this.at += 1;
      } else text += character;
    }
    throw refuse('The query has a quote that does not end.');
  }
}

const isNameCharacter = (character: string): boolean => /[\w.]/.test(character);
const isNumberCharacter = (character: string): boolean => /[\d.-]/.test(character);

/** Throws a DialectError (400) for a query that cannot be read, or fields that cannot be searched. */
export function parseQuery(query: string, fields: readonly string[]): SearchQuery {
  const reader = new Reader(query.trim());
  const clauses: Clause[] = [];
  let join: SearchQuery['join'] | null = null;
  for (;;) {
    clauses.push(readClause(reader, fields));
    if (clauses.length > MAX_CLAUSES) throw refuse(`A query has at most ${MAX_CLAUSES} clauses.`);
    reader.skipSpaces();
    if (reader.isDone) return { clauses, join: join ?? 'AND' };
    const next = reader.take('AND ') ? 'AND' : reader.take('OR ') ? 'OR' : 'AND';
    if (join !== null && join !== next) throw refuse('A query joins its clauses by AND or by OR, not by both.');
    join = next;
  }
}

function readClause(reader: Reader, fields: readonly string[]): Clause {
  reader.skipSpaces();
  const negated = reader.take('-');
  const name = reader.word(isNameCharacter);
  if (!fields.includes(name))
    throw refuse(`The field "${name.slice(0, 100)}" cannot be searched; there are ${fields.join(', ')}.`);
  const path = name.split('.');
  if (name === 'metadata') {
    if (!reader.take('[')) throw refuse("Metadata is searched by key: metadata['key']:'value'.");
    const key = reader.quoted();
    if (key === null || !reader.take(']')) throw refuse("Metadata is searched by key: metadata['key']:'value'.");
    path.push(key);
  }
  const operator = OPERATORS.find((each) => reader.take(each));
  if (operator === undefined) throw refuse(`The field "${name}" needs an operator: one of ${OPERATORS.join(' ')}.`);
  return { negated, path, operator, value: readValue(reader, name) };
}

function readValue(reader: Reader, name: string): Clause['value'] {
  const quoted = reader.quoted();
  if (quoted !== null) return quoted;
  if (reader.take('null')) return null;
  const word = reader.word(isNumberCharacter);
  const number = Number(word);
  if (word === '' || Number.isNaN(number))
    throw refuse(`The field "${name}" needs a value: a number, or a text in quotes.`);
  return number;
}

/** Whether an object is found by a query. */
export function isFound(shown: Shown, { clauses, join }: SearchQuery): boolean {
  const holds = (clause: Clause): boolean => compare(valueAt(shown, clause.path), clause) !== clause.negated;
  return join === 'AND' ? clauses.every(holds) : clauses.some(holds);
}

function valueAt(shown: Shown, path: readonly string[]): unknown {
  let value: unknown = shown;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Shown)[name];
  }
  return value;
}

function compare(found: unknown, { operator, value }: Clause): boolean {
  if (value === null) return found === null || found === undefined;
  if (found === null || found === undefined) return false;
  const text =
    typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : '';
  if (operator === ':') return text.toLowerCase() === String(value).toLowerCase();
  if (operator === '~') return text.toLowerCase().includes(String(value).toLowerCase());
  const [one, other] = [Number(found), Number(value)];
  switch (operator) {
    case '>':
      return one > other;
    case '<':
      return one < other;
    case '>=':
      return one >= other;
    case '<=':
      return one <= other;
  }
}

/** Reads a page of objects of one kind, newest first. */
export type ReadPage = (page: PageRequest) => Promise<Page<Shown>>;

/**
 * Searches among the objects of an account, newest first.
 *
 * @param fields those that can be searched
 */
export async function searched(
  { path }: Pick<Call, 'path'>,
  { query, limit = USUAL_PAGE, page }: ParamsOf<typeof SEARCH>,
  fields: readonly string[],
  read: ReadPage,
): Promise<Shown> {
  const wanted = parseQuery(query, fields);
  const found: Shown[] = [];
  let after = page === undefined ? undefined : cursorOf(page);
  let isEnd = false;
  for (let seen = 0; !isEnd && found.length <= limit && seen < MOST_READ; seen += READ_AT_ONCE) {
    const next = await read({ limit: READ_AT_ONCE, ...(after !== undefined && { startingAfter: after }) });
    found.push(...next.data.filter((shown) => isFound(shown, wanted)));
    after = (next.data.at(-1)?.id as string | undefined) ?? after;
    isEnd = !next.hasMore;
  }
  const data = found.slice(0, limit);
  const last = found.length > limit ? data.at(-1)?.id : isEnd ? null : after;
  return {
    object: 'search_result',
    url: path,
    has_more: typeof last === 'string',
    next_page: typeof last === 'string' ? Buffer.from(last).toString('base64url') : null,
    data,
  };
}

function cursorOf(page: string): string {
  const id = Buffer.from(page, 'base64url').toString('utf8');
  if (!/^[a-z]+_\w{1,80}$/.test(id)) throw invalidRequest('There is no such page.', { param: 'page' });
  return id;
}
