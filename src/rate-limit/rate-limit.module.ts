import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { RateCounter, RateCounterSchema } from './rate-counter.schema.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimitService } from './rate-limit.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: RateCounter.name, schema: RateCounterSchema }])],
  providers: [RateLimitService, { provide: APP_GUARD, useClass: RateLimitGuard }],
})
export class RateLimitModule {}
