import { type ComponentType, lazy, useState } from 'react';

interface PageProps {
  readonly params: { readonly id: string };
}

type PageComponent = ComponentType<PageProps>;

/** A page whose code is loaded when it is shown first, or before. */
export interface LoadedPage {
  readonly Page: PageComponent;
  /** Loads the code. Never rejects: who shows the page sees the failure. */
  load(): Promise<void>;
}

/** What is loaded by then shows at once: React holds back for 300 ms what it had to wait for. */
export function loadedPage(importPage: () => Promise<{ readonly default: PageComponent }>): LoadedPage {
  let loaded: PageComponent | null = null;
  const load = async (): Promise<{ readonly default: PageComponent }> => {
    const page = await importPage();
    loaded = page.default;
    return page;
  };
  const Later = lazy(load);
  function Page(props: PageProps) {
    // Stays the same while the page is shown.
    const [Shown] = useState(() => loaded ?? Later);
    return <Shown {...props} />;
  }
  return { Page, load: () => load().then(nothing, nothing) };
}

function nothing(): void {
  // Only the loading counts.
}
