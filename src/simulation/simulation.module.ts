import { Module } from '@nestjs/common';
import { TestValuesController } from './test-values.controller.js';

@Module({ controllers: [TestValuesController] })
export class SimulationModule {}
