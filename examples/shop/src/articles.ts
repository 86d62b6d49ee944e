/** What the shop sells. */
export interface Article {
  readonly id: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

export const CURRENCY = 'USD';

export const ARTICLES: readonly Article[] = [
  { id: 'mug', name: 'Mug', price: 1_450 },
  { id: 'teapot', name: 'Teapot', price: 3_900 },
  { id: 'kettle', name: 'Kettle', price: 8_995 },
];

/** In place of card fields: cards of the gateway, each with an outcome of its own. */
export const CARDS = {
  pm_card_visa: 'Visa ending in 4242',
  pm_card_authenticationRequired: 'Visa ending in 3184, which asks for 3-D Secure',
  pm_card_chargeDeclinedInsufficientFunds: 'Visa ending in 9995, without funds',
} as const;

export function findArticle(id: string): Article | undefined {
  return ARTICLES.find((article) => article.id === id);
}
