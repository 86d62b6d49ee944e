import type { CatalogueEntry } from './catalogue-entry.js';

/** The error codes of payouts, settlement reports and the exercises with them. */
export const MONEY_ERRORS = {
  insufficient_balance: {
    status: 409,
    cause: 'The payout is larger than what is available in this currency.',
    action: 'Ask for at most the amount that `detail` names, or wait until pending funds are available.',
    detail: 'Only 12.50 USD is available for a payout.',
  },
  payout_not_found: {
    status: 404,
    cause: 'The account has no such payout.',
    action: 'Check the id.',
    detail: "Payout 'po_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  payout_not_pending: {
    status: 409,
    cause: 'The payout is on its way, or has ended.',
    action: 'Nothing: only a pending payout can be canceled.',
    detail: "Payout 'po_0193a5e2c7f11b2c3d4e5f60' is in transit; only a pending payout can be canceled.",
  },
  settlement_not_found: {
    status: 404,
    cause: 'The account has no such settlement report.',
    action: 'Check the id (`set_…`), and that the credentials are those of the account that was paid out.',
    detail: "Settlement 'set_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  exercise_not_found: {
    status: 404,
    cause: 'The account has no such exercise, or has made 20 newer ones.',
    action: 'Check the id (`ex_…`), or make another exercise with the same seed.',
    detail: "Exercise 'ex_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  exercise_already_answered: {
    status: 409,
    cause: 'The exercise was answered before, and its key was shown.',
    action: 'Make another exercise, with another seed.',
    detail: "Exercise 'ex_0193a5e2c7f11b2c3d4e5f60' is answered already; make another one.",
  },
  settlement_too_large: {
    status: 409,
    cause: 'The settlement report has more rows than an exercise can have.',
    action: 'Take the report of a smaller payout.',
    detail: 'The report has 6000 rows; exercises can be made of at most 5000. Take the report of a smaller payout.',
  },
} as const satisfies Record<string, CatalogueEntry>;
