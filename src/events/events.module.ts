import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Event, EventSchema } from './event.schema.js';
import { EventFeed } from './event-feed.service.js';
import { EventsController } from './events.controller.js';
import { EventTail } from './event-tail.service.js';
import { EventWaits } from './event-waits.service.js';
import { EventsService } from './events.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: Event.name, schema: EventSchema }])],
  controllers: [EventsController],
  providers: [EventsService, EventFeed, EventTail, EventWaits],
  exports: [EventsService],
})
export class EventsModule {}
