import type { Answer, Gateway, Intent, IntentPlace } from './gateway.js';

/** How often the outcome is looked at besides: it can also be decided by the API. */
const LOOK_EVERY_MS = 2_000;

const STYLE = `
dialog {
  color-scheme: light dark; width: min(500px, 100vw - 32px); height: min(600px, 100vh - 32px); max-width: none;
  max-height: none; padding: 0; border: 1px solid light-dark(#dee2e6, #373a40); border-radius: 8px; overflow: hidden;
  background: light-dark(#f8f9fa, #141517); color: light-dark(#212529, #e9ecef);
  box-shadow: 0 16px 48px rgb(0 0 0 / .3); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(0 0 0 / .5); }
header {
  display: flex; align-items: center; justify-content: space-between; padding: 4px 4px 4px 16px;
  border-bottom: 1px solid light-dark(#dee2e6, #373a40); background: light-dark(#fff, #1a1b1e);
}
h2 { margin: 0; font-size: 15px; font-weight: 600; }
button {
  min-width: 44px; min-height: 44px; border: 0; border-radius: 6px; background: none; color: inherit; font: inherit;
  font-size: 20px; line-height: 1; cursor: pointer;
}
button:hover { background: light-dark(#f1f3f5, #25262b); }
button:focus-visible { outline: 2px solid light-dark(#3b5bdb, #91a7ff); outline-offset: -2px; }
iframe { flex: 1; width: 100%; border: 0; }
`;

/**
 * Shows the page on which the customer authenticates, in a dialog, until the intent goes on. Returns the intent as it is
 * then. Who closes the dialog fails the authentication.
 */
export async function authenticate(gateway: Gateway, place: IntentPlace, url: string): Promise<Answer<Intent>> {
  const challenge = new Challenge(url);
  try {
    for (;;) {
      await challenge.step();
      const found = await gateway.intent(place);
      if (found.error || found.value.status !== 'requires_action' || challenge.isClosed) return found;
    }
  } finally {
    challenge.remove();
  }
}

class Challenge {
  isClosed = false;
  private readonly host = document.createElement('div');
  private readonly dialog = document.createElement('dialog');
  private goOn: () => void = () => undefined;

  constructor(private readonly url: string) {
    const style = document.createElement('style');
    style.textContent = STYLE;
    const header = document.createElement('header');
    const title = document.createElement('h2');
    Object.assign(title, { id: 'title', textContent: 'Confirm that it is you' });
    const close = document.createElement('button');
    Object.assign(close, { type: 'button', textContent: '×', ariaLabel: 'Cancel authentication' });
    const frame = document.createElement('iframe');
    frame.title = 'Authentication of the payment';
    header.append(title, close);
    this.dialog.setAttribute('aria-labelledby', 'title');
    this.dialog.append(header, frame);
    this.host.attachShadow({ mode: 'open' }).append(style, this.dialog);
    document.body.append(this.host);
    frame.addEventListener('load', () => {
      this.goOn();
    });
    const page = new URL(url);
    page.search = 'framed=1';
    frame.src = page.href;
    close.addEventListener('click', () => {
      this.dialog.close();
    });
    this.dialog.addEventListener('close', () => void this.giveUp());
    this.dialog.showModal();
  }

  /** Waits until the customer has done something, or a while. */
  step(): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.goOn = resolve;
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }

  remove(): void {
    this.host.remove();
  }

  private async giveUp(): Promise<void> {
    const body = new URLSearchParams({ result: 'failed' });
    // The answer is a page of another origin, which nobody can read.
    await fetch(this.url, { method: 'POST', mode: 'no-cors', credentials: 'omit', body }).catch(() => undefined);
    this.isClosed = true;
    this.goOn();
  }
}
