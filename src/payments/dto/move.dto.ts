import { ChoiceField } from '../../platform/validation/fields.js';
import { AmountField } from './amount-field.js';

export class CaptureDto {
  @AmountField({
    description: 'In major units; the whole authorized amount if not given.',
    example: 5.5,
    optional: true,
  })
  readonly amount?: number | null;
}

const RESULTS = ['succeeded', 'failed'] as const;

export class AuthenticateDto {
  @ChoiceField(RESULTS, {
    enumName: 'AuthenticationResult',
    description: 'What the customer does.',
    example: 'succeeded',
  })
  readonly result!: (typeof RESULTS)[number];

  get succeeded(): boolean {
    return this.result === 'succeeded';
  }
}
