import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Event, EventSchema } from './event.schema.js';
import { EventsController } from './events.controller.js';
import { EventWaits } from './event-waits.service.js';
import { EventsService } from './events.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: Event.name, schema: EventSchema }])],
  controllers: [EventsController],
  providers: [EventsService, EventWaits],
  exports: [EventsService],
})
export class EventsModule {}
