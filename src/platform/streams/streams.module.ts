import { Global, Module } from '@nestjs/common';
import { EventStreams } from './event-streams.service.js';

@Global()
@Module({ providers: [EventStreams], exports: [EventStreams] })
export class StreamsModule {}
