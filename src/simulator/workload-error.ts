/** A mistake of the workload: its script throws, or contradicts its schema or the rules of the contract. */
export class WorkloadError extends Error {}
