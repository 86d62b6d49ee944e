import { createContext, useContext } from 'react';

/** The account's time, in ms. It moves every few seconds. */
export const NowContext = createContext(0);

export const useNow = (): number => useContext(NowContext);
