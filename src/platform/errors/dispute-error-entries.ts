import type { CatalogueEntry } from './catalogue-entry.js';

/** The error codes of disputes. */
export const DISPUTE_ERRORS = {
  disputes_off: {
    status: 403,
    cause: 'The gateway runs in production, where only sandboxes open disputes by request.',
    action: 'Use a sandbox, or pay with a test card that is disputed.',
    detail: 'In production only sandboxes can open disputes; test cards do so everywhere.',
  },
  dispute_not_found: {
    status: 404,
    cause: 'The account has no such dispute.',
    action: 'Check the id (`dsp_…`).',
    detail: "Dispute 'dsp_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  dispute_not_open: {
    status: 409,
    cause: 'The dispute is under review, or closed.',
    action: 'Fetch the dispute: its status and history say what happened.',
    detail:
      "Dispute 'dsp_0193a5e2c7f11b2c3d4e5f60' is under_review; only a dispute that is needs_response takes evidence or can be accepted.",
  },
  too_many_disputes: {
    status: 409,
    cause: 'The payment has as many disputes as it can have.',
    action: 'Dispute another payment.',
    detail: 'This payment has 10 disputes already; a payment can have no more. Dispute another payment.',
  },
  too_many_evidence_changes: {
    status: 409,
    cause: 'The evidence of the dispute was changed as often as it can be.',
    action: 'Submit the evidence, or accept the dispute.',
    detail: 'The evidence of this dispute was changed 50 times already; submit it, or accept the dispute.',
  },
  evidence_too_large: {
    status: 409,
    cause: 'All texts of the evidence together are longer than they can be.',
    action: 'Send shorter texts, or remove a field with `null`.',
    detail: 'The evidence would have 210000 characters; all fields together can have 200000. Send shorter texts.',
  },
} as const satisfies Record<string, CatalogueEntry>;
