import type { Fields } from './gateway.js';

type Listener = (event: CardEvent) => void;

/** What pages are told of a field. */
export interface CardEvent {
  readonly elementType: string;
  readonly empty: boolean;
  readonly complete: boolean;
  readonly error?: { readonly type: string; readonly code: string; readonly message: string };
}

const FIELDS = [
  { name: 'cardnumber', label: 'Card number', placeholder: '4242 4242 4242 4242', size: 20 },
  { name: 'exp-date', label: 'Expiry (MM / YY)', placeholder: 'MM / YY', size: 7 },
  { name: 'cvc', label: 'Security code', placeholder: 'CVC', size: 4 },
  { name: 'postal', label: 'Postal code', placeholder: 'ZIP', size: 6 },
] as const;
type FieldName = (typeof FIELDS)[number]['name'];

const STYLE = 'display:flex;flex-wrap:wrap;gap:6px;padding:8px;border:1px solid #767676;border-radius:4px';

/** A field for a test card, in the page itself: nothing here is secret. */
export class CardField {
  private readonly box = document.createElement('div');
  private readonly inputs = new Map<FieldName, HTMLInputElement>();
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(readonly kind: string) {
    this.box.setAttribute('style', STYLE);
    for (const { name, label, placeholder, size } of FIELDS) {
      const input = document.createElement('input');
      Object.assign(input, { name, placeholder, size, type: 'text', inputMode: 'numeric', autocomplete: 'off' });
      input.setAttribute('aria-label', label);
      input.addEventListener('input', () => {
        this.tell('change');
      });
      input.addEventListener('focus', () => {
        this.tell('focus');
      });
      input.addEventListener('blur', () => {
        this.tell('blur');
      });
      this.inputs.set(name, input);
      this.box.append(input);
    }
  }

  /** Throws an Error if there is no such element in the page. */
  mount(target: string | Element): void {
    const found = typeof target === 'string' ? document.querySelector(target) : target;
    if (!found) throw new Error(`The selector ${String(target)} applies to no element of the page.`);
    found.replaceChildren(this.box);
    queueMicrotask(() => {
      this.tell('ready');
    });
  }

  unmount(): void {
    this.box.remove();
  }

  destroy(): void {
    this.unmount();
    this.listeners.clear();
  }

  clear(): void {
    for (const input of this.inputs.values()) input.value = '';
    this.tell('change');
  }

  focus(): void {
    this.inputs.get('cardnumber')?.focus();
  }

  blur(): void {
    for (const input of this.inputs.values()) input.blur();
  }

  /** Options of looks change nothing here. */
  update(): void {
    this.tell('change');
  }

  on(event: string, listener: Listener): this {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(listener));
    return this;
  }

  once(event: string, listener: Listener): this {
    const only: Listener = (told) => {
      this.off(event, only);
      listener(told);
    };
    return this.on(event, only);
  }

  off(event: string, listener?: Listener): this {
    if (listener) this.listeners.get(event)?.delete(listener);
    else this.listeners.delete(event);
    return this;
  }

  /** The card as the gateway takes it. */
  card(): Fields {
    const [month = '', year = ''] = this.value('exp-date').split('/', 2);
    return {
      number: this.value('cardnumber').replaceAll(/\D/g, ''),
      exp_month: month.trim(),
      exp_year: year.trim(),
      cvc: this.value('cvc'),
    };
  }

  postalCode(): string | undefined {
    return this.value('postal') || undefined;
  }

  private value(name: FieldName): string {
    return this.inputs.get(name)?.value.trim() ?? '';
  }

  private tell(event: string): void {
    const filled = [this.value('cardnumber'), this.value('exp-date'), this.value('cvc')];
    const told: CardEvent = {
      elementType: this.kind,
      empty: filled.every((text) => text === ''),
      complete:
        /^(?:\d ?){12,19}$/.test(filled[0] ?? '') &&
        /^\d{1,2} ?\/ ?\d{2,4}$/.test(filled[1] ?? '') &&
        /^\d{3,4}$/.test(filled[2] ?? ''),
    };
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(told);
  }
}
