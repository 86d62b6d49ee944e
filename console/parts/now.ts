import { createContext, useContext } from 'react';

/** Times in ms; they move every few seconds. */
export interface Now {
  /** By the account's clock. */
  readonly account: number;
  readonly real: number;
}

export const NowContext = createContext<Now>({ account: 0, real: 0 });

/** The account's time, in ms. */
export const useNow = (): number => useContext(NowContext).account;
