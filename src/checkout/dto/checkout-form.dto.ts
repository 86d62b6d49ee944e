import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import type { SentCardForm } from '../card-form.js';
import { STAND_IN_RESULTS, type StandInResult } from '../stand-in.js';

/** Longer than what anybody types; the page says what is too long for a field. */
const MAX_TYPED = 1_000;

const AttemptField = (): PropertyDecorator =>
  TextField({ description: 'The number of the attempt that the form is for.', pattern: /^\d{1,4}$/ });

const TypedField = (description: string): PropertyDecorator =>
  TextField({ description, maxLength: MAX_TYPED, optional: true, hidden: true });

/** The form on which a customer pays with a card. */
export class PayWithCardDto {
  @AttemptField()
  readonly attempt!: string;

  @TypedField('Who pays.')
  readonly customerName?: string;

  @TypedField('The number of the card.')
  readonly number?: string;

  @TypedField('Month and year of expiry.')
  readonly expiry?: string;

  @TypedField('The security code.')
  readonly cvc?: string;

  @TypedField('The token of a test card, in place of number, expiry and security code.')
  readonly testCard?: string;

  toForm(): SentCardForm {
    const { customerName = '', number = '', expiry = '', cvc = '', testCard = null } = this;
    return { customerName, number, expiry, cvc, testCard };
  }
}

/** The form of a page that stands in for a wallet or a bank. */
export class StandInDto {
  @AttemptField()
  readonly attempt!: string;

  @ChoiceField(STAND_IN_RESULTS, { enumName: 'StandInResult', description: 'What happens.' })
  readonly result!: StandInResult;
}
