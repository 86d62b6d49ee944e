import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { getConnectionToken, InjectConnection, MongooseModule } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { AccountData } from './account-data.service.js';
import { KeyCheck, KeyCheckSchema } from './key-check.schema.js';
import { KeyCheckService } from './key-check.service.js';

/** Provides every module with the connection, which was opened before the application, and creates the indexes. */
@Module({})
export class DatabaseModule implements OnModuleInit {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  static with(connection: Connection): DynamicModule {
    const provider = { provide: getConnectionToken(), useValue: connection };
    return {
      module: DatabaseModule,
      global: true,
      imports: [MongooseModule.forFeature([{ name: KeyCheck.name, schema: KeyCheckSchema }])],
      providers: [provider, KeyCheckService, AccountData],
      exports: [provider, AccountData],
    };
  }

  /** Creates every declared index before the gateway accepts requests. */
  async onModuleInit(): Promise<void> {
    await Promise.all(Object.values(this.connection.models).map((model) => model.createIndexes()));
  }
}
