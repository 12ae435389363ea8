/** The nouns that all parts share. A strategy or a workload outside this package needs nothing else. */

export * from './ids.ts';
export * from './json.ts';
export * from './write.ts';
export * from './document.ts';
export * from './transaction.ts';
export * from './model.ts';
export * from './protocol.ts';
export * from './knobs.ts';
export * from './strategy.ts';
export * from './random.ts';
export * from './workload.ts';
export * from './fault.ts';
export * from './history.ts';
export * from './exploration.ts';
export * from './anomaly.ts';
export * from './fate.ts';
export * from './result.ts';
export * from './suite.ts';
export * from './sweep.ts';
export * from './live-setup.ts';
export * from './live.ts';
export * from './calibration.ts';
export * from './comparison.ts';
export * from './measured.ts';
