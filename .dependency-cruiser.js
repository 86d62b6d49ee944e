// Checks the order of rooms (ARCHITECTURE.md) and that nothing imports itself in a circle. Run by `npm run lint`.

/** From the ground up: a room imports only rooms that stand before it. */
const PLATFORM = [
  'config',
  'common',
  'worlds',
  'errors',
  'validation',
  'access',
  'embedded-mongo',
  'backups',
  'database',
  'due-work',
  'http',
  'streams',
];
const FEATURES = [
  'rate-limit',
  'idempotency',
  'request-logs',
  'accounts',
  'auth',
  'events',
  'webhooks',
  'simulation',
  'payment-methods',
  'payments',
  'disputes',
  'ledger',
  'payouts',
  'settlements',
  'customers',
  'payment-intents',
  'sandboxes',
  'checkout',
  'faults',
  'stripe-dialect',
  'double-charges',
  'certifications',
  'console',
  'admin',
  'status',
];

const ROOMS = [...PLATFORM.map((name) => `src/platform/${name}`), ...FEATURES.map((name) => `src/${name}`)];

const onlyDownwards = ROOMS.slice(0, -1).map((room, index) => ({
  name: `order-of-rooms: ${room}`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: `^(${ROOMS.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...onlyDownwards,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-room-is-listed',
      comment: 'A new room gets its place in the list of .dependency-cruiser.js and of ARCHITECTURE.md.',
      severity: 'error',
      from: { path: '^src/.+/', pathNot: `^(${ROOMS.join('|')})/` },
      to: {},
    },
    {
      name: 'rooms-know-no-entry',
      comment: 'Files directly in src/ put the rooms together; no room imports one.',
      severity: 'error',
      from: { path: '^src/.+/' },
      to: { path: '^src/[^/]+$' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client runs in the programs of merchants; it knows the gateway by its HTTP API alone.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|testing|cli|test)/' },
    },
    {
      name: 'client-runs-in-browsers',
      comment: 'The console is built on it. Only the verification of webhooks needs Node.js.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/verify-webhook' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'fixtures-know-the-client',
      severity: 'error',
      from: { path: '^testing/' },
      to: { path: '^(src|cli|test)/' },
    },
    {
      name: 'gateway-knows-no-package',
      comment: 'Client, fixtures and command line stand on the gateway.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(client|testing|cli|test)/' },
    },
    {
      name: 'command-line-takes-pure-files',
      comment: 'The bundle of the command line has no framework in it.',
      severity: 'error',
      from: { path: '^cli/' },
      to: {
        path: 'node_modules/(@nestjs|mongoose|fastify)/|^src/.+\\.(service|controller|module|schema|worker)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'console-knows-the-client',
      comment: 'The console runs in browsers; it knows the gateway by its HTTP API alone.',
      severity: 'error',
      from: { path: '^console/' },
      to: { path: '^(src|testing|cli|test)/' },
    },
    {
      name: 'nobody-knows-the-console',
      severity: 'error',
      from: { path: '^(src|client|testing|cli)/' },
      to: { path: '^console/' },
    },
    {
      name: 'embedded-server-apart',
      comment: 'The embedded server knows nothing of Nest, Mongoose or the rest of the gateway.',
      severity: 'error',
      from: { path: '^src/platform/embedded-mongo/' },
      to: { path: '^src/|node_modules/(@nestjs|mongoose)/', pathNot: '^src/platform/embedded-mongo/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count: a room that needs another's shape depends on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
