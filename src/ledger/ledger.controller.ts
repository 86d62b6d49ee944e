import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { balanceView, ledgerAccountViews } from './balance-view.js';
import { AuditDto } from './dto/audit.dto.js';
import {
  BalanceDto,
  BalanceTransactionPageDto,
  LedgerAccountListDto,
  LedgerEntryPageDto,
  ListBalanceTransactionsDto,
  ListLedgerEntriesDto,
  TAccountsDto,
} from './dto/ledger.dto.js';
import { LedgerAudit } from './ledger-audit.service.js';
import { LedgerService } from './ledger.service.js';

@ApiTags('Money')
@Controller()
@AllowedFor(ANY_ROLE, 'api-key-or-bearer')
export class LedgerController {
  constructor(
    private readonly ledger: LedgerService,
    private readonly ledgerAudit: LedgerAudit,
  ) {}

  @Get('balance')
  @ApiOperation({ summary: 'Get the balance', description: 'What you have, by currency.' })
  @ApiOkResponse({ type: BalanceDto, description: 'The balance.' })
  async getBalance(@CurrentPrincipal() reader: Principal): Promise<BalanceDto> {
    return balanceView(await this.ledger.balances(reader));
  }

  @Get('balance/transactions')
  @ApiOperation({ summary: 'List balance transactions', description: 'What changed the balance, newest first.' })
  @ApiOkResponse({ type: BalanceTransactionPageDto, description: 'A page of transactions.' })
  @ApiErrors('validation_failed')
  async listBalanceTransactions(
    @CurrentPrincipal() reader: Principal,
    @Query() query: ListBalanceTransactionsDto,
  ): Promise<BalanceTransactionPageDto> {
    return BalanceTransactionPageDto.from(await this.ledger.transactions(reader, query.toFilter(), query.toPage()));
  }

  @Get('ledger/entries')
  @ApiOperation({ summary: 'List ledger entries', description: 'The postings, newest first.' })
  @ApiOkResponse({ type: LedgerEntryPageDto, description: 'A page of entries.' })
  @ApiErrors('validation_failed')
  async listLedgerEntries(
    @CurrentPrincipal() reader: Principal,
    @Query() query: ListLedgerEntriesDto,
  ): Promise<LedgerEntryPageDto> {
    return LedgerEntryPageDto.from(await this.ledger.entries(reader, query.toFilter(), query.toPage()));
  }

  @Get('ledger/accounts')
  @ApiOperation({ summary: 'List ledger accounts', description: 'What each account holds, by currency.' })
  @ApiOkResponse({ type: LedgerAccountListDto, description: 'All accounts; in each currency they add up to zero.' })
  async listLedgerAccounts(@CurrentPrincipal() reader: Principal): Promise<LedgerAccountListDto> {
    return { data: ledgerAccountViews(await this.ledger.balances(reader)) };
  }

  @Get('ledger/audit')
  @ApiOperation({
    summary: 'Audit the ledger',
    description:
      'Checks that every entry adds up to zero, that balances are what their entries say, and that each captured, refunded, disputed and paid-out amount is there exactly once.',
  })
  @ApiOkResponse({ type: AuditDto, description: 'What was checked, and what is wrong.' })
  @ApiErrors('too_many_open_requests')
  getLedgerAudit(@CurrentPrincipal() reader: Principal): Promise<AuditDto> {
    return this.ledgerAudit.audit(reader);
  }

  @Get('payments/:transaction_id/t-accounts')
  @ApiParam({ name: 'transaction_id', example: 'txn_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOperation({
    summary: "Get a payment's T-accounts",
    description: 'For learners: the debits and credits of each account, with the reason for each.',
  })
  @ApiOkResponse({ type: TAccountsDto, description: 'The T-accounts.' })
  @ApiErrors('payment_not_found')
  getPaymentTAccounts(
    @CurrentPrincipal() reader: Principal,
    @Param('transaction_id') id: string,
  ): Promise<TAccountsDto> {
    return this.ledger.tAccountsOf(reader, id);
  }
}
