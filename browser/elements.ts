import { CardElement, type ElementOptions } from './card-element.js';
import type { PageError } from './gateway.js';

/** The element in which a card's number stands, by kind. */
const WITH_NUMBER = ['payment', 'card', 'cardNumber'];

/** The fields of a page, and what they pay for. */
export class Elements {
  private readonly elements: CardElement[] = [];

  constructor(readonly clientSecret: string | undefined) {}

  /** Throws an Error for a kind that is not here. */
  create(kind: string, options: ElementOptions = {}): CardElement {
    const element = new CardElement(kind, options, this.elements);
    this.elements.push(element);
    return element;
  }

  /** @param kind its name, or the component of the other script's package for React that shows it */
  getElement(kind: string | { readonly __elementType: string }): CardElement | null {
    const name = typeof kind === 'string' ? kind : kind.__elementType;
    return this.elements.find((element) => element.kind === name) ?? null;
  }

  /** The element that has the card. */
  get card(): CardElement | undefined {
    return this.elements.filter(({ kind }) => WITH_NUMBER.includes(kind)).at(-1);
  }

  /** Whether all is filled in. */
  submit(): Promise<{ readonly error?: PageError }> {
    const error = this.card?.read().error;
    return Promise.resolve(error ? { error } : {});
  }

  update(): void {
    // Looks and languages change nothing here.
  }

  fetchUpdates(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }
}
