import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml } from '../common/html.js';

/** What the gateway serves of the folder docs/. */
export interface ServedDocs {
  /** The names of the guides, which are their files without `.md`. */
  readonly guides: ReadonlySet<string>;
  /** Other files and folders, by their path below docs/. */
  readonly files: ReadonlySet<string>;
}

export interface Heading {
  readonly id: string;
  /** Plain text. */
  readonly text: string;
}

/** A guide as HTML that runs nothing. */
export interface RenderedGuide {
  readonly title: Heading;
  /** The first sentence, as plain text. */
  readonly summary: string;
  /** The headings of the second level. */
  readonly sections: readonly Heading[];
  /** Everything below the title. */
  readonly html: string;
}

/** What a guide links to by a relative path lies in this folder; the name of the host is never asked. */
const FOLDER = 'http://repository.invalid/docs/';

const ERRORS = 'errors';
const OPENAPI = '/openapi.json';

/** Returns where a guide is served. */
export function guidePath(name: string): string {
  return name === ERRORS ? '/docs/errors' : `/docs/guides/${name}`;
}

/** Returns where a link of a guide leads on the gateway, or null if it leads to nothing that is served. */
export function linkTarget(href: string, { guides, files }: ServedDocs): string | null {
  if (href.startsWith('#') || /^https?:\/\//i.test(href)) return href;
  if (!URL.canParse(href, FOLDER)) return null;
  const { origin, pathname, hash } = new URL(href, FOLDER);
  if (origin !== new URL(FOLDER).origin) return null;
  if (pathname === OPENAPI) return OPENAPI;
  const path = /^\/docs\/(.+?)\/?$/.exec(pathname)?.[1] ?? '';
  if (path.endsWith('.md') && guides.has(path.slice(0, -'.md'.length)))
    return `${guidePath(path.slice(0, -'.md'.length))}${hash}`;
  return files.has(path) ? `/docs/guides/${path}` : null;
}

/** Returns the id of a heading, as GitHub makes it. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

/** Renders a guide. Raw HTML is shown as text, except comments, which are left out, and line breaks. */
export function renderGuide(markdown: string, served: ServedDocs): RenderedGuide {
  const marked = new Marked();
  const tokens = marked.lexer(markdown);
  const ids = new Ids();
  const idOf = new Map<Token, string>();
  void marked.walkTokens(tokens, (token) => {
    if (token.type === 'heading') idOf.set(token, ids.unused(slugOf(plainText(token.tokens))));
  });
  marked.use({
    renderer: {
      heading(token) {
        const id = escapeHtml(idOf.get(token) ?? '');
        const content = this.parser.parseInline(token.tokens);
        return `<h${token.depth} id="${id}">${content} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${token.depth}>\n`;
      },
      table({ header, rows }) {
        const head = header.map((cell) => `<th>${this.parser.parseInline(cell.tokens)}</th>`);
        // A phone shows the cells of a row below each other, each with the name of its column.
        const labels = header.map((cell) => escapeHtml(plainText(cell.tokens)));
        const body = rows.map((row) => {
          const id = ids.take(codeIn(row[0]?.tokens ?? []));
          const cells = row.map((cell, column) => {
            const text = this.parser.parseInline(cell.tokens);
            const label = labels[column] ? ` data-label="${labels[column]}"` : '';
            return `<td${label}>${id !== undefined && column === 0 ? `<a href="#${id}">${text}</a>` : text}</td>`;
          });
          return `<tr${id === undefined ? '' : ` id="${id}"`}>${cells.join('')}</tr>`;
        });
        return `<div class="table"><table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>\n`;
      },
      code: ({ text }) => `<pre><code>${escapeHtml(text)}\n</code></pre>\n`,
      html: ({ text }) => safeHtml(text),
      image: ({ text }) => escapeHtml(text),
      link({ href, tokens: content }) {
        const target = linkTarget(href, served);
        const text = this.parser.parseInline(content);
        if (target === null) return text;
        // A link that shows the name of its file shows the name of the page.
        const shown = text === href ? text.replace(/\.md$/, '') : text;
        return `<a href="${escapeHtml(target)}">${shown}</a>`;
      },
      // The library passes on the text between some tags as it is; here those tags are text, too.
      text(token) {
        const { escaped, tokens: content } = token as Tokens.Text;
        if (content) return this.parser.parseInline(content);
        return escaped ? escapeHtml(token.text) : false;
      },
    },
  });
  const named = (token: Tokens.Heading): Heading => ({ id: idOf.get(token) ?? '', text: plainText(token.tokens) });
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === 'heading');
  const title = headings.find(({ depth }) => depth === 1);
  const paragraph = tokens.find((token): token is Tokens.Paragraph => token.type === 'paragraph');
  return {
    title: title ? named(title) : { id: '', text: '' },
    summary: firstSentence(plainText(paragraph?.tokens)),
    sections: headings.filter(({ depth }) => depth === 2).map(named),
    html: marked.parser(tokens.filter((token) => token !== title)),
  };
}

/** The ids of one page; each is there once. */
class Ids {
  private readonly used = new Set<string>();

  /** Returns the id, or the id with a number if another element has it. */
  unused(wanted: string): string {
    for (let n = 0; ; n += 1) {
      const id = this.take(n === 0 ? wanted : `${wanted}-${n}`);
      if (id !== undefined) return id;
    }
  }

  /** Returns undefined if there is no id, or another element has it. */
  take(id: string | undefined): string | undefined {
    if (id === undefined || this.used.has(id)) return undefined;
    this.used.add(id);
    return id;
  }
}

/** Returns the word of a cell that is nothing but a word of code. Its row gets the word as id. */
function codeIn([token, ...others]: readonly Token[]): string | undefined {
  return token?.type === 'codespan' && others.length === 0 && /^[A-Za-z]\w*$/.test(token.raw.slice(1, -1))
    ? token.raw.slice(1, -1)
    : undefined;
}

function safeHtml(text: string): string {
  if (/^<br ?\/?>$/i.test(text)) return '<br>';
  return escapeHtml(text.replace(/<!--[\s\S]*?-->/g, ''));
}

/** Returns what a reader sees of these tokens, without their form. */
function plainText(tokens: readonly Token[] | undefined): string {
  return (tokens ?? [])
    .map((token): string => {
      const { tokens: content } = token as Tokens.Generic;
      if (content) return plainText(content);
      if (token.type === 'html') return '';
      return 'text' in token && typeof token.text === 'string' ? token.text : ' ';
    })
    .join('')
    .replaceAll('\n', ' ');
}

function firstSentence(text: string): string {
  return (/^.+?[.!?](?= |$)/.exec(text)?.[0] ?? text).replace(/:$/, '.');
}
