/**
 * Who may import whom: a star around src/contract. Every folder names what it may reach; all else is forbidden.
 * Files that nobody imports are not reported here: `npm run unused` does that.
 */

const OURS = '^(src|strategies|workloads|reports|test)/';

/** A folder's files may import files of ours only from the listed places. */
function reaches(name, from, places, comment) {
  const allowed = places.map((place) => `^${place}`);
  return { name, comment, severity: 'error', from: { path: from }, to: { path: OURS, pathNot: allowed } };
}

/** A package may be imported only from the listed places. */
function packageOnlyIn(name, packages, places, comment) {
  const path = packages.map((name) => `(^|/)node_modules/(@types/)?${name}/`);
  return { name, comment, severity: 'error', from: { path: OURS, pathNot: places }, to: { path } };
}

const layers = [
  reaches('contract-stands-alone', '^src/contract/', ['src/contract/'], 'The contract imports nothing but itself.'),
  reaches(
    'random-is-a-leaf',
    '^src/random/',
    ['src/(contract|random|document)/'],
    'src/random may import src/contract and src/document.',
  ),
  reaches(
    'document-is-a-leaf',
    '^src/document/',
    ['src/(contract|random|document)/'],
    'src/document may import src/contract and src/random.',
  ),
  reaches(
    'replication-is-a-leaf',
    '^src/replication/',
    ['src/(contract|random|document|replication)/'],
    'src/replication may import src/contract, src/document and src/random.',
  ),
  reaches(
    'simulator-knows-no-strategy',
    '^src/simulator/',
    ['src/(contract|random|document|replication|simulator)/'],
    'src/simulator may import src/contract and the leaf modules.',
  ),
  reaches(
    'oracle-judges-from-outside',
    '^src/oracle/',
    ['src/(contract|document|oracle)/'],
    'src/oracle may import src/contract and src/document: it sees histories, never the simulator or a strategy.',
  ),
  reaches('metrics-only-count', '^src/metrics/', ['src/(contract|metrics)/'], 'src/metrics may import src/contract.'),
  reaches(
    'explore-walks-the-code-that-runs',
    '^src/explore/',
    ['src/(contract|random|document|simulator|oracle|explore)/'],
    'src/explore puts the machines of the simulator into every order; it receives strategies as values.',
  ),
  reaches(
    'store-engine-is-pure',
    '^src/store/',
    ['src/(contract|document|replication|store)/'],
    'src/store may import src/contract, src/document and src/replication: it drives strategies that it is given.',
  ),
  reaches(
    'live-host-serves-any-strategy',
    '^src/live/',
    ['src/(contract|random|document|replication|live)/'],
    'src/live may import src/contract and the leaf modules: it hosts strategies that it is given.',
  ),
  reaches(
    'conductor-joins-processes',
    '^src/conductor/',
    ['src/(contract|random|document|simulator|oracle|metrics|experiment|live|conductor)/'],
    'src/conductor runs the stages of src/experiment with real processes; it receives what it needs by module path.',
  ),
  reaches(
    'shared-state-offers-the-store',
    '^src/shared-state/',
    ['src/(contract|random|store|live|shared-state)/', 'strategies/'],
    'src/shared-state puts the engine of src/store on live hosts, for programs.',
  ),
  reaches(
    'langgraph-offers-the-store',
    '^src/langgraph/',
    ['src/(contract|store|live|langgraph)/', 'src/shared-state/ground\\.ts$', 'strategies/'],
    'src/langgraph puts the engine of src/store on the ground of src/shared-state, with the interface of LangGraph.',
  ),
  {
    name: 'nothing-simulated-knows-what-is-live',
    comment: 'Strategies and all that runs in a trial are told what happens: they cannot know whether it is real.',
    severity: 'error',
    from: {
      path: '^(strategies|workloads|reports|src/(contract|random|document|replication|simulator|oracle|metrics|explore|experiment|comparison|calibration|store))/',
    },
    to: { path: '^src/(live|conductor|shared-state|langgraph)/' },
  },
  reaches(
    'experiment-receives-values',
    '^src/experiment/',
    ['src/(contract|simulator|oracle|metrics|random|experiment)/'],
    'src/experiment joins the stages and receives strategies and workloads as values.',
  ),
  reaches(
    'calibration-compares-results',
    '^src/calibration/',
    ['src/(contract|calibration)/'],
    'src/calibration names trials and compares their results; it receives what runs them.',
  ),
  reaches(
    'comparison-reads-numbers',
    '^src/comparison/',
    ['src/(contract|metrics|comparison)/'],
    'src/comparison may import src/contract and the list of gauges: it compares rows, wherever they come from.',
  ),
  reaches(
    'strategies-know-only-the-contract',
    '^strategies/(?!index\\.ts$)',
    ['src/(contract|document|replication|random|store)/'],
    'A strategy may import src/contract, src/document, src/replication, src/random, src/store and packages, never another strategy.',
  ),
  reaches(
    'strategies-index-is-a-list',
    '^strategies/index\\.ts$',
    ['src/contract/', 'strategies/'],
    'strategies/index.ts is a list of the strategies.',
  ),
  reaches(
    'workloads-know-only-the-contract',
    '^workloads/(?!index\\.ts$)',
    ['src/(contract|random|document)/'],
    'A workload may import src/contract, src/random, src/document and packages, never another workload.',
  ),
  reaches(
    'workloads-index-is-a-list',
    '^workloads/index\\.ts$',
    ['src/contract/', 'workloads/'],
    'workloads/index.ts is a list of the workloads.',
  ),
  reaches(
    'reports-know-only-the-contract',
    '^reports/(?!index\\.ts$|html/)',
    [
      'src/contract/',
      'src/metrics/gauges\\.ts$',
      'reports/(anomaly-wording|event-sentence|sweep-wording|format|markdown-text|wording|wrong-cells|result-[a-z]+)\\.ts$',
      'reports/(comparison-wording|workflow-command)\\.ts$',
    ],
    'A report may import src/contract, the list of gauges, what reports share (format, parts of a result, ...) and packages, never another report.',
  ),
  reaches(
    'page-is-drawn-like-a-report',
    '^reports/html/(?!browser/)',
    [
      'src/contract/',
      'src/metrics/gauges\\.ts$',
      'reports/(anomaly-wording|event-sentence|sweep-wording|wording|wrong-cells)\\.ts$',
      'reports/html/(?!browser/)',
    ],
    'reports/html may import what a report may, and itself; the script in the browser imports it, not the other way round.',
  ),
  reaches(
    'browser-draws-with-the-page',
    '^reports/html/browser/',
    ['reports/html/'],
    'What runs in the browser draws with the functions that wrote the page.',
  ),
  reaches(
    'reports-index-is-a-list',
    '^reports/index\\.ts$',
    ['src/contract/', 'reports/'],
    'reports/index.ts is a list of the reports.',
  ),
  reaches(
    'live-judge-stands-apart',
    '^src/cli/judge/',
    [
      'src/(contract|simulator)/index\\.ts$',
      'src/cli/judge/',
      'src/cli/(input-error|problems|options/(judge-options|nearest|selector)|store/output-file|workers/tasks)\\.ts$',
    ],
    'src/cli/judge may import the contract, the list of models, and what the command line reads and writes with.',
  ),
  {
    name: 'parts-of-the-cli-know-no-command',
    comment: 'Options, stored results, workers and the live judge serve the commands; they import none of them.',
    severity: 'error',
    from: { path: '^src/cli/(options|store|workers|judge)/' },
    to: {
      path: '^src/cli/(main|arguments|run|sweep|calibrate|compare|compare-measured|merge|report|replay|explore|list)\\.ts$',
    },
  },
  {
    name: 'new-folder-needs-a-layer',
    comment: 'A new folder under src: say here what it may import.',
    severity: 'error',
    from: {
      path: '^src/',
      pathNot:
        '^src/(contract|random|document|replication|simulator|oracle|metrics|explore|experiment|comparison|calibration|store|live|conductor|shared-state|langgraph|cli|perf)/',
    },
    to: { path: OURS },
  },
  {
    name: 'nothing-imports-the-cli',
    comment: 'The command line picks the parts; no part knows it.',
    severity: 'error',
    from: { path: OURS, pathNot: '^(src/cli|src/perf|test)/' },
    to: { path: '^src/cli/' },
  },
  {
    name: 'only-tests-import-tests',
    comment: 'What ships does not import test/.',
    severity: 'error',
    from: { path: OURS, pathNot: '^test/' },
    to: { path: '^test/' },
  },
];

const packages = [
  {
    name: 'contract-needs-no-package',
    comment: 'The contract and the document import no package, not even for a type.',
    severity: 'error',
    from: { path: '^src/(contract|document)/' },
    to: { path: '(^|/)node_modules/' },
  },
  {
    name: 'only-the-edge-touches-node',
    comment:
      'Only the edge does I/O: the command line, measurements, live hosts. Elsewhere clocks, files and randomness are handed in.',
    severity: 'error',
    from: { path: OURS, pathNot: '^(src/(cli|perf|live|conductor|shared-state|langgraph)|test)/' },
    to: { dependencyTypes: ['core'] },
  },
  packageOnlyIn(
    'command-line-packages-stay-at-the-edge',
    ['commander', 'tinypool'],
    ['^(src/cli|src/perf|test)/'],
    'commander and tinypool belong to src/cli and src/perf.',
  ),
  packageOnlyIn(
    'model-client-belongs-to-the-live-judge',
    ['openai'],
    ['^src/cli/judge/'],
    'Only src/cli/judge asks a real model.',
  ),
  packageOnlyIn(
    'langgraph-belongs-to-its-store',
    ['@langchain/[^/]+'],
    ['^(src/langgraph|strategies|test)/'],
    'The packages of LangGraph are optional: only src/langgraph and the strategies that stand for its stores import them.',
  ),
  packageOnlyIn(
    'random-streams-come-from-src-random',
    ['seedrandom'],
    ['^(src/random|src/perf|test)/'],
    'A missing seed is silently random in seedrandom: draw from the named streams of src/random.',
  ),
  packageOnlyIn(
    'crdt-libraries-belong-to-strategies',
    ['loro-crdt', 'yjs'],
    ['^(strategies|src/replication|src/perf|test)/'],
    'The harness knows no CRDT library; strategies and src/replication do.',
  ),
  {
    name: 'no-development-package-at-run-time',
    comment: 'What ships may import only what stands under "dependencies" or "peerDependencies" in package.json.',
    severity: 'error',
    from: { path: OURS, pathNot: '^(src/perf|test)/' },
    to: {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: ['type-only', 'npm-peer'],
      pathNot: 'node_modules/@types/',
    },
  },
  {
    name: 'no-undeclared-package',
    comment: 'The package is not in package.json, or the file does not exist.',
    severity: 'error',
    from: { path: OURS },
    to: {
      dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
      dependencyTypesNot: ['npm-peer'],
    },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-import-cycles',
      comment: 'No cycles, type-only ones included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...layers,
    ...packages,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
