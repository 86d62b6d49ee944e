import {
  brandOf,
  digitsOf,
  expiryOf,
  formatted,
  type InputName,
  isComplete,
  type Problem,
  problemOf,
  type Progress,
} from './card-input.js';
import { CARD_STYLE } from './card-style.js';
import type { Answer, Fields } from './gateway.js';

type Listener = (event: ElementEvent) => void;

/** What pages are told of an element. */
export interface ElementEvent {
  readonly elementType: string;
  readonly empty: boolean;
  readonly complete: boolean;
  readonly error: Problem | undefined;
  readonly brand?: string;
  readonly value?: Readonly<Record<string, string>>;
}

export interface ElementOptions {
  readonly hidePostalCode?: boolean;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly value?: { readonly postalCode?: string };
  readonly classes?: Readonly<Record<string, string>>;
  readonly style?: { readonly base?: Readonly<Record<string, unknown>> };
}

/** A card as it was typed. */
export interface TypedCard {
  readonly card: Fields;
  readonly postalCode: string | undefined;
}

interface InputTexts {
  readonly label: string;
  readonly placeholder: string;
  /** Its name in every element but `payment`. */
  readonly name: string;
}

const INPUTS: Readonly<Record<InputName, InputTexts>> = {
  number: { label: 'Card number', placeholder: '4242 4242 4242 4242', name: 'cardnumber' },
  expiry: { label: 'Expiry date (MM / YY)', placeholder: 'MM / YY', name: 'exp-date' },
  cvc: { label: 'Security code', placeholder: 'CVC', name: 'cvc' },
  postalCode: { label: 'Postal code', placeholder: 'ZIP', name: 'postal' },
};

const KINDS: Readonly<Record<string, readonly InputName[]>> = {
  card: ['number', 'expiry', 'cvc', 'postalCode'],
  payment: ['number', 'expiry', 'cvc', 'postalCode'],
  cardNumber: ['number'],
  cardExpiry: ['expiry'],
  cardCvc: ['cvc'],
};

const STATES = ['complete', 'empty', 'focus', 'invalid'] as const;
const PAGE_STYLES = ['color', 'fontFamily', 'fontSize', 'fontWeight', 'letterSpacing', 'lineHeight'];

let made = 0;

/** Fields for a test card, in the page itself: nothing here is secret. */
export class CardElement {
  private readonly host = document.createElement('div');
  private readonly box = document.createElement('div');
  private readonly inputs = new Map<InputName, HTMLInputElement>();
  private readonly problems = new Map<InputName, Problem>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly number = (made += 1);
  private parent: Element | null = null;

  /**
   * Throws an Error for a kind that is not here.
   *
   * @param siblings all elements of the group: a card may be spread over several
   */
  constructor(
    readonly kind: string,
    private options: ElementOptions,
    private readonly siblings: CardElement[],
  ) {
    const names = KINDS[kind];
    if (!names)
      throw new Error(`unsupported: there is no element "${kind}" here; there are ${Object.keys(KINDS).join(', ')}.`);
    const style = document.createElement('style');
    style.textContent = CARD_STYLE;
    this.box.className = `card ${kind}`;
    this.box.role = 'group';
    this.box.ariaLabel = 'Card';
    for (const name of names) if (name !== 'postalCode' || !options.hidePostalCode) this.add(name);
    this.host.attachShadow({ mode: 'open' }).append(style, this.box);
    this.update(options);
  }

  /** Throws an Error if the page has no such element. */
  mount(target: string | Element): void {
    const parent = typeof target === 'string' ? document.querySelector(target) : target;
    if (!(parent instanceof Element))
      throw new Error(`The page has no element ${typeof target === 'string' ? target : ''} to mount the field on.`);
    parent.replaceChildren(this.host);
    this.parent = parent;
    // A page that draws a frame around the field needs no second one.
    this.box.classList.toggle('framed', this.kind !== 'payment' && getComputedStyle(parent).borderTopWidth !== '0px');
    this.showState();
    queueMicrotask(() => {
      this.tell('ready');
    });
  }

  unmount(): void {
    this.host.remove();
    this.parent?.classList.remove(...this.classesOf('base', ...STATES));
    this.parent = null;
  }

  destroy(): void {
    this.unmount();
    this.listeners.clear();
    const index = this.siblings.indexOf(this);
    if (index >= 0) this.siblings.splice(index, 1);
  }

  clear(): void {
    for (const input of this.inputs.values()) input.value = '';
    this.problems.clear();
    this.changed();
  }

  focus(): void {
    this.inputs.values().next().value?.focus();
  }

  blur(): void {
    for (const input of this.inputs.values()) input.blur();
  }

  /** Takes what pages may say of it; other options change nothing here. */
  update(options: ElementOptions): void {
    this.options = { ...this.options, ...options };
    const { disabled = false, style, placeholder, value } = this.options;
    for (const [name, input] of this.inputs) {
      input.disabled = disabled;
      if (placeholder !== undefined && this.inputs.size === 1) input.placeholder = placeholder;
      if (name === 'postalCode' && options.value !== undefined) input.value = value?.postalCode ?? '';
    }
    for (const [name, each] of Object.entries(style?.base ?? {}))
      if (PAGE_STYLES.includes(name) && typeof each === 'string') Object.assign(this.box.style, { [name]: each });
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

  /** The card as the gateway takes it. Marks what is wrong, and answers the first of it. */
  read(): Answer<TypedCard> {
    const parts = this.parts();
    for (const part of parts) part.check('paying');
    const error = parts.map((part) => part.problem).find((each) => each !== undefined);
    if (error) return { error };
    const [number, expiry, cvc] = (['number', 'expiry', 'cvc'] as const).map((name) => this.textOf(name));
    const date = expiryOf(expiry ?? '');
    if (!number || !date || !cvc)
      return { error: { type: 'validation_error', code: 'incomplete_card', message: 'Your card is incomplete.' } };
    return {
      value: {
        card: { number: digitsOf(number), exp_month: date.month, exp_year: date.year, cvc },
        postalCode: this.textOf('postalCode') || undefined,
      },
    };
  }

  /** The elements that the card is typed into. */
  private parts(): readonly CardElement[] {
    if (this.inputs.size > 1) return [this];
    return this.siblings.filter(({ inputs }) => inputs.size === 1);
  }

  private textOf(name: InputName): string {
    for (const { inputs } of this.parts()) {
      const input = inputs.get(name);
      if (input) return input.value.trim();
    }
    return '';
  }

  private get problem(): Problem | undefined {
    return [...this.inputs.keys()].map((name) => this.problems.get(name)).find((each) => each !== undefined);
  }

  private add(name: InputName): void {
    const { label, placeholder, name: shortName } = INPUTS[name];
    const isPayment = this.kind === 'payment';
    const id = `${name}-${this.number}`;
    const input = document.createElement('input');
    Object.assign(input, { id, placeholder, type: 'text', autocomplete: 'off', name: isPayment ? name : shortName });
    input.inputMode = name === 'postalCode' ? 'text' : 'numeric';
    const title = document.createElement('label');
    Object.assign(title, { htmlFor: id, textContent: label });
    if (!isPayment) input.ariaLabel = label;
    const text = document.createElement('p');
    Object.assign(text, { id: `${id}-problem`, className: 'problem', ariaLive: 'polite' });
    const field = document.createElement('div');
    field.className = `field ${name}`;
    field.append(...(isPayment ? [title] : []), input, text);
    this.box.append(field);
    this.inputs.set(name, input);
    this.listen(name, input);
  }

  private listen(name: InputName, input: HTMLInputElement): void {
    input.addEventListener('input', (event) => {
      const deletes = event instanceof InputEvent && event.inputType.startsWith('delete');
      this.typed(name, input, deletes);
    });
    input.addEventListener('focus', () => {
      this.tell('focus');
      this.showState();
    });
    input.addEventListener('blur', () => {
      if (this.mark(name, 'left')) this.changed();
      this.tell('blur');
      this.showState();
    });
    input.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.tell('escape');
      // A form of the page does not know of the field, so that Enter would do nothing.
      if (key === 'Enter') this.host.closest('form')?.requestSubmit();
    });
  }

  private typed(name: InputName, input: HTMLInputElement, deletes: boolean): void {
    const isAtEnd = input.selectionStart === input.value.length;
    const bare = name === 'expiry' ? input.value.replace(/\s*\/\s*$/, '') : input.value.trimEnd();
    if (isAtEnd) input.value = deletes ? bare : formatted(name, input.value, this.textOf('number'));
    this.mark(name, 'typing');
    this.changed();
    if (isAtEnd && !deletes && name !== 'postalCode' && isComplete(name, input.value, this.textOf('number')))
      this.goOn(input);
  }

  /** Once a field is complete, the next one of the card follows. */
  private goOn(input: HTMLInputElement): void {
    const all = this.parts().flatMap(({ inputs }) => [...inputs.values()]);
    all[all.indexOf(input) + 1]?.focus();
  }

  private check(progress: Progress): void {
    for (const name of this.inputs.keys()) this.mark(name, progress);
    this.changed();
  }

  /** Notes and shows what is wrong with a field. Returns whether that changed. */
  private mark(name: InputName, progress: Progress): boolean {
    const input = this.inputs.get(name);
    if (!input) return false;
    const found = problemOf(name, input.value.trim(), { number: this.textOf('number'), progress });
    const before = this.problems.get(name);
    if (found) this.problems.set(name, found);
    else this.problems.delete(name);
    const text = this.box.querySelector(`#${input.id}-problem`);
    if (text) text.textContent = found?.message ?? '';
    input.ariaInvalid = found ? 'true' : null;
    if (found) input.setAttribute('aria-describedby', `${input.id}-problem`);
    else input.removeAttribute('aria-describedby');
    return before?.code !== found?.code;
  }

  private changed(): void {
    this.tell('change');
    this.showState();
  }

  private state(): ElementEvent {
    const required = [...this.inputs].filter(([name]) => name !== 'postalCode');
    const number = this.textOf('number');
    return {
      elementType: this.kind,
      empty: required.every(([, { value }]) => value.trim() === ''),
      complete: required.every(([name, { value }]) => isComplete(name, value.trim(), number)),
      error: this.problem,
      ...(this.inputs.has('number') && this.kind !== 'payment' && { brand: brandOf(number) }),
      ...(this.kind === 'card' && { value: { postalCode: this.textOf('postalCode') } }),
      ...(this.kind === 'payment' && { value: { type: 'card' } }),
    };
  }

  /** The page sees the state in the classes of the element that it gave. */
  private showState(): void {
    if (!this.parent) return;
    const { complete, empty, error } = this.state();
    const states = { complete, empty, focus: this.host.matches(':focus-within'), invalid: error !== undefined };
    this.parent.classList.add(...this.classesOf('base'));
    for (const state of STATES)
      for (const name of this.classesOf(state)) this.parent.classList.toggle(name, states[state]);
  }

  private classesOf(...states: string[]): string[] {
    return states.flatMap((state) => {
      const own = state === 'base' ? 'StripeElement' : `StripeElement--${state}`;
      return (this.options.classes?.[state] ?? own).split(/\s+/).filter(Boolean);
    });
  }

  private tell(event: string): void {
    const state = this.state();
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(state);
  }
}
