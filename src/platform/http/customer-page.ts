import { escapeHtml } from '../common/html.js';
import { CUSTOMER_PAGE_STYLE } from './customer-page-style.js';

/** A page for the customers of merchants. */
export interface CustomerPage {
  /** Plain text. */
  readonly title: string;
  /** HTML: the content of `main`. */
  readonly content: string;
  /** Rules beside those that all pages have. */
  readonly style?: string;
  /** After so many seconds the browser loads the page again; never if not given. */
  readonly refreshSeconds?: number;
}

/** A whole HTML document; it works without JavaScript, and loads nothing. */
export function customerPage({ title, content, style = '', refreshSeconds }: CustomerPage): string {
  const refresh = refreshSeconds === undefined ? '' : `\n<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">${refresh}
<title>${escapeHtml(title)} · Mock Payment Gateway</title>
<style>
${CUSTOMER_PAGE_STYLE}${style}</style>
</head>
<body>
<main>
${content}
</main>
<footer>This is a test page of a payment sandbox. No money moves.</footer>
</body>
</html>
`;
}

/** What a page is about at a glance; the word beside the icon says the same. */
export type Tone = 'good' | 'wait' | 'warn' | 'bad';

const SHAPES: Readonly<Record<Tone, string>> = {
  good: '<path d="m5 10.5 3.5 3.5L15 7"/>',
  wait: '<circle cx="10" cy="10" r="7"/><path d="M10 6v4l2.5 2.5"/>',
  warn: '<path d="M10 3 2.5 16.5h15zM10 8.5v3.5m0 2v.5"/>',
  bad: '<circle cx="10" cy="10" r="7"/><path d="M10 6.5v4m0 2.5v.5"/>',
};

/** A line of text with an icon. */
export function notice(tone: Tone, text: string, role: 'alert' | 'status' = 'status'): string {
  return `<p class="says ${tone}" role="${role}">${icon(tone, 18)}<span>${escapeHtml(text)}</span></p>`;
}

/** An icon above the title of a page. */
export function badge(tone: Tone): string {
  return `<div class="badge ${tone}">${icon(tone, 22)}</div>`;
}

function icon(tone: Tone, size: number): string {
  return `<svg aria-hidden="true" width="${size}" height="${size}" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${SHAPES[tone]}</svg>`;
}

/** Rows of a name and a value, both plain text; a value of null is left out. */
export function factList(rows: readonly (readonly [name: string, value: string | null, kind?: 'id'])[]): string {
  const shown = rows.flatMap(([name, value, kind]) =>
    value === null
      ? []
      : [`<dt>${escapeHtml(name)}</dt><dd${kind === undefined ? '' : ` class="${kind}"`}>${escapeHtml(value)}</dd>`],
  );
  return `<dl>\n${shown.join('\n')}\n</dl>`;
}
