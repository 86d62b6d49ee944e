import type { BrowserContext, Locator, Page } from 'playwright-core';
import { eventually } from './eventually.js';

/** How long a step in the browser may take. */
const STEP_MS = 20_000;

/** What Swagger UI shows when *Execute* was pressed. */
export interface Executed {
  readonly status: number;
  readonly body: string;
}

/** What Swagger UI proposes to send. */
export interface Prefilled {
  readonly name: string;
  readonly value: string;
}

/** Waits for an element. It asks more often than the browser's library does, which is quicker for many elements. */
async function appears(element: Locator): Promise<void> {
  await eventually(
    `${String(element)} to appear`,
    () => element.count(),
    (count) => count > 0,
    STEP_MS,
  );
}

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly tags?: readonly string[]; readonly responses: object }>>>
  >;
}

/** The schemas that the texts of `found` refer to, those that these refer to, and so on. */
function schemasOf(found: object, all: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  const used = new Map<string, object>();
  for (const open = [found]; ;) {
    const next = open.pop();
    if (next === undefined) return Object.fromEntries(used);
    for (const [, name = ''] of JSON.stringify(next).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = all[name];
      if (schema === undefined || used.has(name)) continue;
      used.set(name, schema);
      open.push(schema);
    }
  }
}

/** The document with the operations of one tag alone, without what their answers look like, and with what they need. */
function ofTag(document: OpenApi, tag: string): OpenApi {
  const brief = ({ responses, ...operation }: { readonly responses: object }) => ({
    ...operation,
    responses: Object.fromEntries(
      Object.entries(responses as Readonly<Record<string, { readonly description: string }>>)
        .filter(([status]) => status.startsWith('2'))
        .map(([status, { description }]) => [status, { description }]),
    ),
  });
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item).filter(([, { tags }]) => tags?.includes(tag));
    return [path, Object.fromEntries(operations.map(([method, operation]) => [method, brief(operation)]))] as const;
  });
  const shown = Object.fromEntries(paths.filter(([, item]) => Object.keys(item).length > 0));
  const { components } = document;
  const schemas = schemasOf(shown, components.schemas);
  return Object.assign({}, document, { paths: shown, components: { ...components, schemas }, webhooks: {} });
}

/** The page /docs in a browser, with the credentials of one account. */
export class SwaggerUi {
  /** The origins that the page asked anything of. */
  readonly origins = new Set<string>();

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(STEP_MS);
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:') this.origins.add(url.origin);
    });
  }

  /**
   * Opens an address, and waits until the operations are there. Credentials that were entered in another page of the
   * context are entered here too.
   *
   * @param tag shows the operations of this tag alone, without their answers: that changes nothing of what is sent, and
   * Swagger UI works much longer on each operation of a large document
   */
  static async open(context: BrowserContext, url: string, tag?: string): Promise<SwaggerUi> {
    const ui = new SwaggerUi(await context.newPage());
    if (tag !== undefined) {
      await ui.page.route('**/openapi.json', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: ofTag((await response.json()) as OpenApi, tag) });
      });
    }
    await ui.page.goto(url);
    await ui.page.locator('.opblock').first().waitFor();
    return ui;
  }

  /** @param credentials what to enter in the dialog, by the name of the security scheme */
  async authorize(credentials: Readonly<Record<string, string>>): Promise<void> {
    await this.page.locator('.scheme-container button.authorize').click();
    for (const [scheme, value] of Object.entries(credentials)) {
      const form = this.page.locator('.auth-container', {
        has: this.page.locator(`h4:has(code:text-is("${scheme}"))`),
      });
      await form.locator('input').fill(value);
      await form.locator('button.authorize').click();
      await form.getByRole('button', { name: 'Remove authorization' }).waitFor();
    }
    await this.page.locator('.auth-btn-wrapper button.btn-done').first().click();
  }

  /** Unfolds an operation and presses *Try it out*. */
  async tryOut(operationId: string): Promise<TriedOperation> {
    const block = this.page.locator(`.opblock[id$="-${operationId}"]`);
    await block.locator('.opblock-summary-control').click();
    await appears(block.locator('button.try-out__btn'));
    await block.locator('button.try-out__btn').click();
    await appears(block.locator('button.execute'));
    return new TriedOperation(block);
  }
}

/** An operation that is unfolded, with its inputs. */
export class TriedOperation {
  constructor(private readonly block: Locator) {}

  async enter(pathParameter: string, value: string): Promise<void> {
    const cell = this.block.locator(`tr[data-param-in="path"][data-param-name="${pathParameter}"]`);
    const choice = cell.locator('select');
    if ((await choice.count()) > 0) await choice.selectOption(value);
    else await cell.locator('input').fill(value);
  }

  /** Parameters other than the path's that are not empty. */
  async prefilled(): Promise<Prefilled[]> {
    const found: Prefilled[] = [];
    for (const row of await this.block.locator('tr[data-param-in]:not([data-param-in="path"])').all()) {
      const name = (await row.getAttribute('data-param-name')) ?? '';
      for (const input of await row.locator('input:not([type="checkbox"]), textarea, select').all()) {
        const value = await input.inputValue();
        if (value !== '') found.push({ name, value });
      }
    }
    return found;
  }

  async execute(): Promise<Executed> {
    await this.block.locator('button.execute').click();
    const answer = this.block.locator('.live-responses-table tr.response');
    await appears(answer);
    const status = await answer.locator('.response-col_status').innerText();
    return { status: Number.parseInt(status, 10), body: await answer.locator('.response-col_description').innerText() };
  }

  /** Folds it, which keeps the page quick: an event in place of a click, which would wait until the page stands still. */
  async fold(): Promise<void> {
    await this.block.locator('.opblock-summary-control').dispatchEvent('click');
  }
}
