/** The host of a replica on real time, real files and real sockets. */

export * from './clock.ts';
export * from './file-disk.ts';
export * from './folder-lock.ts';
export * from './host.ts';
export * from './random.ts';
export * from './socket-network.ts';
