import { readdirSync } from 'node:fs';
import { parse } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { GUIDE_STYLE } from './guide-style.js';
import type { RenderedGuide, ServedDocs } from './render-guide.js';

/** The guides. They are beside `dist` in the project, in the image and in the published package. */
const DOCS = new URL('../docs/', import.meta.url);

/** The folder of the programs that guides show. */
const SNIPPETS = 'snippets';

const HTML = 'text/html; charset=utf-8';

/** Serves every guide of docs/ as a page, and the files that they link to; all of it works offline. */
export function serveGuides(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const serve = (path: string, type: string, content: () => string | Promise<string | Buffer>): void => {
    fastify.get(path, async (_request, reply: FastifyReply) => reply.type(type).send(await content()));
  };
  const names = filesIn('')
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length));
  const programs = filesIn('').filter((file) => !file.endsWith('.md'));
  const snippets = filesIn(SNIPPETS).map((file) => `${SNIPPETS}/${file}`);
  const pages = new GuidePages({ guides: new Set(names), files: new Set([...programs, SNIPPETS, ...snippets]) });

  serve('/docs/guides.css', 'text/css; charset=utf-8', () => GUIDE_STYLE);
  for (const path of ['/docs/guides', '/docs/guides/']) serve(path, HTML, () => pages.index());
  for (const name of names) serve(`/docs/guides/${name}`, HTML, () => pages.guide(name));
  if (names.includes('errors')) serve('/docs/errors', HTML, () => pages.guide('errors'));
  serve(`/docs/guides/${SNIPPETS}`, HTML, () => pages.folder('Snippets', snippets));
  for (const file of [...programs, ...snippets])
    serve(`/docs/guides/${file}`, 'text/plain; charset=utf-8', () => readFile(new URL(file, DOCS)));
}

/** Renders each page when it is first asked for, and keeps it. The renderer is loaded then, too. */
class GuidePages {
  private readonly kept = new Map<string, Promise<string>>();

  constructor(private readonly served: ServedDocs) {}

  index(): Promise<string> {
    return this.keep('', async () => {
      const { indexPage } = await import('./guide-template.js');
      const guides = [...this.served.guides].map(async (name) => [name, await this.render(name)] as const);
      return indexPage(await Promise.all(guides));
    });
  }

  guide(name: string): Promise<string> {
    return this.keep(name, async () => {
      const { guidePage } = await import('./guide-template.js');
      return guidePage(name, await this.render(name));
    });
  }

  async folder(title: string, files: readonly string[]): Promise<string> {
    const { folderPage } = await import('./guide-template.js');
    return folderPage(title, files);
  }

  private async render(name: string): Promise<RenderedGuide> {
    const { renderGuide } = await import('./render-guide.js');
    return renderGuide(await readFile(new URL(`${name}.md`, DOCS), 'utf8'), this.served);
  }

  /** Keeps no failure. */
  private async keep(key: string, make: () => Promise<string>): Promise<string> {
    const page = this.kept.get(key) ?? make();
    this.kept.set(key, page);
    try {
      return await page;
    } catch (error) {
      this.kept.delete(key);
      throw error;
    }
  }
}

/** `webhooks.md`, not the files that editors and systems leave beside it. */
const FILE_NAME = /^[\w-]+\.\w+$/;

/** Returns the names of files in a folder of docs/, sorted; none if the gateway was installed without its docs. */
function filesIn(folder: string): string[] {
  try {
    return (
      readdirSync(new URL(folder, DOCS), { withFileTypes: true })
        .filter((entry) => entry.isFile() && FILE_NAME.test(entry.name))
        .map(({ name }) => name)
        // By what is before the ending: `reconciliation` before `reconciliation-practice`.
        .sort((a, b) => (parse(a).name < parse(b).name ? -1 : 1))
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
