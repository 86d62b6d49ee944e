import { Global, Module } from '@nestjs/common';
import { DueWorkRunner } from './due-work-runner.service.js';

@Global()
@Module({ providers: [DueWorkRunner], exports: [DueWorkRunner] })
export class DueWorkModule {}
