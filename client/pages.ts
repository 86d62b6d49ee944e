/** Some items of a list, and whether there are more. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly hasMore: boolean;
}

/** Where a page begins. */
export interface PageParameters {
  /** The id of the item before the first one of the page. */
  startingAfter?: string;
  /** The id of the item after the last one of the page. */
  endingBefore?: string;
}

/**
 * A list of the gateway: `await` gives one page, `for await` every item, page by page.
 *
 * @example for await (const event of client.events.list()) console.log(event.type);
 */
export class PagedList<Item extends { readonly id: string }> implements PromiseLike<Page<Item>>, AsyncIterable<Item> {
  /** @param read reads one page; the cursor replaces that of the parameters that were given */
  constructor(private readonly read: (cursor?: PageParameters) => Promise<Page<Item>>) {}

  then<Result = Page<Item>, Failure = never>(
    onFulfilled?: ((page: Page<Item>) => Result | PromiseLike<Result>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.read().then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let page = await this.read();
    for (;;) {
      yield* page.data;
      const last = page.data.at(-1);
      if (!page.hasMore || !last) return;
      page = await this.read({ startingAfter: last.id });
    }
  }
}
