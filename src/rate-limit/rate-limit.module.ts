import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RateCounter, RateCounterSchema } from './rate-counter.schema.js';
import { RateLimitService } from './rate-limit.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: RateCounter.name, schema: RateCounterSchema }])],
  providers: [RateLimitService],
  exports: [RateLimitService],
})
export class RateLimitModule {}
