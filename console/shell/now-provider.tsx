import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { NowContext } from '../parts/now.js';
import { useClock } from './clock-control.js';

const TICK_MS = 5_000;

/** Tells the pages the account's time. */
export function NowProvider({ children }: { readonly children: ReactNode }) {
  const { data: clock } = useClock();
  const [real, setReal] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setReal(Date.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const virtual = clock?.kind === 'virtual' ? Date.parse(clock.now) : NaN;
  const account = Number.isNaN(virtual) ? real : virtual;
  const now = useMemo(() => ({ account, real }), [account, real]);
  return <NowContext value={now}>{children}</NowContext>;
}
