import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Model } from 'mongoose';
import { worldOf } from '../worlds/world-ids.js';
import { repeated } from './repeated.js';

/** A stored document of an account, whatever it is. */
export type AccountDocument = Readonly<Record<string, unknown>> & { readonly _id: string };

/** What a snapshot needs to know of a collection. */
export interface CopiedCollection {
  /** The paths of the fields that hold stored ids; `accountId` is not one of them. */
  readonly ids: readonly string[];
  /** Fields that do not travel. */
  readonly left?: readonly string[];
  /** Whether what is due of a document is due by the clock of its world. */
  readonly byClock?: boolean;
  /**
   * What becomes of a document where ENCRYPTION_KEY is another one, and what was sealed cannot be opened. Null: it is
   * left out. Not given: nothing in it is sealed.
   */
  readonly withoutKey?: (document: AccountDocument) => ResealedDocument | null;
  /** How long a document is kept, in ms of real time, where it has a `purgeAt`. */
  readonly retentionMs?: number;
  /** How many documents an account can have; not given: any number. */
  readonly most?: number;
  /** Corrects what else depends on the world, in a document that was moved to another one. */
  readonly moved?: (document: AccountDocument) => AccountDocument;
  /** Throws if a document that fits the schema is wrong nevertheless. */
  readonly check?: (document: AccountDocument) => void;
}

/** A document with a new secret. */
export interface ResealedDocument {
  readonly document: AccountDocument;
  /** In plain text; null if nobody needs to know it. */
  readonly secret: string | null;
}

/** What is needed of a model. Mongoose's models of different documents have no type in common. */
export interface AccountModel {
  readonly modelName: string;
  readonly collection: Pick<
    Model<never>['collection'],
    'collectionName' | 'deleteMany' | 'find' | 'insertMany' | 'updateMany'
  >;
  new (document: object): {
    validateSync(): Error | null | undefined;
    toObject(options: { readonly minimize: boolean }): object;
  };
}

/** A collection of documents with an `accountId`. */
export interface AccountCollection {
  readonly model: AccountModel;
  /** Whether the documents belong to a world of the account, or to the account in all its worlds. */
  readonly belongsTo: 'world' | 'account';
  /** Whether administrators still see the documents when the user is deleted. */
  readonly outlivesUser: boolean;
  /** Null if snapshots do not contain it. */
  readonly copied: CopiedCollection | null;
}

/**
 * Knows all collections that hold data of accounts. Reset, restore and expiry of sandboxes, snapshots and the deletion
 * of users go by it. The gateway does not start if a collection with an `accountId` is missing.
 */
@Injectable()
export class AccountData implements OnApplicationBootstrap {
  private readonly registered: AccountCollection[] = [];

  constructor(@InjectConnection() private readonly connection: Connection) {}

  get collections(): readonly AccountCollection[] {
    return this.registered;
  }

  /** Call it before the application has started. */
  register(collection: AccountCollection): void {
    this.registered.push(collection);
  }

  onApplicationBootstrap(): void {
    const known = new Set(this.registered.map(({ model }) => model.modelName));
    const missing = Object.values(this.connection.models)
      .filter(({ schema, modelName }) => 'accountId' in schema.paths && !known.has(modelName))
      .map(({ modelName }) => modelName);
    if (missing.length > 0)
      throw new Error(`Collections with data of accounts are not registered as such: ${missing.join(', ')}`);
  }

  /** Removes all that these worlds of sandboxes contain. Safe to repeat. */
  async removeWorlds(accountIds: readonly string[]): Promise<void> {
    const none = accountIds.find((accountId) => worldOf(accountId) === '');
    if (none !== undefined) throw new Error(`${none} is no world of a sandbox.`);
    await this.removeFrom(accountIds, ({ belongsTo }) => belongsTo === 'world');
  }

  /** Removes what belongs to these sandboxes in all their worlds. Safe to repeat. */
  async removeAccounts(accountIds: readonly string[]): Promise<void> {
    await this.removeFrom(accountIds, ({ belongsTo }) => belongsTo === 'account');
  }

  /** Removes what does not outlive a deleted user. Safe to repeat. */
  async removeUser(accountId: string): Promise<void> {
    await this.removeFrom([accountId], ({ outlivesUser }) => !outlivesUser);
  }

  private async removeFrom(
    accountIds: readonly string[],
    isMeant: (collection: AccountCollection) => boolean,
  ): Promise<void> {
    if (accountIds.length === 0) return;
    const accountId = { $in: [...accountIds] };
    await Promise.all(
      this.registered.filter(isMeant).map(({ model }) => repeated(() => model.collection.deleteMany({ accountId }))),
    );
  }
}
