import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RequestLogBatch, RequestLogBatchSchema } from './request-log.schema.js';
import { RequestLogsController } from './request-logs.controller.js';
import { RequestLogsService } from './request-logs.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: RequestLogBatch.name, schema: RequestLogBatchSchema }])],
  controllers: [RequestLogsController],
  providers: [RequestLogsService],
  exports: [RequestLogsService],
})
export class RequestLogsModule {}
