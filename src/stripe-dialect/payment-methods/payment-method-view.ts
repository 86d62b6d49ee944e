import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { billingView } from '../addresses.js';
import { seconds } from '../wire/lists.js';
import { cardView } from './card-view.js';

export function paymentMethodView(method: PaymentMethod) {
  const { _id, billing, holderName, createdAt, customerId, metadata = {}, allowRedisplay = 'unspecified' } = method;
  return {
    id: publicId(_id),
    object: 'payment_method',
    allow_redisplay: allowRedisplay,
    billing_details: billingView(billing ?? (holderName === null ? null : { name: holderName, ...NOTHING_ELSE })),
    card: cardView(method),
    created: seconds(createdAt),
    customer: typeof customerId === 'string' ? publicId(customerId) : null,
    customer_account: null,
    livemode: false,
    metadata,
    type: 'card',
  };
}

const NOTHING_ELSE = { email: null, phone: null, address: null };
