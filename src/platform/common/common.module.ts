import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { SecretBox } from './secret-box.js';

/** Provides the settings and SecretBox to every module. */
@Global()
@Module({})
export class CommonModule {
  static with(config: Config): DynamicModule {
    return {
      module: CommonModule,
      providers: [{ provide: Config, useValue: config }, SecretBox],
      exports: [Config, SecretBox],
    };
  }
}
