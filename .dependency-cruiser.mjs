/**
 * Who may import whom. Services import core and never each other (local may start them); inside core the pure parts
 * import nothing; web takes only types of the contract; the SDK takes nothing of the repository.
 */
/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; code may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'services-import-only-core',
      comment: 'A service imports itself and core. What two of them need belongs into core.',
      severity: 'error',
      from: { path: '^services/(ingest|api|worker)/' },
      to: { path: '^(services/(?!core/)|web/|sdk/|tests/)', pathNot: '^services/$1/' },
    },
    {
      name: 'local-only-starts',
      comment: '`npm start` runs the services by their start functions and knows nothing else of them.',
      severity: 'error',
      from: { path: '^services/local/' },
      to: { path: '^services/(ingest|api|worker)/', pathNot: '/src/start\\.ts$' },
    },
    {
      name: 'core-imports-no-service',
      severity: 'error',
      from: { path: '^services/core/' },
      to: { path: '^(services/(?!core/)|web/|sdk/|tests/)' },
    },
    {
      name: 'usage-and-contract-are-pure',
      comment: 'They import nothing of the repository.',
      severity: 'error',
      from: { path: '^services/core/src/(usage|contract)/' },
      to: { path: '^(services|web|sdk|tests)/', pathNot: ['^services/core/src/$1/', 'node_modules'] },
    },
    {
      name: 'cost-is-pure',
      comment: 'Prices know the normal form of usage, and nothing else.',
      severity: 'error',
      from: { path: '^services/core/src/cost/' },
      to: {
        path: '^(services|web|sdk|tests)/',
        pathNot: ['^services/core/src/cost/', '^services/core/src/usage/normal-form\\.ts$', 'node_modules'],
      },
    },
    {
      name: 'pure-code-does-no-io',
      severity: 'error',
      from: { path: '^services/core/src/(cost|usage|contract|sample)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'db-knows-no-domain',
      severity: 'error',
      from: { path: '^services/core/src/db/' },
      to: { path: '^services/core/src/(domain|http|queues|usage|sample|cli)/' },
    },
    {
      name: 'domain-knows-no-http',
      severity: 'error',
      from: { path: '^services/core/src/domain/' },
      to: { path: '^services/core/src/(http/server|cli/)' },
    },
    {
      name: 'web-takes-types-of-the-contract',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(services|sdk|tests)/', pathNot: '^services/core/src/contract/' },
    },
    {
      name: 'web-takes-only-types',
      comment: 'A value would bring the schemas and their library into the page.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^services/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-features-know-no-other-feature',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/(features/(?!$1/)|app/)' },
    },
    {
      name: 'web-shared-knows-no-feature',
      severity: 'error',
      from: { path: '^web/src/(components|lib)/' },
      to: { path: '^web/src/(features|app)/' },
    },
    {
      name: 'sdk-stands-alone',
      comment:
        'No package and nothing of the repository at run time; tests and types may name the clients that it wraps.',
      severity: 'error',
      from: { path: '^sdk/src/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^sdk/src/'], dependencyTypesNot: ['core', 'type-only'] },
    },
    {
      name: 'tests-stay-out-of-production',
      severity: 'error',
      from: { pathNot: ['\\.test\\.tsx?$', '/testing', '^tests/'] },
      to: { path: ['\\.test\\.tsx?$', '/src/testing(/|\\.ts)', '^tests/'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.cache)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default', 'node'] },
  },
};
