import { escapeHtml } from '../common/html.js';
import { guidePath, type Heading, type RenderedGuide } from './render-guide.js';

const SECTIONS_WORTH_A_LIST = 3;

type Place = 'guides' | 'errors';

const NAVIGATION: readonly (readonly [string, string, Place | null])[] = [
  ['/docs/guides', 'Guides', 'guides'],
  ['/docs/errors', 'Errors', 'errors'],
  ['/docs', 'API reference', null],
];

/** Returns the page of a guide; a guide with several sections has a list of them. */
export function guidePage(name: string, { title, sections, html }: RenderedGuide): string {
  const items = sections.map(({ id, text }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`);
  const contents =
    sections.length < SECTIONS_WORTH_A_LIST
      ? ''
      : `<nav class="contents" aria-label="On this page">\n<ul>\n${items.join('\n')}\n</ul>\n</nav>\n`;
  return page(title, name === 'errors' ? 'errors' : 'guides', `${contents}<article>\n${html}</article>`);
}

/** Returns the page that lists the guides. */
export function indexPage(guides: readonly (readonly [string, RenderedGuide])[]): string {
  const items = guides.map(
    ([name, { title, summary }]) =>
      `<li><a href="${guidePath(name)}">${escapeHtml(title.text)}</a><p>${escapeHtml(summary)}</p></li>`,
  );
  return page({ id: 'guides', text: 'Guides' }, 'guides', `<ul class="guides">\n${items.join('\n')}\n</ul>`);
}

/** Returns a page that lists files by their path below `/docs/guides/`. */
export function folderPage(title: string, files: readonly string[]): string {
  const items = files.map((file) => `<li><a href="/docs/guides/${file}"><code>${escapeHtml(file)}</code></a></li>`);
  return page({ id: 'files', text: title }, 'guides', `<article>\n<ul>\n${items.join('\n')}\n</ul>\n</article>`);
}

function page({ id, text: title }: Heading, place: Place, content: string): string {
  const links = NAVIGATION.map(
    ([href, text, of]) => `<a href="${href}"${of === place ? ' aria-current="true"' : ''}>${text}</a>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - Mock Payment Gateway</title>
<link rel="stylesheet" href="/docs/guides.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<header>
<strong>Mock Payment Gateway</strong>
<nav aria-label="Docs">${links.join('\n')}</nav>
</header>
<main>
<h1 id="${escapeHtml(id)}">${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`;
}
