import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';

type Color = Parameters<typeof styleText>[0];

/** What a table shows in one place. */
type Cell = string | number | null | undefined;

const COLORS: Readonly<Record<string, Color>> = {
  completed: 'green',
  succeeded: 'green',
  passed: 'green',
  ok: 'green',
  paid: 'green',
  available: 'green',
  authorized: 'cyan',
  in_transit: 'cyan',
  pending: 'yellow',
  requires_action: 'yellow',
  warning: 'yellow',
  failed: 'red',
};

const NO_BORDERS = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
);

/** Prints for people, or, with `--json`, for programs. */
export class Output {
  constructor(
    readonly isJson: boolean,
    private readonly stream: NodeJS.WritableStream = process.stdout,
  ) {}

  /** One result: JSON in one document, or what `show` makes of it for people. */
  result<Result>(result: Result, show: (result: Result) => string): void {
    this.write(this.isJson ? JSON.stringify(result, null, 2) : show(result));
  }

  /** One item of many that come by and by: JSON on one line, or a line for people. */
  item<Item>(item: Item, show: (item: Item) => string): void {
    this.write(this.isJson ? JSON.stringify(item) : show(item));
  }

  /** What only people read; with `--json` it goes to standard error, so that programs can read the rest. */
  note(text: string): void {
    if (this.isJson) process.stderr.write(`${text}\n`);
    else this.write(text);
  }

  private write(text: string): void {
    this.stream.write(`${text}\n`);
  }
}

/** A text of the gateway, without what would control the terminal: names and metadata can have anything. */
export function plain(text: Cell): string {
  // The remaining control characters, a line break too, would break the line.
  return stripVTControlCharacters(String(text ?? '')).replace(/\p{Cc}+/gu, ' ');
}

/** Rows under a head, without borders. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return 'none';
  const lines = new Table({
    head: head.map((name) => styleText('bold', name)),
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  lines.push(...rows.map((row) => row.map((cell) => colored(plain(cell)))));
  return trimmed(lines.toString());
}

/** One object, a field a line. Fields without a value are left out. */
export function fields(values: Readonly<Record<string, Cell>>): string {
  const shown = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${styleText('bold', name.padEnd(width))}  ${colored(plain(value))}`).join('\n');
}

export function colored(text: string): string {
  const color = COLORS[text];
  return color === undefined ? text : styleText(color, text);
}

/** An amount in major units, as the currency writes it: `1,000.00 USD`. A decimal text stays exact at any size. */
export function money({ amount, currency }: { readonly amount: number | string; readonly currency: string }): string {
  const { minimumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  const digits = new Intl.NumberFormat('en', { minimumFractionDigits, maximumFractionDigits: 4 }).format(
    amount as number | Intl.StringNumericLiteral,
  );
  return `${digits} ${currency}`;
}

function trimmed(lines: string): string {
  return lines
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
