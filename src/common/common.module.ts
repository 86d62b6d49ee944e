import { type DynamicModule, Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../config/config.js';
import { KeyCheck, KeyCheckSchema } from './key-check.schema.js';
import { KeyCheckService } from './key-check.service.js';
import { SecretBox } from './secret-box.js';

/** What every room may ask for. */
@Global()
@Module({})
export class CommonModule {
  static with(config: Config): DynamicModule {
    return {
      module: CommonModule,
      imports: [MongooseModule.forFeature([{ name: KeyCheck.name, schema: KeyCheckSchema }])],
      providers: [{ provide: Config, useValue: config }, SecretBox, KeyCheckService],
      exports: [Config, SecretBox],
    };
  }
}
