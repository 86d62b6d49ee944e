// Replaces @nestjs/swagger in the bundle of the server. The server serves the committed openapi.json; only the
// generator (dist/export-openapi.js) reads the decorators. Saves 10 MB and the work of every decorator at start.
const nothing = () => () => undefined;

export {
  nothing as ApiAcceptedResponse,
  nothing as ApiBearerAuth,
  nothing as ApiBody,
  nothing as ApiCreatedResponse,
  nothing as ApiExcludeController,
  nothing as ApiExtension,
  nothing as ApiExtraModels,
  nothing as ApiHeader,
  nothing as ApiNoContentResponse,
  nothing as ApiOkResponse,
  nothing as ApiOperation,
  nothing as ApiParam,
  nothing as ApiProduces,
  nothing as ApiProperty,
  nothing as ApiSecurity,
  nothing as ApiServiceUnavailableResponse,
  nothing as ApiTags,
  nothing as getSchemaPath,
};
