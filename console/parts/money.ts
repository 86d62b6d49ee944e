const digitsOf = new Map<string, number>();

/** The decimals of a currency; of an amount with more of them, those that it has. */
function decimals(amount: number, currency: string): number {
  let digits = digitsOf.get(currency);
  if (digits === undefined) {
    digits = decimalsOf(currency);
    digitsOf.set(currency, digits);
  }
  const [, given = ''] = String(amount).split('.');
  return Math.max(digits, given.includes('e') ? 0 : given.length);
}

/** 0 for what is no currency: then an amount has the decimals that it was given. */
function decimalsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 0;
  }
}

/** `1,234.50`: an amount in major units with the decimals of its currency, as the viewer writes numbers. */
export function formatNumber(amount: number, currency: string, locale?: string): string {
  const digits = decimals(amount, currency);
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount);
}

/** `1,234.50 USD`: an amount in major units, with its currency after it. */
export function formatAmount(amount: number, currency: string, locale?: string): string {
  return `${formatNumber(amount, currency, locale)} ${currency}`;
}

/** An exact amount as the API writes it in `amountText`, of any size, with its currency. */
export function formatText(amountText: string, currency: string, locale?: string): string {
  const [, given = ''] = amountText.split('.');
  const digits = Math.max(decimals(0, currency), given.length);
  return `${new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    amountText as Intl.StringNumericLiteral,
  )} ${currency}`;
}

/** The difference of two amounts of one currency, without the dust of binary fractions. */
export function subtract(amount: number, part: number): number {
  return add(amount, -part);
}

/** The sum of two amounts of one currency, without the dust of binary fractions. */
export function add(amount: number, other: number): number {
  const scale = 10 ** Math.max(...[amount, other].map((value) => String(value).split('.')[1]?.length ?? 0));
  return Math.round(amount * scale + other * scale) / scale;
}
