import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, type StreamableFile } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Idempotent, NewId } from '../idempotency/idempotent.decorator.js';
import { AllowedFor, ANY_ROLE, CurrentPrincipal } from '../platform/access/access.decorators.js';
import type { Principal } from '../platform/access/principal.js';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { CsvFiles } from './csv-files.service.js';
import { AnswerExerciseDto, CreateExerciseDto, ExerciseDto, ExerciseResultDto } from './dto/exercise.dto.js';
import { CSV_EXAMPLE } from './dto/settlement.dto.js';
import { exerciseReport, exerciseView, resultView } from './exercise-view.js';
import { ExercisesService } from './exercises.service.js';

const ApiExerciseId = () => ApiParam({ name: 'exercise_id', example: 'ex_0193a5e2c7f11b2c3d4e5f60' });

@ApiTags('Settlements')
@Controller()
export class ExercisesController {
  constructor(
    private readonly exercises: ExercisesService,
    private readonly csvFiles: CsvFiles,
  ) {}

  @Post('settlements/:settlement_id/exercises')
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiParam({ name: 'settlement_id', example: 'set_0193a5e2c7f11b2c3d4e5f60' })
  @ApiOperation({
    summary: 'Make an exercise of a settlement report',
    description: 'Plants errors in a copy of the report, for you to find. The latest 20 exercises are kept.',
  })
  @ApiCreatedResponse({ type: ExerciseDto, description: 'The exercise, with the report as it is shown.' })
  @ApiErrors('settlement_not_found', 'settlement_too_large')
  async createExercise(
    @CurrentPrincipal() caller: Principal,
    @NewId('ex') id: string,
    @Param('settlement_id') settlementId: string,
    @Body() body: CreateExerciseDto,
  ): Promise<ExerciseDto> {
    return exerciseView(await this.exercises.create(caller, id, settlementId, body.toOrder()));
  }

  @Get('exercises/:exercise_id')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiExerciseId()
  @ApiOperation({ summary: 'Get an exercise', description: 'The errors are shown only once it is answered.' })
  @ApiOkResponse({ type: ExerciseDto, description: 'The exercise.' })
  @ApiErrors('exercise_not_found')
  async getExercise(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('exercise_id') id: string,
  ): Promise<ExerciseDto> {
    return exerciseView(await this.exercises.get(accountId, id));
  }

  @Get('exercises/:exercise_id.csv')
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiExerciseId()
  @ApiOperation({
    summary: 'Get the report of an exercise as CSV',
    description: 'As the CSV of a settlement report, with the errors in it.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'The report.', schema: { type: 'string', example: CSV_EXAMPLE } })
  @ApiErrors('exercise_not_found')
  async getExerciseFile(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('exercise_id') id: string,
  ): Promise<StreamableFile> {
    return this.csvFiles.of(exerciseReport(await this.exercises.get(accountId, id)), publicId(id));
  }

  @Post('exercises/:exercise_id/answer')
  @HttpCode(HttpStatus.OK)
  @Idempotent()
  @AllowedFor(ANY_ROLE, 'api-key-or-bearer')
  @ApiExerciseId()
  @ApiOperation({
    summary: 'Answer an exercise',
    description: 'Once. A finding names a row, a balance transaction or both, and the kind of error.',
  })
  @ApiOkResponse({ type: ExerciseResultDto, description: 'The result, and all errors.' })
  @ApiErrors('exercise_not_found', 'exercise_already_answered')
  async answerExercise(
    @CurrentPrincipal() caller: Principal,
    @NewId('ex') answerId: string,
    @Param('exercise_id') id: string,
    @Body() body: AnswerExerciseDto,
  ): Promise<ExerciseResultDto | null> {
    return resultView(await this.exercises.answer(caller, id, answerId, body.toFindings()));
  }
}
