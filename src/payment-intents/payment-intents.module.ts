import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { FutureUsage } from './future-usage.service.js';
import { IntentStore } from './intent-store.service.js';
import { PaymentIntent, PaymentIntentSchema } from './payment-intent.schema.js';
import { PaymentIntentsService } from './payment-intents.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: PaymentIntent.name, schema: PaymentIntentSchema }]),
    AccountsModule,
    PaymentMethodsModule,
    PaymentsModule,
  ],
  providers: [FutureUsage, IntentStore, PaymentIntentsService],
  exports: [IntentStore, PaymentIntentsService],
})
export class PaymentIntentsModule {}
