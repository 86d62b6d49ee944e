/** The prefixes under which the dialect shows objects of ours; all others keep theirs. */
const SHOWN = { txn: 'ch', ref: 're', dsp: 'dp', bt: 'txn' } as const;
const OWN: Readonly<Record<string, string>> = { ch: 'txn', py: 'txn', re: 'ref', dp: 'dsp', du: 'dsp' };

/** The id of a charge, a refund or a dispute as the dialect shows it; others stay as they are. */
export function shownId(publicId: string): string {
  const [prefix = '', digits = ''] = publicId.split('_', 2);
  return prefix in SHOWN ? `${SHOWN[prefix as keyof typeof SHOWN]}_${digits}` : publicId;
}

/** The id of the gateway's own object that an id of the dialect names. */
export function ownId(id: string): string {
  const [prefix = '', ...rest] = id.split('_');
  return prefix in OWN ? `${OWN[prefix]}_${rest.join('_')}` : id;
}

/** The own id of a balance transaction, `txn_…` in the dialect. */
export function ownTransactionId(id: string): string {
  return id.replace(/^txn_/, 'bt_');
}
