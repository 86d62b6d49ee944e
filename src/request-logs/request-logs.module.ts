import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { RequestLogFeed } from './request-log-feed.service.js';
import { RequestLogTail } from './request-log-tail.service.js';
import { RequestLogBatch, RequestLogBatchSchema } from './request-log.schema.js';
import { RequestLogsController } from './request-logs.controller.js';
import { RequestLogsService } from './request-logs.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: RequestLogBatch.name, schema: RequestLogBatchSchema }])],
  controllers: [RequestLogsController],
  providers: [RequestLogsService, RequestLogFeed, RequestLogTail],
  exports: [RequestLogsService],
})
export class RequestLogsModule {}
