import type { Answer, Gateway, Intent } from './gateway.js';

const LOOK_EVERY_MS = 300;
const FRAME = 'position:fixed;inset:0;width:100%;height:100%;border:0;z-index:2147483647;background:#fff';

/** Shows the page on which the customer authenticates, until the intent goes on. Returns the intent as it is then. */
export async function authenticate(gateway: Gateway, clientSecret: string, url: string): Promise<Answer<Intent>> {
  const frame = document.createElement('iframe');
  frame.title = 'Authentication of the payment';
  frame.setAttribute('style', FRAME);
  frame.src = url;
  document.body.append(frame);
  try {
    for (;;) {
      const found = await gateway.intent(clientSecret);
      if (found.error || found.value.status !== 'requires_action') return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    frame.remove();
  }
}
