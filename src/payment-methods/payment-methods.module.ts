import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AttachedMethods } from './attached-methods.service.js';
import { PaymentMethod, PaymentMethodSchema } from './payment-method.schema.js';
import { PaymentMethodsController } from './payment-methods.controller.js';
import { PaymentMethodsService } from './payment-methods.service.js';

@Module({
  imports: [AccountsModule, MongooseModule.forFeature([{ name: PaymentMethod.name, schema: PaymentMethodSchema }])],
  controllers: [PaymentMethodsController],
  providers: [AttachedMethods, PaymentMethodsService],
  exports: [AttachedMethods, PaymentMethodsService],
})
export class PaymentMethodsModule {}
