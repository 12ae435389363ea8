/** Not by the name of the method: the engine would look it up for every code unit, since it has texts of many makes. */
export function codeUnitAt(text: string, index: number): number {
  return String.prototype.charCodeAt.call(text, index);
}
