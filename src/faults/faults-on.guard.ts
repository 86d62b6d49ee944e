import { type CanActivate, Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { FaultsOffError } from './fault-errors.js';

/** Refuses the routes of faults where they are turned off. */
@Injectable()
export class FaultsOnGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  /** Throws FaultsOffError. */
  canActivate(): boolean {
    if (!this.config.faultsOn) throw new FaultsOffError();
    return true;
  }
}
