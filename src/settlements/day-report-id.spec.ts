import { describe, expect, it } from '@jest/globals';
import { dayOfReportId, dayReportId, reportDay } from './day-report-id.js';

describe('The id of a day report', () => {
  it('says the day and the currency', () => {
    const day = reportDay('2026-02-28', 'KWD');
    expect(dayOfReportId(dayReportId(day))).toEqual(day);
    expect(day.end).toEqual(new Date('2026-03-01T00:00:00.000Z'));
  });

  it('is no id of a payout, nor of a currency that does not exist', () => {
    expect(dayOfReportId('set_0193a5e2c7f11b2c3d4e5f60')).toBeNull();
    expect(dayOfReportId(dayReportId(reportDay('2026-02-28', 'ZZZ')))).toBeNull();
  });
});
