import { fractionOf } from '../platform/worlds/world-ids.js';

/** Random choices that follow from a seed: the same ones in each run. */
export class SeededChoices {
  private step = 0;

  constructor(private readonly seed: string) {}

  /** A whole number from 0, less than `limit`. */
  below(limit: number): number {
    this.step += 1;
    return Math.floor(fractionOf(`${this.seed} ${this.step}`) * limit);
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  sign(): 1 | -1 {
    return this.below(2) === 0 ? 1 : -1;
  }

  /** Undefined only if there is nothing to choose from. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  shuffled<T>(items: readonly T[]): T[] {
    return this.sample(items, items.length);
  }

  /** So many different ones of the items, in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    const chosen: T[] = [];
    while (chosen.length < count && left.length > 0) chosen.push(...this.takeFrom(left));
    return chosen;
  }

  hexDigits(count: number): string {
    return Array.from({ length: count }, () => this.below(16).toString(16)).join('');
  }

  decimalDigits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }

  /** Takes one item out, and puts the last one in its place. */
  private takeFrom<T>(left: T[]): T[] {
    const index = this.below(left.length);
    const last = left.pop();
    if (last === undefined || index === left.length) return last === undefined ? [] : [last];
    return left.splice(index, 1, last);
  }
}
