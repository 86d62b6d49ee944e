import { describe, expect, it } from '@jest/globals';
import { linkTarget, renderGuide, type ServedDocs, slugOf } from './render-guide.js';

const SERVED: ServedDocs = {
  guides: new Set(['webhooks', 'errors', 'test-values']),
  files: new Set(['reconcile.mjs', 'snippets', 'snippets/verify.py']),
};

const htmlOf = (markdown: string): string => renderGuide(markdown, SERVED).html;

describe('A link of a guide', () => {
  it.each([
    ['webhooks.md', '/docs/guides/webhooks'],
    ['./webhooks.md', '/docs/guides/webhooks'],
    ['webhooks.md#where-webhooks-may-go', '/docs/guides/webhooks#where-webhooks-may-go'],
    ['errors.md#not_found', '/docs/errors#not_found'],
    ['../openapi.json', '/openapi.json'],
    ['reconcile.mjs', '/docs/guides/reconcile.mjs'],
    ['snippets', '/docs/guides/snippets'],
    ['snippets/', '/docs/guides/snippets'],
    ['snippets/verify.py', '/docs/guides/snippets/verify.py'],
    ['#codes', '#codes'],
    ['https://www.standardwebhooks.com', 'https://www.standardwebhooks.com'],
  ])('to %s leads to %s', (href, target) => {
    expect(linkTarget(href, SERVED)).toBe(target);
  });

  it.each([
    '../ARCHITECTURE.md',
    '../bench/README.md',
    'decisions/0004-idempotent-ids.md',
    'unknown.md',
    'snippets/unknown.sh',
    'webhooks',
    '../webhooks.md',
    '../../etc/passwd',
    '/etc/passwd',
    '//elsewhere.example/x',
    'http:\\\\elsewhere.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'mailto:a@b.example',
    '',
  ])('to %j leads nowhere', (href) => {
    expect(linkTarget(href, SERVED)).toBeNull();
  });

  it('that leads nowhere is only its text', () => {
    expect(htmlOf('See [the *rules*](../ARCHITECTURE.md).')).toBe('<p>See the <em>rules</em>.</p>\n');
  });

  it('that shows the name of its file shows the name of the page', () => {
    expect(htmlOf('[webhooks.md](webhooks.md)')).toBe('<p><a href="/docs/guides/webhooks">webhooks</a></p>\n');
  });

  it('by reference leads there, too', () => {
    expect(htmlOf('[rules]\n\n[rules]: webhooks.md#verify')).toContain(
      '<a href="/docs/guides/webhooks#verify">rules</a>',
    );
  });
});

describe('A heading', () => {
  it.each([
    ['Endpoints that are paused', 'endpoints-that-are-paused'],
    ['Header X-Simulate of a charge', 'header-x-simulate-of-a-charge'],
    ['Cards, for POST /api/v1/payment-methods', 'cards-for-post-apiv1payment-methods'],
    ['Prepare: name the order', 'prepare-name-the-order'],
    ['404 Not Found', '404-not-found'],
    ['snake_case & more', 'snake_case--more'],
    ['Zahlung für Ärzte', 'zahlung-für-ärzte'],
  ])('%s has the id %s', (text, id) => {
    expect(slugOf(text)).toBe(id);
  });

  it('has an id of its own, whatever it contains', () => {
    const html = htmlOf('## Codes\n\n## `Codes`\n\n## **Co**[des](#codes)\n');
    expect([...html.matchAll(/<h2 id="([^"]*)"/g)].map(([, id]) => id)).toEqual(['codes', 'codes-1', 'codes-2']);
  });

  it('of the second level is a section, in plain text', () => {
    expect(renderGuide('# A `b` & c\n\n## The *first*\n\n### Below\n\n## Last\n', SERVED)).toMatchObject({
      title: { id: 'a-b--c', text: 'A b & c' },
      sections: [
        { id: 'the-first', text: 'The first' },
        { id: 'last', text: 'Last' },
      ],
    });
  });
});

describe('A row of a table', () => {
  const TABLE = '| Code | Cause |\n| --- | --- |\n';

  it('that begins with one word of code has it as id', () => {
    expect(htmlOf(`${TABLE}| \`not_found\` | There is \`nothing\`. |\n`)).toContain(
      '<tr id="not_found"><td data-label="Code"><a href="#not_found"><code>not_found</code></a></td><td data-label="Cause">There is <code>nothing</code>.</td></tr>',
    );
  });

  it('has no id if it begins with anything else, or another element has that id', () => {
    const html = htmlOf(`## codes\n\n${TABLE}| \`codes\` | a |\n| \`GET /x\` | b |\n| \`a\` and | c |\n| text | d |\n`);
    expect(html.match(/<tr[^>]*>/g)).toEqual(['<tr>', '<tr>', '<tr>', '<tr>', '<tr>']);
  });

  it('keeps its line breaks', () => {
    expect(htmlOf(`${TABLE}| a<br>b | c |\n`)).toContain('a<br>b');
  });
});

describe('HTML in a guide', () => {
  it.each([
    '<script>alert(1)</script>',
    'text <script>alert(1)</script> text',
    '<img src=x onerror=alert(1)>',
    'text <img src=x onerror=alert(1)> text',
    'a <pre> <img src=x onerror=alert(1) ',
    'a <code><svg onload=alert(1) </code>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](<javascript:alert(1)>)',
    '<javascript:alert(1)>',
    '![x"><script>alert(1)</script>](x.png)',
    '![x](javascript:alert(1))',
    '[x](https://a.example/"onmouseover="alert(1))',
    '## <img src=x onerror=alert(1)>',
    '## "onmouseover="alert(1)',
    '| <script>alert(1)</script> | b |\n| --- | --- |\n| <svg onload=alert(1)> | `<script>` |',
    '| x"onclick="alert(1) | b |\n| --- | --- |\n| a | b |',
    '`<script>alert(1)</script>`',
    '```html"onclick="alert(1)\n<script>alert(1)</script>\n```',
    '    <script>alert(1)</script>',
    '<!-- --><script>alert(1)</script>',
    '<!-- a --!><script>alert(1)</script> -->',
    '<style>*{display:none}</style>',
    '<iframe src="https://a.example"></iframe>',
    '<br onclick=alert(1)>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ])('%j runs nothing', (markdown) => {
    const html = htmlOf(markdown);
    const tags = html.match(/<[^>]*>?/g) ?? [];
    for (const tag of tags)
      expect(tag).toMatch(
        /^<(?:\/?(?:p|h2|code|pre|table|thead|tbody|tr|th|td|div|br|em|strong|a)|(?:a|h2|div|td)(?: (?:id|class|href|aria-label|data-label)="[^"]*")+)>$/,
      );
    expect(html).not.toMatch(/href="(?!#|\/|https:\/\/a\.example\/)/);
  });

  it('is shown as text, except comments', () => {
    expect(htmlOf('<!-- Written by a program. -->\n\nSet <b>.')).toBe('<p>Set &lt;b&gt;.</p>\n');
  });
});

describe('The summary of a guide', () => {
  it.each([
    ['# T\n\n<!-- Made. -->\n\nIt takes 0.5 s\nat most. Then more.', 'It takes 0.5 s at most.'],
    ['# T\n\nEvery `error` has [a body](errors.md):\n\n```json\n{}\n```', 'Every error has a body.'],
    ['# T\n\n## Nothing', ''],
  ])('of %j is %j', (markdown, summary) => {
    expect(renderGuide(markdown, SERVED).summary).toBe(summary);
  });
});
