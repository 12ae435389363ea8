/** Numbers from the command line. What isn't exactly one is refused, with what would be right. */

import { InvalidArgumentError } from 'commander';

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `${String(min)} or more` : `${String(min)} to ${String(max)}`;
    throw new InvalidArgumentError(`Expected a whole number, ${range}.`);
  };
}

export function secondsBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected seconds, ${String(min)} to ${String(max)}.`);
  };
}

export function amountOf(what: string): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value > 0 && Number.isFinite(value)) return value;
    throw new InvalidArgumentError(`Expected ${what}, more than 0.`);
  };
}
