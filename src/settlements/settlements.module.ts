import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { LedgerModule } from '../ledger/ledger.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { CsvFiles } from './csv-files.service.js';
import { Exercise, ExerciseSchema } from './exercise.schema.js';
import { ExerciseStore } from './exercise-store.service.js';
import { ExercisesController } from './exercises.controller.js';
import { ExercisesService } from './exercises.service.js';
import { SettlementsController } from './settlements.controller.js';
import { SettlementsService } from './settlements.service.js';

@Module({
  imports: [LedgerModule, PaymentsModule, MongooseModule.forFeature([{ name: Exercise.name, schema: ExerciseSchema }])],
  controllers: [SettlementsController, ExercisesController],
  providers: [CsvFiles, ExerciseStore, ExercisesService, SettlementsService],
})
export class SettlementsModule {}
