import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PaymentMethodsModule } from '../payment-methods/payment-methods.module.js';
import { Customer, CustomerSchema } from './customer.schema.js';
import { CustomersService } from './customers.service.js';

@Module({
  imports: [
    AccountsModule,
    PaymentMethodsModule,
    MongooseModule.forFeature([{ name: Customer.name, schema: CustomerSchema }]),
  ],
  providers: [CustomersService],
  exports: [CustomersService],
})
export class CustomersModule {}
