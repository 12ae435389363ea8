/** Options of a strategy or a workload, named on the command line as `name:knob=value`. */

export type KnobValue = string | number | boolean;
export type KnobValues = Readonly<Record<string, KnobValue>>;

export type Knob = { readonly summary: string } & (
  | { readonly kind: 'choice'; readonly default: string; readonly values: readonly string[] }
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly whole: boolean;
    }
  | { readonly kind: 'switch'; readonly default: boolean }
);

export type Knobs = Readonly<Record<string, Knob>>;
