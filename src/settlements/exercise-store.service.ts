import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountData } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { Exercise, type StoredAnswer } from './exercise.schema.js';
import { ExerciseNotFoundError } from './settlement-errors.js';

/** How many of an account are kept. */
const MAX_KEPT = 20;

/** Owns the collection of exercises. */
@Injectable()
export class ExerciseStore {
  constructor(
    @InjectModel(Exercise.name) private readonly exercises: Model<Exercise>,
    accountData: AccountData,
  ) {
    // Snapshots can do without: the same seed makes the same exercise again.
    accountData.register({ model: exercises, belongsTo: 'world', outlivesUser: false, copied: null });
  }

  /** Returns the exercise that is stored then: if the same request ran before, the one that it made. */
  async insert(exercise: Exercise): Promise<Exercise> {
    const [stored] = await insertNew(this.exercises, [exercise]);
    return stored ?? this.get(exercise.accountId, exercise._id);
  }

  /** Deletes the oldest exercises of an account that has more than it can keep. */
  async trim(accountId: string): Promise<void> {
    const [tooOld] = await this.exercises
      .find({ accountId }, { _id: 1 })
      .sort({ _id: -1 })
      .skip(MAX_KEPT)
      .limit(1)
      .lean<Pick<Exercise, '_id'>[]>();
    if (tooOld) await this.exercises.deleteMany({ accountId, _id: { $lte: tooOld._id } });
  }

  find(accountId: string, id: string): Promise<Exercise | null> {
    return this.exercises
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<Exercise>()
      .exec();
  }

  /** Throws ExerciseNotFoundError. */
  async get(accountId: string, id: string): Promise<Exercise> {
    const exercise = await this.find(accountId, id);
    if (!exercise) throw new ExerciseNotFoundError(publicId(id));
    return exercise;
  }

  /** Stores the first answer. Returns null if there is one already, or the exercise is gone. */
  async answer({ _id }: Exercise, answer: StoredAnswer): Promise<Exercise | null> {
    return this.exercises
      .findOneAndUpdate({ _id, answer: null }, { $set: { answer } }, { returnDocument: 'after' })
      .lean<Exercise>();
  }
}
