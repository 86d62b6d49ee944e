import { EVIDENCE_FIELDS, type EvidenceField } from '../../payments/dispute-evidence.js';
import { TextField } from '../../platform/validation/fields.js';
import { MAX_FIELD_LENGTH } from '../evidence-limits.js';

const Evidence = (field: EvidenceField, example: string): PropertyDecorator =>
  TextField({
    description: EVIDENCE_FIELDS[field],
    example,
    maxLength: MAX_FIELD_LENGTH,
    optional: true,
    hidden: true,
  });

/** The texts of evidence. As a change: what is not given stays, null or an empty text removes the field. */
export class EvidenceDto {
  @Evidence('accessActivityLog', '2026-01-31 09:00 signed in from 203.0.113.7')
  readonly accessActivityLog?: string | null;

  @Evidence('billingAddress', '1 Main Street, Springfield')
  readonly billingAddress?: string | null;

  @Evidence('cancellationPolicy', 'Subscriptions can be canceled until the day before they renew.')
  readonly cancellationPolicy?: string | null;

  @Evidence('cancellationRebuttal', 'The customer canceled after the renewal.')
  readonly cancellationRebuttal?: string | null;

  @Evidence('customerCommunication', '"Thank you, it works."')
  readonly customerCommunication?: string | null;

  @Evidence('customerPurchaseIp', '203.0.113.7')
  readonly customerPurchaseIp?: string | null;

  @Evidence('customerSignature', 'Signed on delivery, 2026-01-31')
  readonly customerSignature?: string | null;

  @Evidence('duplicateChargeExplanation', 'Two orders of one day: order-17 and order-18.')
  readonly duplicateChargeExplanation?: string | null;

  @Evidence('productDescription', 'A pair of blue shoes, size 42')
  readonly productDescription?: string | null;

  @Evidence('receipt', 'Receipt 4711 of 2026-01-31')
  readonly receipt?: string | null;

  @Evidence('refundPolicy', 'Returns within 30 days.')
  readonly refundPolicy?: string | null;

  @Evidence('refundRefusalExplanation', 'The product was returned after 90 days.')
  readonly refundRefusalExplanation?: string | null;

  @Evidence('serviceDocumentation', 'The course was attended on 2026-01-31.')
  readonly serviceDocumentation?: string | null;

  @Evidence('shippingCarrier', 'DHL')
  readonly shippingCarrier?: string | null;

  @Evidence('shippingDocumentation', 'Delivery note 4711')
  readonly shippingDocumentation?: string | null;

  @Evidence('shippingTrackingNumber', '00340434161094042557')
  readonly shippingTrackingNumber?: string | null;

  @Evidence('uncategorizedText', 'winning_evidence')
  readonly uncategorizedText?: string | null;
}
