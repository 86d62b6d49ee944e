import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage, IsIn, ValidateIf, ValidateNested, validate } from 'class-validator';
import fc from 'fast-check';
import { ChangeAccountDto } from '../../auth/dto/change-account.dto.js';
import { LoginDto } from '../../auth/dto/login.dto.js';
import { OpenConsoleDto } from '../../console/dto/console-session.dto.js';
import { ListEventsDto } from '../../events/dto/event.dto.js';
import { CreatePaymentMethodDto, ListPaymentMethodsDto } from '../../payment-methods/dto/payment-method.dto.js';
import { ChargeDto } from '../../payments/dto/charge.dto.js';
import { AuthenticateDto, CaptureDto } from '../../payments/dto/move.dto.js';
import { ListPaymentsDto, QueryPaymentsDto } from '../../payments/dto/query-payments.dto.js';
import { CreateRefundDto, ListRefundsDto } from '../../payments/dto/refund.dto.js';
import { StatisticsQueryDto } from '../../payments/dto/statistics.dto.js';
import { ListRequestLogsDto } from '../../request-logs/dto/request-log.dto.js';
import { ListUsersDto } from '../../admin/dto/user.dto.js';
import { ListTestValuesDto } from '../../simulation/dto/test-value.dto.js';
import { ChangeRoleDto } from '../../accounts/dto/account.dto.js';
import { CreateApiKeyDto } from '../../accounts/dto/api-key.dto.js';
import { RegisterDto } from '../../accounts/dto/register.dto.js';
import { ListDeliveriesDto } from '../../webhooks/dto/delivery.dto.js';
import {
  ChangeWebhookEndpointDto,
  CreateWebhookEndpointDto,
  ListWebhookEndpointsDto,
  RedeliverSinceDto,
  RotateSecretDto,
} from '../../webhooks/dto/webhook-endpoint.dto.js';
import { compileRules } from './compiled-rules.js';

type DtoClass = new () => object;

/** Every class that the validation pipe validates. */
const DTOS: readonly DtoClass[] = [
  AuthenticateDto,
  CaptureDto,
  ChangeAccountDto,
  ChangeRoleDto,
  ChangeWebhookEndpointDto,
  ChargeDto,
  CreateApiKeyDto,
  CreatePaymentMethodDto,
  CreateRefundDto,
  CreateWebhookEndpointDto,
  ListDeliveriesDto,
  ListEventsDto,
  ListPaymentMethodsDto,
  ListPaymentsDto,
  ListRefundsDto,
  ListRequestLogsDto,
  ListTestValuesDto,
  ListUsersDto,
  ListWebhookEndpointsDto,
  LoginDto,
  OpenConsoleDto,
  QueryPaymentsDto,
  RedeliverSinceDto,
  RegisterDto,
  StatisticsQueryDto,
  RotateSecretDto,
];

const propertiesOf = (type: DtoClass): string[] => [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(type, '', false, false)
      .map(({ propertyName }) => propertyName),
  ),
];

/** Values that at least one field accepts, and values that no field accepts. */
const values = fc.oneof(
  fc.constantFrom<unknown>(
    'Acme Corporation',
    'a@b.example',
    'correct horse',
    'merchant',
    'USD',
    'JPY',
    'https://a.example/x',
    'payment.completed',
    'succeeded',
    'pending',
    'completed',
    'automatic',
    'amount',
    'asc',
    '10',
    '1.25',
    '200',
    'txn_0193a5e2c7f11b2c3d4e5f60',
    '2025-11-06T00:00:00Z',
    'read',
    'POST',
    '4242424242424242',
    '123',
    1,
    12,
    30,
    1.25,
    1.234,
    5000,
    true,
    null,
    undefined,
    ['payment.completed'],
    ['*'],
    { cart: '42' },
    { $set: '1' },
    [],
    {},
    '',
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ maxLength: 5 }),
);

/** Objects of the class with some of its fields set, and sometimes with an unknown field. */
function arbitraryDto(type: DtoClass): fc.Arbitrary<object> {
  const fields = Object.fromEntries(propertiesOf(type).map((name) => [name, values]));
  const extra = fc.option(fc.tuple(fc.constantFrom('role', 'extra', '$where', 'valueOf'), values), {
    freq: 8,
    nil: null,
  });
  return fc
    .tuple(fc.record(fields, { requiredKeys: [] }), extra)
    .map(([known, more]) => Object.assign(new type(), known, more && { [more[0]]: more[1] }) as object);
}

const accepted = async (dto: object): Promise<boolean> =>
  (
    await validate(dto, {
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      forbidUnknownValues: true,
    })
  ).length === 0;

describe('Compiled rules', () => {
  it.each(DTOS.map((type) => [type.name, type] as const))(
    'of %s accept exactly what class-validator accepts',
    async (_name, type) => {
      const check = compileRules(type);
      if (check === null) throw new Error('They were not compiled.');
      const arbitrary = arbitraryDto(type);
      await fc.assert(
        fc.asyncProperty(arbitrary, async (dto) => {
          expect(check(dto)).toBe(await accepted(dto));
        }),
        { numRuns: 400 },
      );
    },
  );

  it('accept a valid charge, and refuse it if one field is invalid', async () => {
    const check = compileRules(ChargeDto);
    const right = {
      customerName: 'Acme',
      paymentAmount: 19.99,
      currency: 'USD',
      details: null,
      metadata: { cart: '42' },
      webhookUrl: 'https://a.example/',
    };
    expect(check?.(Object.assign(new ChargeDto(), right))).toBe(true);
    for (const wrong of [
      { customerName: ' ' },
      { paymentAmount: 0.001 },
      { currency: 'JPY' },
      { metadata: { 'a.b': '' } },
      { role: 'admin' },
    ]) {
      const dto = Object.assign(new ChargeDto(), right, wrong);
      expect(await accepted(dto)).toBe(false);
      expect(check?.(dto)).toBe(false);
    }
  });

  it('are not compiled for a class that uses more of class-validator', () => {
    class Nested {
      @ValidateNested() readonly charge!: ChargeDto;
    }
    class Conditional {
      @ValidateIf(() => false) @IsIn(['a'], { each: true }) readonly letters!: string[];
    }
    class Grouped {
      @IsIn(['a'], { groups: ['g'] }) readonly letter!: string;
    }
    class Undecorated {
      readonly letter = 'a';
    }
    expect([Nested, Conditional, Grouped, Undecorated].map(compileRules)).toEqual([null, null, null, null]);
  });
});
