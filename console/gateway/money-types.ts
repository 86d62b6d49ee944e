import type { Schemas } from '../../client/connection.js';

export type Balance = Schemas['BalanceDto'];
export type BalanceTransaction = Schemas['BalanceTransactionDto'];
export type Payout = Schemas['PayoutDto'];
export type PayoutSchedule = Schemas['PayoutScheduleDto'];
export type Settlement = Schemas['SettlementDto'];
export type SettlementSummary = Schemas['SettlementSummaryDto'];
export type SettlementRow = Schemas['SettlementRowDto'];
export type Exercise = Schemas['ExerciseDto'];
export type ExerciseResult = Schemas['ExerciseResultDto'];
export type ExerciseError = Schemas['ExerciseError'];
export type Finding = Schemas['FindingDto'];
