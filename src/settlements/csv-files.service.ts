import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import { csvChunks } from './settlement-csv.js';
import type { SettlementReport } from './settlement-report.js';

/** Sends reports as CSV, as fast as the client reads them. */
@Injectable()
export class CsvFiles {
  /** @param name of the file, without its ending */
  of(report: SettlementReport, name = report.id): StreamableFile {
    return new StreamableFile(Readable.from(csvChunks(report)), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="${name}.csv"`,
    });
  }
}
