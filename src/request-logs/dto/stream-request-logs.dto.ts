import { idPattern } from '../../platform/common/ids.js';
import { ChoiceField, TextField } from '../../platform/validation/fields.js';
import type { RequestLogFilter } from '../request-log-batches.js';
import { REQUEST_METHODS } from './request-log.dto.js';

export class StreamRequestLogsDto {
  @TextField({
    description: 'Only requests that were answered with this status, or with one of a class such as `4xx`.',
    pattern: /^[1-5](?:\d\d|xx)$/,
    optional: true,
  })
  readonly status?: string;

  @ChoiceField(REQUEST_METHODS, {
    enumName: 'RequestMethod',
    description: 'Only requests with this method.',
    optional: true,
  })
  readonly method?: string;

  @TextField({ description: 'Only requests to this path.', maxLength: 2048, optional: true })
  readonly path?: string;

  @TextField({
    description: 'The id of a request log: the same as the header `Last-Event-ID`, which counts if both are sent.',
    pattern: idPattern('log'),
    optional: true,
  })
  readonly after?: string;

  toFilter(): RequestLogFilter {
    return {
      ...(this.status?.endsWith('xx') && { statusClass: Number(this.status[0]) }),
      ...(this.status && !this.status.endsWith('xx') && { status: Number(this.status) }),
      ...(this.method && { method: this.method }),
      ...(this.path && { path: this.path }),
    };
  }
}
